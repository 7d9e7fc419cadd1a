package client

import (
	"net/http"
	"strconv"
	"time"
)

// retryAfter is how long a server asks its client to wait, 0 where it does not say.
// Tally says it in seconds; a proxy may say it as a date.
func retryAfter(header http.Header) time.Duration {
	text := header.Get("Retry-After")
	if seconds, err := strconv.ParseUint(text, 10, 32); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, time.Until(at))
	}
	return 0
}
