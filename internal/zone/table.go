package zone

import (
	"errors"
	"fmt"
	"time"

	"tally/internal/voucher"
)

// Why a time zone has no table that a ledger can keep.
var (
	ErrOffset  = errors.New("no multiple of 15 minutes within 14 hours: no ledger can keep it")
	ErrTooMany = errors.New("it changes its offset too often")
)

const day = 24 * time.Hour

// Table is a time zone's offsets from UTC over a stretch of time. None is UTC.
// The first, which holds for all time before it too, is on a quarter of an hour
// as the ledger wants. The errors are ErrOffset and ErrTooMany, which allows
// voucher.MaxOffsets.
//
// Example: Europe/London from 2026-12-01 to 2027-05-01 is {2026-12-01, 0},
// {2027-03-28T01:00Z, +60}.
func Table(location *time.Location, from, until time.Time) ([]voucher.Offset, error) {
	var table []voucher.Offset
	for at := from.Truncate(voucher.Quarter * time.Second); ; {
		local := at.In(location)
		minutes, err := offset(local)
		if err != nil {
			return nil, err
		}
		if n := len(table); n == 0 || table[n-1].Minutes != minutes {
			table = append(table, voucher.Offset{From: uint64(max(at.Unix(), 0)), Minutes: minutes})
		}
		next, ok := nextChange(local)
		if !ok || !next.Before(until) {
			break
		}
		at = next
	}
	switch {
	case len(table) > voucher.MaxOffsets:
		return nil, fmt.Errorf("%w: %d times, at most %d", ErrTooMany, len(table), voucher.MaxOffsets)
	case len(table) == 1 && table[0].Minutes == 0:
		return nil, nil
	default:
		return table, nil
	}
}

// nextChange is an instant up to which the offset stays what it is.
func nextChange(local time.Time) (t time.Time, ok bool) {
	_, end := local.ZoneBounds()
	if !end.IsZero() && !end.After(local) {
		end = local.Add(day) // ZoneBounds stands still on the last day of leap years after 2038
	}
	return end, !end.IsZero()
}

// offset is in minutes.
func offset(local time.Time) (int16, error) {
	_, seconds := local.Zone()
	if seconds%(15*60) != 0 || seconds > voucher.MaxMinutes*60 || seconds < -voucher.MaxMinutes*60 {
		return 0, fmt.Errorf("the offset %s is %w", local.Format("-07:00:00"), ErrOffset)
	}
	return int16(seconds / 60), nil
}
