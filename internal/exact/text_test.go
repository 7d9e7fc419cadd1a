package exact_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/exact"
)

func TestText_Accepted(t *testing.T) {
	for _, text := range []string{
		"Jasmine & Co", "茉莉", "Café Zoë", "ร้านชา", "🧋", "👨‍👩‍👧 family", "می‌خواهم", "a", "O’Brien", "№ 7", "<b>", strings.Repeat("x", 64), "🏴󠁧󠁢󠁥󠁮󠁧󠁿", //nolint:staticcheck // as people type them
	} {
		require.NoError(t, exact.Text(text, 64), text)
	}
}

func TestText_Refused(t *testing.T) {
	for text, says := range map[string]string{
		"":                      "nothing to see",
		"   ":                   "nothing to see",
		"\u200b\u200b":          "nothing to see",
		"\u00a0":                "nothing to see",
		"\u3164":                "nothing to see",
		"\u2800":                "nothing to see",
		"\u0301":                "nothing to see",
		"\u200d":                "nothing to see",
		"Caf\xe9":               "not UTF-8",
		"\xed\xa0\x80":          "not UTF-8",
		" tea":                  "blanks at its ends",
		"tea\u00a0":             "blanks at its ends",
		"tea\n":                 "blanks at its ends",
		"a\nb":                  "U+000A at byte 1",
		"a\tb":                  "U+0009",
		"a\x1b[2Jb":             "U+001B",
		"a\x00b":                "U+0000",
		"a\x7fb":                "U+007F",
		"a\u0085b":              "U+0085",
		"a\u009bb":              "U+009B",
		"a\u2028b":              "U+2028",
		"a\u202eb":              "U+202E",
		"a\u2066b":              "U+2066",
		"a\u200bb":              "U+200B",
		"a\u200eb":              "U+200E",
		"a\ufeffb":              "U+FEFF",
		"a\u00adb":              "U+00AD",
		"a\ufffdb":              "U+FFFD",
		"a\ue000b":              "U+E000",
		strings.Repeat("茉", 22): "66 bytes (22 characters)",
	} {
		require.ErrorContains(t, exact.Text(text, 64), says, "%q", text)
		require.ErrorContains(t, exact.Text(text, 64), "1 to 64 bytes", "%q", text)
	}
}

func TestDuration_Forms(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"0": 0, "0s": 0, "45s": 45 * time.Second, "1h30m": 90 * time.Minute, "250ms": 250 * time.Millisecond, "168h": 168 * time.Hour, "1m1s": 61 * time.Second,
	} {
		got, err := exact.Duration(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got)
		again, err := exact.Duration(got.String())
		require.NoError(t, err)
		require.Equal(t, got, again)
	}
	for _, text := range []string{"", "5", "-5s", "+5s", "1.5h", ".5s", "05s", "1e3s", "1s1m", "5 s", "5S", "1d", "10us", "999999999999h", "5m5m", "٣s", "inf"} {
		_, err := exact.Duration(text)
		require.ErrorContains(t, err, "a length of time is wanted", text)
	}
}

func TestInstant_Forms(t *testing.T) {
	for _, text := range []string{"2026-12-01T00:00:00+08:00", "2028-02-29T23:59:59Z", "1970-01-01T00:00:00Z", "2026-03-29T02:30:00+01:00"} {
		got, err := exact.Instant(text)
		require.NoError(t, err, text)
		require.Equal(t, text, got.Format(time.RFC3339))
	}
	for text, says := range map[string]string{
		"": "not nothing", "2026-12-01": "not all of date, time and offset", "2026-12-01T00:00:00": "offset from UTC", "2026-12-01 00:00:00": "offset from UTC", "2026-12-01T00:00": "offset",
		"2026-02-29T00:00:00Z": "no such day", "2100-02-29T00:00:00Z": "no such day", "2026-12-31T23:59:60Z": "no such day", "2026-12-01T24:00:00Z": "no such day",
		"2026-13-01T00:00:00Z": "no such day", "2026-12-01T00:00:00+24:00": "no such day", "2026-12-01T00:00:00+00:60": "no such day", "2026-12-01T00:00:00.5Z": "whole seconds", "2026-12-01T00:00:00.000Z": "whole seconds",
		"2026-12-01T0:00:00Z": "an instant is wanted", "2026-12-01T00:00:00,5Z": "an instant is wanted", "2026-12-01t00:00:00z": "an instant is wanted", "tomorrow": "an instant is wanted",
		"1764547200": "an instant is wanted", "2026-12-01T00:00:00 Z": "an instant", "+12026-12-01T00:00:00Z": "an instant", "2026-12-01T00:00:00GMT": "an instant", " 2026-12-01T00:00:00Z": "an instant",
	} {
		_, err := exact.Instant(text)
		require.ErrorContains(t, err, says, text)
	}
}

func TestDay_Forms(t *testing.T) {
	for _, text := range []string{"2026-12-01", "2028-02-29", "1970-01-01"} {
		got, err := exact.Day(text)
		require.NoError(t, err)
		require.Equal(t, text, got.Format(time.DateOnly))
	}
	for text, why := range map[string]string{
		"": "wanted", "2026-12-1": "wanted", "01.12.2026": "wanted", "12/01/2026": "wanted", "2026-12-01T00:00:00Z": "wanted", " 2026-12-01": "wanted",
		"٢٠٢٦-12-01": "wanted", "today": "wanted", "2026-02-29": "no such day", "2026-13-01": "no such day", "2026-00-00": "no such day", "2026-06-31": "no such day",
	} {
		_, err := exact.Day(text)
		require.ErrorContains(t, err, "a day is wanted, as 2026-12-01", text)
		require.ErrorContains(t, err, why, text)
	}
}

// TestTexts_EachTextOfADocument: at any depth, names of members included.
func TestTexts_EachTextOfADocument(t *testing.T) {
	read := func(document string) (value any) {
		require.NoError(t, exact.JSON([]byte(document), &value))
		return value
	}
	for _, document := range []string{
		`{}`, `""`, `{"name":"Buy one","offer":{"bp":1000,"on":{"tags":["drink","茶"]}},"note":"line\n\tline ","of":null,"is":true}`, `{"":" "}`,
		`{"family":"👨‍👩‍👧","flag":"🏴󠁧󠁢󠁥󠁮󠁧󠁿","persian":"می‌خواهم"}`, //nolint:staticcheck // as people type them
	} {
		require.NoError(t, exact.Texts(read(document)), document)
	}
	for document, says := range map[string][]string{
		`"a\u001b[2Jb"`:                           {"U+001B at byte 1"},
		`{"issuer":"Tea\u202e House"}`:            {"issuer", "U+202E at byte 3"},
		`{"issuer":{"titles":["a","b\u2066"]}}`:   {"issuer.titles[1]", "U+2066"},
		`{"offer":{"a\u0000b":1}}`:                {`offer."a\x00b"`, "U+0000"},
		`[{"x":"a"},{"x":"\u200b"}]`:              {"[1].x", "U+200B"},
		`{"texts":{"en":"line\r\nline"}}`:         {"texts.en", "U+000D"},
		`{"b":"\u007f","a":{"z":"\ufeff"},"c":1}`: {"a.z", "U+FEFF"},
	} {
		err := exact.Texts(read(document))
		require.Error(t, err, document)
		for _, part := range says {
			require.ErrorContains(t, err, part)
		}
	}
}
