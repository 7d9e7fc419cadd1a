package exact

import (
	"regexp"
	"time"
)

// Duration reads a length of time as Go writes it, in whole numbers of hours,
// minutes, seconds and milliseconds, the greater unit first: 1h30m, 45s, 250ms.
// A lone 0 is none. Signs, fractions and other units are refused.
func Duration(text string) (time.Duration, error) {
	const number = `(0|[1-9][0-9]{0,8})`
	form := regexp.MustCompile(`^(` + number + `h)?(` + number + `m)?(` + number + `s)?(` + number + `ms)?$`)
	if text == "0" {
		return 0, nil
	}
	length, err := time.ParseDuration(text)
	if err != nil || !form.MatchString(text) {
		return 0, wrong("a length of time is wanted, as 90s, 15m or 1h30m")
	}
	return length, nil
}
