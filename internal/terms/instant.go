package terms

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"time"

	"tally/internal/exact"
	"tally/internal/voucher"
	"tally/internal/zone"
)

const day = 24 * time.Hour

// ParseInstant reads an instant: RFC 3339 with its offset, or a length of time
// from now.
//
//	2026-12-01T00:00:00+08:00
//	+30d   +12h   +90m   now
func ParseInstant(text string, now time.Time) (t time.Time, relative bool, err error) {
	if text == "now" {
		return now, true, nil
	}
	if text != "" && text[0] == '+' {
		length, err := parseLength(text[1:])
		if err != nil {
			return now, true, refused("%q is no length of time from now: write +30d, +12h or +90m, of at most 290 years", text)
		}
		return now.Add(length), true, nil
	}
	t, err = exact.Instant(text)
	switch {
	case err != nil:
		return t, false, refused("%q: %w, or a length of time from now, as +30d", text, err)
	case t.Unix() < 0 || t.Unix() > voucher.MaxInstant:
		return t, false, refused("%q: an instant from 1970 to %d is wanted", text, voucher.Time(voucher.MaxInstant).Year())
	}
	return t, false, nil
}

// parseLength reads a length of time, with no zero in front: 30d, 12h or 90m.
func parseLength(text string) (time.Duration, error) {
	parts := regexp.MustCompile(`^(0|[1-9][0-9]{0,5})([dhm])$`).FindStringSubmatch(text)
	if parts == nil {
		return 0, refused("%q is no length of time: write 30d, 12h or 90m", text)
	}
	n, err := strconv.Atoi(parts[1])
	if err != nil {
		return 0, fmt.Errorf("length of time: %w", err)
	}
	unit := map[string]time.Duration{"d": day, "h": time.Hour, "m": time.Minute}[parts[2]]
	if time.Duration(n) > math.MaxInt64/unit { // it would come round to something short
		return 0, refused("%q is too long a time", text)
	}
	return time.Duration(n) * unit, nil
}

// NextQuarter is the quarter of an hour that t is on, or the next: the ledger
// keeps expiry in quarters.
func NextQuarter(t time.Time) time.Time {
	const quarter = voucher.Quarter * time.Second
	if early := t.Truncate(quarter); early.Before(t) {
		return early.Add(quarter)
	}
	return t
}

// offsetTable is a time zone's offsets from UTC over a stretch of time, from
// which every ledger computes local days.
func offsetTable(name string, from, until time.Time) ([]voucher.Offset, error) {
	location, err := zone.BuiltIn().Location(name)
	if err != nil {
		return nil, refused("%q is no IANA time zone: write Asia/Hong_Kong, say, or UTC", name)
	}
	table, err := zone.Table(location, from, until)
	switch {
	case errors.Is(err, zone.ErrTooMany):
		return nil, refused("%s in the campaign's life: %w: make it shorter", name, err)
	case err != nil:
		return nil, refused("%s: %w", name, err)
	}
	return table, nil
}
