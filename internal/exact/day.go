package exact

import (
	"regexp"
	"time"
)

// Day reads a day of the Gregorian calendar, as 2026-12-01.
func Day(text string) (time.Time, error) {
	const want = "a day is wanted, as 2026-12-01"
	day, err := time.Parse(time.DateOnly, text)
	if whole := regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`); !whole.MatchString(text) {
		return time.Time{}, wrong(want)
	}
	if err != nil {
		return time.Time{}, wrong(want + ": there is no such day")
	}
	return day, nil
}
