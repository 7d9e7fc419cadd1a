package exact

import (
	"regexp"
	"time"
)

// Instant reads an instant as RFC 3339 writes it, in whole seconds and with its
// offset from UTC, so that it is one instant wherever it is read:
// 2026-12-01T00:00:00+08:00. There are no leap seconds.
func Instant(text string) (time.Time, error) {
	const want = "an instant is wanted, as 2026-12-01T00:00:00+08:00"
	local := regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?)?$`)
	whole := regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[-+][0-9]{2}:[0-9]{2})$`)
	offset := regexp.MustCompile(`(Z|[-+]([01][0-9]|2[0-3]):[0-5][0-9])$`) // package time takes 24:00 and 00:60
	var t time.Time
	err := t.UnmarshalText([]byte(text)) // strictly RFC 3339, as time.Parse is not
	switch {
	case err == nil && whole.MatchString(text) && offset.MatchString(text):
		return t, nil
	case err == nil && !whole.MatchString(text):
		return time.Time{}, wrong(want + ", in whole seconds")
	case text == "":
		return time.Time{}, wrong(want + ", not nothing")
	case local.MatchString(text):
		return time.Time{}, wrong(want + ": this one has not all of date, time and offset from UTC")
	case whole.MatchString(text):
		return time.Time{}, wrong(want + ": there is no such day, time or offset")
	default:
		return time.Time{}, wrong(want)
	}
}
