package offsets_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/audit/offsets"
	"tally/internal/voucher"
	"tally/internal/zone"
)

func at(text string) uint64 {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return voucher.Unix(t)
}

// summer is a campaign in the summer of 2027 in some zone.
func summer(name string, table ...voucher.Offset) voucher.CampaignCreated {
	terms := "{}"
	if name != "" {
		terms = fmt.Sprintf(`{"time_zone":%q}`, name)
	}
	return voucher.CampaignCreated{Campaign: voucher.CampaignID{1}, Create: voucher.CreateCampaign{
		Terms: terms, ClaimFrom: at("2027-03-01T00:00:00Z"), ValidFrom: at("2027-03-02T00:00:00Z"), ValidUntil: at("2027-06-01T00:00:00Z"),
		Offsets: table,
	}}
}

// TestTables_AgainstTheDatabase: a table is held against the database. The test
// finds each way in which a table can be wrong.
func TestTables_AgainstTheDatabase(t *testing.T) {
	winter := voucher.Offset{From: at("2027-03-01T00:00:00Z")}
	dst := voucher.Offset{From: at("2027-03-28T01:00:00Z"), Minutes: 60}
	for name, c := range map[string]struct {
		campaign voucher.CampaignCreated
		added    []voucher.Offset
		why      string
	}{
		"agrees":                 {campaign: summer("Europe/London", winter, dst)},
		"from the first instant": {campaign: summer("Asia/Tokyo", voucher.Offset{From: at("2020-01-01T00:00:00Z"), Minutes: 540})},
		"UTC":                    {campaign: summer("")},
		"lengthened":             {campaign: summer("Europe/London", winter), added: []voucher.Offset{dst}},
		"no summer time":         {campaign: summer("Europe/London", winter), why: "from 2027-03-28T01:00:00Z on the table has +0 minutes, the database +60"},
		"a day early": {
			campaign: summer("Europe/London", winter, voucher.Offset{From: at("2027-03-27T01:00:00Z"), Minutes: 60}),
			why:      "from 2027-03-27T01:00:00Z on the table has +60 minutes, the database +0",
		},
		"another zone":         {campaign: summer("Asia/Hong_Kong", voucher.Offset{Minutes: 540}), why: "from 2027-03-01T00:00:00Z on the table has +540 minutes, the database +480"},
		"a zone of no place":   {campaign: summer("Asia/Atlantis", winter), why: `no IANA time zone "Asia/Atlantis"`},
		"a path":               {campaign: summer("../secret", winter), why: `no IANA time zone "../secret"`},
		"offsets without zone": {campaign: summer("", voucher.Offset{Minutes: 480}), why: "from 2027-03-01T00:00:00Z on the table has +480 minutes, the database +0"},
		"seconds":              {campaign: summer("Africa/Monrovia", winter)},
	} {
		t.Run(name, func(t *testing.T) {
			tables := offsets.New()
			tables.Count([]voucher.Event{c.campaign})
			tables.Count([]voucher.Event{voucher.CampaignChanged{Campaign: c.campaign.Campaign, Offsets: c.added}})
			found := tables.Check(zone.BuiltIn())
			require.Len(t, found, 1)
			require.Equal(t, c.why == "", found[0].Agrees)
			require.Contains(t, found[0].Why, c.why)
		})
	}
}

// TestTables_AuditorsOwnDatabase: an auditor may bring a database. The test reads
// compiled zones from a directory, and says which version they are.
func TestTables_AuditorsOwnDatabase(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "Etc"), 0o700))
	_, err := zone.Open(dir)
	require.ErrorContains(t, err, "no directory of compiled time zones")
	// A zone without a change: version 1, one type of 9 hours, its name.
	tokyo := append([]byte("TZif\x00"), make([]byte, 15)...)
	tokyo = append(tokyo, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0x7e, 0x90, 0, 0, 'J', 'S', 'T', 0)
	for _, name := range []string{"Etc/UTC", "Tokyo"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), tokyo, 0o600))
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "+VERSION"), []byte("2030a\n"), 0o600))
	d, err := zone.Open(dir)
	require.NoError(t, err)
	require.Equal(t, "tzdata 2030a", d.Name())
	require.NoError(t, os.WriteFile(filepath.Join(dir, "tzdata.zi"), []byte("# version 2030b\n"), 0o600))
	d, err = zone.Open(dir)
	require.NoError(t, err)
	require.Equal(t, "tzdata 2030b", d.Name())
	tables := offsets.New()
	tables.Count([]voucher.Event{summer("Tokyo", voucher.Offset{Minutes: 540})})
	require.True(t, tables.Check(d)[0].Agrees)
	require.False(t, tables.Check(zone.BuiltIn())[0].Agrees)
}
