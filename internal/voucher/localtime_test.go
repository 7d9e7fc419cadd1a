package voucher

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestLocalTime_DaysChangeAtMidnight: local days change at local midnight.
func TestLocalTime_DaysChangeAtMidnight(t *testing.T) {
	const day = 20000 * secondsADay
	table := []Offset{{From: day, Minutes: 480}, {From: day + 10*secondsADay, Minutes: -300}}
	for _, c := range []struct {
		name  string
		table []Offset
		at    uint64
		want  uint64
	}{
		{"no table is UTC", nil, day, 20000},
		{"a second before UTC midnight", nil, day - 1, 19999},
		{"before the table its first offset holds", table, day - 8*3600, 20000},
		{"and a second earlier too", table, day - 8*3600 - 1, 19999},
		{"eight hours ahead", table, day + 16*3600, 20001},
		{"a second before", table, day + 16*3600 - 1, 20000},
		{"the second before the change", table, day + 10*secondsADay - 1, 20010},
		{"the change", table, day + 10*secondsADay, 20009},
		{"five hours behind", table, day + 10*secondsADay + 5*3600, 20010},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, localDay(c.table, c.at)) })
	}
	require.Equal(t, uint64(20001*secondsADay-28800), dayEnd([]Offset{{Minutes: 480}}, 20000), "the example of the documentation")
	require.Equal(t, uint64(20001*secondsADay-28800), dayEnd([]Offset{{From: 20010 * secondsADay, Minutes: 480}}, 20000),
		"before the table its first offset holds")
}

// Whatever the table, the end of a day is the first instant whose local day is
// later, as a search over every quarter of an hour finds it.
func TestLocalTime_EndOfADay(t *testing.T) {
	const first = 20000
	rapid.Check(t, func(t *rapid.T) {
		var table []Offset
		from := uint64((first - 3) * secondsADay)
		for range rapid.IntRange(0, 5).Draw(t, "offsets") {
			from += Quarter * rapid.Uint64Range(1, 300).Draw(t, "quarters")
			table = append(table, Offset{From: from, Minutes: 15 * rapid.Int16Range(-56, 56).Draw(t, "quarters of offset")})
		}
		day := rapid.Uint64Range(first, first+8).Draw(t, "day")
		want := uint64((first - 10) * secondsADay)
		for localDay(table, want) <= day {
			want += Quarter
		}
		got := dayEnd(table, day)
		require.Equal(t, want, got)
		require.Zero(t, got%Quarter, "an expiry fits its slot")
	})
}
