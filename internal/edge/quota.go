package edge

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"tally/internal/exact"
)

// Bounds of a quota.
const (
	maxQuota  = 1_000_000
	maxWindow = time.Hour
)

// ErrQuota says that a text is no quota.
var ErrQuota = errors.New(`want requests/time, as in 100/10s: 1 to 1000000 in whole seconds from 1s to 1h; or off`)

// Quota is how many requests may come in a time. They may come all at once;
// then they are given back one by one, evenly over the window. The zero quota
// is off.
//
//	100/10s    100 at once, and one more every 100 ms
type Quota struct {
	Requests int
	Window   time.Duration
}

// Off reports whether there is no limit.
func (q Quota) Off() bool { return q == Quota{} }

// String is the text form.
func (q Quota) String() string {
	if q.Off() {
		return "off"
	}
	return fmt.Sprintf("%d/%ds", q.Requests, q.Window/time.Second)
}

// MarshalText implements encoding.TextMarshaler.
func (q Quota) MarshalText() ([]byte, error) { return []byte(q.String()), nil }

// UnmarshalText reads the text form. The error is ErrQuota.
func (q *Quota) UnmarshalText(b []byte) error {
	if string(b) == "off" {
		*q = Quota{}
		return nil
	}
	count, window, _ := strings.Cut(string(b), "/")
	n, err := exact.Whole(count, 1, maxQuota)
	if err != nil {
		return ErrQuota
	}
	w, err := exact.Duration(window)
	if err != nil || w < time.Second || w > maxWindow || w%time.Second != 0 {
		return ErrQuota
	}
	*q = Quota{Requests: int(n), Window: w} //nolint:gosec // at most maxQuota
	return nil
}

// times is the quota with its requests multiplied.
func (q Quota) times(n int) Quota { return Quota{Requests: q.Requests * n, Window: q.Window} }

// most is how far what is owed may reach beyond now at most, as what Owe counts
// makes it: a quota beyond the full one, so that nobody is refused for longer than
// a window and one request.
func (q Quota) most() time.Duration { return 2*q.full() - q.each() }

// each is the time after which one request is given back.
func (q Quota) each() time.Duration { return max(q.Window/time.Duration(q.Requests), time.Nanosecond) }

// full is the time after which all are.
func (q Quota) full() time.Duration { return q.each() * time.Duration(q.Requests) }

// verdict is whether a request may pass, and what is left. owed is how far the
// requests so far, this one included, reach beyond now: the one number that the
// algorithm (GCRA, ITU-T I.371) keeps.
func (q Quota) verdict(owed time.Duration) Verdict {
	if owed > q.full() {
		return Verdict{Retry: owed - q.full(), Reset: owed - q.each()}
	}
	return Verdict{Allowed: true, Remaining: int((q.full() - owed) / q.each()), Reset: owed}
}

// Verdict is what a limiter says to one request.
type Verdict struct {
	Allowed   bool
	Remaining int           // requests that may come at once now
	Reset     time.Duration // until all may
	Retry     time.Duration // until one may, if this was not allowed
}
