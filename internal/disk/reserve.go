package disk

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

// ErrNearlyFull says that a disk has less room than is kept in reserve.
var ErrNearlyFull = errors.New("the disk is nearly full")

// reserveFor is how long a Reserve's answer is given again without looking.
const reserveFor = time.Second

// Reserve is room on a disk that a program leaves free, so that what is under way
// ends well. It may be used concurrently.
type Reserve struct {
	dir   string
	bytes int64
	now   func() time.Time

	mu     sync.Mutex
	looked time.Time
	found  error
}

// NewReserve keeps a number of bytes free on the disk of a directory; zero keeps none.
func NewReserve(dir string, bytes int64, now func() time.Time) *Reserve {
	return &Reserve{dir: dir, bytes: bytes, now: now}
}

// Check is nil while the reserve is whole, as of a second ago at most. The error is
// ErrNearlyFull, with the numbers. Where the free space is not known, it is nil: the
// disk itself says then when it is full.
func (r *Reserve) Check() error {
	if r.bytes == 0 {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if now := r.now(); r.looked.IsZero() || now.Sub(r.looked) >= reserveFor || now.Before(r.looked) {
		r.looked, r.found = now, nil
		if free, err := Free(r.dir); err == nil && free < r.bytes {
			r.found = fmt.Errorf("%w: %d bytes are free in %s, and %d are kept in reserve", ErrNearlyFull, free, r.dir, r.bytes)
		}
	}
	return r.found
}
