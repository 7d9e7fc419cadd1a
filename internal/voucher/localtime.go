package voucher

import (
	"cmp"
	"fmt"
)

// Local days are computed from the campaign's offset table, which its merchant
// signed, on every ledger alike; no ledger reads a time zone database.

// Offset is by how many minutes a campaign's local time is ahead of UTC from an
// instant on. A table starts with the offset in force at its first
// instant; before that instant the same offset holds.
type Offset struct {
	From    uint64 `json:"from"`
	Minutes int16  `json:"minutes"` // a multiple of 15, at most 14 hours either way
}

// unfit is the flaw of a table of offsets.
func unfit(offsets []Offset) string {
	return cmp.Or(
		each("offsets", offsets, func(_ int, o Offset) (name, want string) {
			switch {
			case o.Minutes > MaxMinutes || o.Minutes < -MaxMinutes || o.Minutes%15 != 0:
				return ".minutes", fmt.Sprintf("a multiple of 15 from %d to %d is wanted", -MaxMinutes, MaxMinutes)
			case o.From%Quarter != 0 || o.From > MaxInstant:
				return ".from", fmt.Sprintf("a multiple of %d up to %d is wanted", Quarter, MaxInstant)
			default:
				return "", ""
			}
		}),
		disordered("offsets", offsets, func(a, b Offset) int { return cmp.Compare(a.From, b.From) }),
	)
}

// offsetAt is the offset in force at t, in seconds.
func offsetAt(table []Offset, t uint64) int64 {
	if len(table) == 0 {
		return 0
	}
	minutes := table[0].Minutes
	for _, o := range table {
		if o.From > t {
			break
		}
		minutes = o.Minutes
	}
	return int64(minutes) * 60
}

// localDay is the number of the local day of t, counted from 1970-01-01.
func localDay(table []Offset, t uint64) uint64 {
	return uint64(int64(t)+offsetAt(table, t)) / secondsADay //nolint:gosec // t is this century's
}

// dayEnd is the first instant from which the local day is later than day: local
// midnight, or the change of offset that skips it.
//
// Example: with the table {from 0, +8 h}, day 20000 ends at 20001·86400 − 28800.
func dayEnd(table []Offset, day uint64) uint64 {
	midnight := int64(day+1) * secondsADay //nolint:gosec // days are small
	if len(table) == 0 {
		return uint64(midnight)
	}
	for i, o := range table {
		end := midnight - int64(o.Minutes)*60
		if from := int64(o.From); i > 0 && end < from { //nolint:gosec // o.From is at most MaxInstant
			end = from // this stretch began on a later local day already
		}
		if i == len(table)-1 || end < int64(table[i+1].From) { //nolint:gosec // the same
			return uint64(end) //nolint:gosec // positive
		}
	}
	return uint64(midnight)
}
