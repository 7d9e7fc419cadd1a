package clock_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/pricing"
	"tally/internal/pricing/clock"
	"tally/internal/voucher"
	"tally/internal/zone"
)

func read(t *testing.T, more string) *pricing.Terms {
	t.Helper()
	terms, err := pricing.ReadTerms([]byte(`{"name":"x","offer":{"kind":"amount_off","amount":1}` + more + `}`))
	require.NoError(t, err)
	return &terms
}

func TestOffset_OfAStore(t *testing.T) {
	at := func(text string) uint64 {
		when, err := time.Parse(time.RFC3339, text)
		require.NoError(t, err)
		return voucher.Unix(when)
	}
	london := read(t, `,"time_zone":"Europe/London","zones":{"America/New_York":[7],"Asia/Kathmandu":[8]}`)
	signed := []voucher.Offset{{From: at("2026-12-01T00:00:00Z")}, {From: at("2027-03-28T01:00:00Z"), Minutes: 60}}
	for _, c := range []struct {
		name   string
		terms  *pricing.Terms
		store  uint32
		at     string
		offset int16
	}{
		{"before the table", london, 1, "2026-07-01T00:00:00Z", 0},
		{"the last second of winter", london, 1, "2027-03-28T00:59:59Z", 0},
		{"the first second of summer", london, 1, "2027-03-28T01:00:00Z", 60},
		{"a store abroad", london, 7, "2027-03-28T01:00:00Z", -240},
		{"a store abroad, in winter", london, 7, "2027-01-01T00:00:00Z", -300},
		{"a quarter of an hour", london, 8, "2027-01-01T00:00:00Z", 345},
		{"a leap day", london, 7, "2028-02-29T12:00:00Z", -300},
		{"no zone", read(t, ""), 1, "2027-07-01T00:00:00Z", 60}, // what was signed counts
	} {
		offset, err := clock.Offset(c.terms, signed, zone.BuiltIn(), c.store, at(c.at))
		require.NoError(t, err, c.name)
		require.Equal(t, c.offset, offset, c.name)
	}
	_, err := clock.Offset(read(t, `,"zones":{"Mars/Base":[7]}`), nil, zone.BuiltIn(), 7, 0)
	require.ErrorIs(t, err, zone.ErrNoZone)
	offset, err := clock.Offset(read(t, ""), nil, zone.BuiltIn(), 7, 0)
	require.NoError(t, err)
	require.Zero(t, offset)
}

func TestOf_FirstThatLooks(t *testing.T) {
	for _, c := range []struct {
		taken  []clock.Reading
		offset int16
	}{
		{nil, 0},
		{[]clock.Reading{{Offset: 480}, {Offset: 540}}, 480},
		{[]clock.Reading{{Offset: 480}, {Offset: 540, Reads: true}, {Offset: 60, Reads: true}}, 540},
	} {
		require.Equal(t, c.offset, clock.Of(c.taken))
	}
}

func TestRead_WhatLooksAtTheClock(t *testing.T) {
	for more, reads := range map[string]bool{
		"":                                   false,
		`,"when":[{"channels":["counter"]}]`: false,
		`,"when":[{"channels":["counter"]},{"not_dates":["2028-02-29"]}]`:                     true,
		`,"when":[{"hours":[{"from":"14:00","until":"17:00"}]},{"min_spend":{"amount":100}}]`: true,
	} {
		reading, err := clock.Read(read(t, more), nil, zone.BuiltIn(), 1, 0)
		require.NoError(t, err)
		require.Equal(t, reads, reading.Reads, more)
	}
}
