package terms

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

func TestOffsetTable_Zones(t *testing.T) {
	instant := func(text string) time.Time {
		at, err := time.Parse(time.RFC3339, text)
		require.NoError(t, err)
		return at
	}
	from, until := instant("2026-06-01T00:07:00Z"), instant("2027-06-01T00:00:00Z")
	first := voucher.Unix(instant("2026-06-01T00:00:00Z"))
	for zone, want := range map[string][]voucher.Offset{
		"UTC":            nil,
		"Asia/Hong_Kong": {{From: first, Minutes: 480}},
		"Asia/Kathmandu": {{From: first, Minutes: 345}},
		"Europe/Berlin": {
			{From: first, Minutes: 120}, {From: voucher.Unix(instant("2026-10-25T01:00:00Z")), Minutes: 60},
			{From: voucher.Unix(instant("2027-03-28T01:00:00Z")), Minutes: 120},
		},
		"America/New_York": {
			{From: first, Minutes: -240}, {From: voucher.Unix(instant("2026-11-01T06:00:00Z")), Minutes: -300},
			{From: voucher.Unix(instant("2027-03-14T07:00:00Z")), Minutes: -240},
		},
		"Australia/Lord_Howe": {
			{From: first, Minutes: 630}, {From: voucher.Unix(instant("2026-10-03T15:30:00Z")), Minutes: 660},
			{From: voucher.Unix(instant("2027-04-03T15:00:00Z")), Minutes: 630},
		},
	} {
		table, err := offsetTable(zone, from, until)
		require.NoError(t, err, zone)
		require.Equal(t, want, table, zone)
	}
	table, err := offsetTable("Europe/London", instant("2026-12-01T00:00:00Z"), until)
	require.NoError(t, err)
	require.Equal(t, int16(0), table[0].Minutes, "a table that starts at UTC and leaves it is kept")
	require.Len(t, table, 2)
	_, err = offsetTable("Europe/Berlin", from, from.AddDate(40, 0, 0))
	require.ErrorContains(t, err, "make it shorter")
}

func TestParseLength_Units(t *testing.T) {
	for text, want := range map[string]time.Duration{"30d": 30 * day, "12h": 12 * time.Hour, "90m": 90 * time.Minute} {
		got, err := parseLength(text)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	for _, text := range []string{"", "d", "-1d", "1w", "1.5d", "1d12h", "010d", "00h", "+5d", "１d", "9999999d", "106752d", "213504d"} {
		_, err := parseLength(text)
		require.Error(t, err, text)
	}
}

// TestCampaign_NamesTheMember: what is wrong is named by its member, as it was written.
func TestCampaign_NamesTheMember(t *testing.T) {
	const file = "name: a\ncurrency: HKD\nmax_discount: %q\nsupply: 5\nclaim: {until: %q}\nvalid: {until: +30d}\nterms: {issuer: %s}\n"
	for _, c := range []struct{ money, until, issuer, says string }{
		{"1,5", "+1d", "a", "max_discount: "},
		{"15.901", "+1d", "a", "max_discount: "},
		{"15.90", "+14D", "a", `claim.until: "+14D"`},
		{"15.90", "+999999d", "a", `claim.until: "+999999d"`},
		{"15.90", "+1d", `"Tea\u202e House"`, "terms.issuer: "},
		{"15.90", "+1d", `["a", "b\e[2J"]`, "terms.issuer[1]: "},
	} {
		read, err := Parse(fmt.Appendf(nil, file, c.money, c.until, c.issuer))
		require.NoError(t, err)
		_, err = read.Campaign(time.Unix(1_790_000_000, 0))
		require.ErrorIs(t, err, ErrRefused)
		require.ErrorContains(t, err, c.says)
	}
}

// FuzzCampaignFile: a file is refused, by its form or by the rules,
// or makes a campaign with terms in their one form and no limit left out.
func FuzzCampaignFile(f *testing.F) {
	demo, err := Example("buy-one-get-one")
	require.NoError(f, err)
	f.Add(demo)
	for _, text := range []string{
		`{"name":"a","currency":"HKD","max_discount":32.00,"supply":5,"claim":{"until":"+1d"},"valid":{"until":"+2d","days":3}}`,
		"name: a\ncurrency: TWD\nstored_value: true\nunits: 100\nsupply: 5\nopen: 2\ncap: 9\nclaim: {until: +1d}\nvalid: {until: +30d}\n" +
			"time_zone: Europe/Paris\nstores: [3, 1]\nrollback: restore\ngrace: 2h\nterms: {b: [1, true], a: x}\n" +
			"attestors: [\"0x2222222222222222222222222222222222222222\"]\n",
		"a: &a [1]\nb: *a\n", "---\n---\n", "{", "name: {}",
	} {
		f.Add([]byte(text))
	}
	now := time.Unix(1_790_000_000, 0)
	f.Fuzz(func(t *testing.T, text []byte) {
		file, err := Parse(text)
		if err != nil {
			require.ErrorIs(t, err, ErrRefused)
			return
		}
		in, err := file.create(now)
		if err != nil {
			require.ErrorIs(t, err, ErrRefused)
			return
		}
		canonical, err := voucher.CanonicalDocument([]byte(in.Terms))
		require.NoError(t, err)
		require.Equal(t, canonical, in.Terms)

		if err := judge(in, now); err != nil {
			require.ErrorAs(t, err, new(*LedgerError))
			return
		}
		require.Greater(t, in.ClaimUntil, voucher.Unix(now))
		require.Equal(t, file.PerHolder, in.PerHolder)
		require.Len(t, in.Stores, len(file.Stores))
		require.Len(t, in.Attestors, len(file.Attestors))
	})
}
