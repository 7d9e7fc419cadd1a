package redis

import (
	"errors"
	"sync"
	"time"
)

// Limits of the breaker.
const (
	breakAfter = 3                      // calls in a row without an answer
	breakFor   = 500 * time.Millisecond // until one is let through to see
)

var errOpen = errors.New("redis did not answer lately")

// breaker has calls fail at once while Redis does not answer.
type breaker struct {
	now func() time.Time

	mu      sync.Mutex
	row     int // failures in a row
	until   time.Time
	probing bool
	Stats
}

// Stats count calls.
type Stats struct {
	Answered  uint64 // by Redis, refusals included
	Failed    uint64 // no answer in time, or no connection
	Refused   uint64 // at once, because Redis had not answered lately
	Broken    bool   // calls are being refused
	LastError string // of the last call that failed
}

func newBreaker(now func() time.Time) *breaker { return &breaker{now: now} }

// allow lets a call through, or not. Every call let through ends in answered,
// failed or left.
func (b *breaker) allow() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.row < breakAfter {
		return nil
	}
	if b.probing || b.now().Before(b.until) {
		b.Refused++
		return errOpen
	}
	b.probing = true
	return nil
}

func (b *breaker) answered() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.row, b.probing = 0, false
	b.Answered++
}

func (b *breaker) failed(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.row++
	b.probing, b.until = false, b.now().Add(breakFor)
	b.Failed++
	b.LastError = err.Error()
}

func (b *breaker) left() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.probing = false
}

func (b *breaker) stats() Stats {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.Stats
	s.Broken = b.row >= breakAfter
	return s
}
