package main

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"time"
	_ "time/tzdata" // so that time zones are known on every machine

	"tally/internal/voucher"
)

const day = 24 * time.Hour

// parseInstant reads an instant: RFC 3339 with its offset, or a length of time
// from now.
//
//	2026-12-01T00:00:00+08:00
//	+30d   +12h   +90m   now
func parseInstant(text string, now time.Time) (t time.Time, relative bool, err error) {
	if text == "now" {
		return now, true, nil
	}
	if text != "" && text[0] == '+' {
		length, err := parseLength(text[1:])
		return now.Add(length), true, err
	}
	t, err = time.Parse(time.RFC3339, text)
	if err != nil || t.Nanosecond() != 0 || t.Unix() < 0 || t.Unix() > voucher.MaxInstant {
		return t, false, misused("%q is no instant: write 2026-12-01T00:00:00+08:00, or +30d from now", text)
	}
	return t, false, nil
}

// parseLength reads a length of time: 30d, 12h or 90m.
func parseLength(text string) (time.Duration, error) {
	parts := regexp.MustCompile(`^([0-9]{1,6})([dhm])$`).FindStringSubmatch(text)
	if parts == nil {
		return 0, misused("%q is no length of time: write 30d, 12h or 90m", text)
	}
	n, err := strconv.Atoi(parts[1])
	if err != nil {
		return 0, fmt.Errorf("length of time: %w", err)
	}
	unit := map[string]time.Duration{"d": day, "h": time.Hour, "m": time.Minute}[parts[2]]
	if time.Duration(n) > math.MaxInt64/unit { // it would come round to something short
		return 0, misused("%q is too long a time", text)
	}
	return time.Duration(n) * unit, nil
}

// nextQuarter is the quarter of an hour that t is on, or the next: the ledger
// keeps expiry in quarters.
func nextQuarter(t time.Time) time.Time {
	const quarter = voucher.Quarter * time.Second
	if early := t.Truncate(quarter); early.Before(t) {
		return early.Add(quarter)
	}
	return t
}

// offsetTable is a time zone's offsets from UTC over a stretch of time, which
// every ledger computes local days from. None is UTC. Its first entry, which
// holds for all time before it too, is on a quarter of an hour as the ledger wants.
func offsetTable(zone string, from, until time.Time) ([]voucher.Offset, error) {
	location, err := time.LoadLocation(zone)
	if err != nil || zone == "" || zone == "Local" {
		return nil, misused("%q is no IANA time zone: write Asia/Hong_Kong, say, or UTC", zone)
	}
	var table []voucher.Offset
	for at := from.Truncate(voucher.Quarter * time.Second); ; {
		local := at.In(location)
		minutes, err := offsetMinutes(local)
		if err != nil {
			return nil, err
		}
		if n := len(table); n == 0 || table[n-1].Minutes != minutes {
			table = append(table, voucher.Offset{From: unix(at), Minutes: minutes})
		}
		next, ok := nextChange(local)
		if !ok || !next.Before(until) {
			break
		}
		at = next
	}
	switch {
	case len(table) > voucher.MaxOffsets:
		return nil, misused("%s changes its offset %d times in the campaign's life, more than %d: make it shorter",
			zone, len(table), voucher.MaxOffsets)
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

func offsetMinutes(local time.Time) (int16, error) {
	_, seconds := local.Zone()
	if seconds%(15*60) != 0 || seconds > voucher.MaxMinutes*60 || seconds < -voucher.MaxMinutes*60 {
		return 0, misused("the offset %s is no multiple of 15 minutes within 14 hours: no ledger can keep it", local.Format("-07:00:00"))
	}
	return int16(seconds / 60), nil
}
