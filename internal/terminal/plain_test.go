package terminal_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/terminal"
	"tally/internal/voucher"
)

// TestPlain_WhatDoesNotPrint: nothing that a stranger wrote moves the cursor, adds a
// line, turns letters around, is invisible, or reaches into the lines around it.
func TestPlain_WhatDoesNotPrint(t *testing.T) {
	for name, c := range map[string]struct{ text, plain string }{
		"letters of many scripts": {"Jasmine & Co 茉莉 ジャスミン ياسمين Ñandú", "Jasmine & Co 茉莉 ジャスミン ياسمين Ñandú"},
		"marks on letters":        {"e\u0301 क्षि ก่ำ", "e\u0301 क्षि ก่ำ"},
		"an escape sequence":      {"a\x1b[2Jb", `a\u001b[2Jb`},
		"a line and a tab":        {"a\nb\tc\r", `a\nb\u0009c\u000d`},
		"C1 controls":             {"a\u009b31m\u0085", `a\u009b31m\u0085`},
		"bidi overrides":          {"a\u202d\u202e\u202cb", `a\u202d\u202e\u202cb`},
		"bidi isolates":           {"\u2066\u2067\u2068\u2069", `\u2066\u2067\u2068\u2069`},
		"bidi marks":              {"\u200e\u200f\u061c", `\u200e\u200f\u061c`},
		"nothing to see":          {"a\u200b\u200c\u200d\u2060\ufeff\u00adb", `a\u200b\u200c\u200d\u2060\ufeff\u00adb`},
		"letters like nothing":    {"\u3164\u115f\uffa0\u2800", `\u3164\u115f\uffa0\u2800`},
		"spaces that are others":  {"a\u00a0\u2003\u3000b", `a\u00a0\u2003\u3000b`},
		"other ends of lines":     {"\u2028\u2029\v\f", `\u2028\u2029\u000b\u000c`},
		"a mark without a letter": {"\u0301a \u0301", `\u0301a \u0301`},
		"a mark after an escape":  {"\x1b\u0301", `\u001b\u0301`},
		"a tower of marks":        {"e" + strings.Repeat("\u0301", 8), "e" + strings.Repeat("\u0301", 6) + `\u0301\u0301`},
		"a picture":               {"☕\ufe0f a\ufe0f", "☕\ufe0f a" + `\ufe0f`},
		"tags":                    {"\U000e0041", `\udb40\udc41`},
		"no UTF-8":                {"a\xff\xc3(", `a\xff\xc3(`},
		"U+FFFD itself":           {"\ufffd", "\ufffd"},
		"a private letter":        {"\ue000", `\ue000`},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.plain, terminal.Plain(c.text))
			quoted, err := json.Marshal(c.text)
			require.NoError(t, err)
			shown := terminal.PlainJSON(quoted)
			var again string
			require.NoError(t, json.Unmarshal([]byte(shown), &again), shown)
			require.Equal(t, strings.ToValidUTF8(strings.ReplaceAll(c.text, "\xff\xc3", "\ufffd\ufffd"), "\ufffd"), again, "it says the same")
			require.Equal(t, shown, terminal.Plain(shown), "and all of it prints")
		})
	}
}

// FuzzPlain_Prints: whatever the text, the answer has no control and no format
// character, and doing it twice changes nothing more.
func FuzzPlain_Prints(f *testing.F) {
	f.Add("a\x1b\u202e\u0301")
	f.Fuzz(func(t *testing.T, text string) {
		plain := terminal.Plain(text)
		require.Equal(t, plain, terminal.Plain(plain))
	})
}

// TestTable_WideLettersAlign: a Chinese letter takes two places of a terminal, a mark none.
func TestTable_WideLettersAlign(t *testing.T) {
	var b strings.Builder
	require.NoError(t, terminal.Table(&b, []any{"NAME", "UNITS", ""}, [][]any{{"茉莉茶", 1, "a"}, {"Tea", 20, ""}, {"cafe\u0301", 3, "b"}}))
	require.Equal(t, "NAME    UNITS\n茉莉茶  1      a\nTea     20\ncafe\u0301    3      b\n", b.String())
}

// TestCell_Addresses have the checksum of EIP-55: these are of its text.
func TestCell_Addresses(t *testing.T) {
	for _, text := range []string{
		"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
		"0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
	} {
		a, err := voucher.ParseAddress(text)
		require.NoError(t, err)
		require.Equal(t, text, terminal.Cell(a))
		require.Equal(t, text, terminal.Cell(&a))
		require.Equal(t, text+" "+text, terminal.Cell([]voucher.Address{a, a}))
	}
}

// TestClock_ShowsTheZone: an instant is shown by the clock of the campaign's zone at
// that instant, with the offset.
func TestClock_ShowsTheZone(t *testing.T) {
	table := []voucher.Offset{{From: 0, Minutes: 60}, {From: 1_800_000_000, Minutes: 120}}
	require.Equal(t, "2027-01-15T08:59:59+01:00", terminal.Clock(1_799_999_999, table))
	require.Equal(t, "2027-01-15T10:00:00+02:00", terminal.Clock(1_800_000_000, table))
	require.Equal(t, "2027-01-15T08:00:00Z", terminal.Clock(1_800_000_000, nil))
}
