package edge

import (
	"context"
	"log/slog"
	"net/netip"
	"sync"
	"time"
)

// Limits of what the log says of requests that were turned away.
const (
	turnedEvery  = 10 * time.Second // between two sums of them
	turnedLines  = 10               // that have a line of their own between two sums
	maxAddresses = 4096             // addresses that one sum tells apart
)

// turned is why a request was turned away before it reached the API.
type turned uint8

const (
	turnedNot turned = iota
	turnedByRate
	turnedByCrowd
	turnedBack // by its own client, while its body was awaited
	turnedEnd
)

// door sums up the requests that were turned away: who sends more than it may
// must not fill the log. The first few of each ten seconds have a line each, as an
// example; then one line has the numbers.
type door struct {
	log *slog.Logger
	now func() time.Time

	mu        sync.Mutex
	began     time.Time // when the first came that is not in a sum yet; zero for none
	count     [turnedEnd]int64
	addresses map[netip.Prefix]struct{}
}

// turn counts a request that was turned away, and reports whether it should have a
// line of its own.
func (d *door) turn(why turned, from origin) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.began.IsZero() {
		d.began, d.addresses = d.now(), map[netip.Prefix]struct{}{}
		time.AfterFunc(turnedEvery, d.sum)
	}
	d.count[why]++
	if len(d.addresses) < maxAddresses && len(from) > 0 {
		d.addresses[from[0]] = struct{}{}
	}
	all := int64(0)
	for _, n := range d.count {
		all += n
	}
	return all <= turnedLines
}

// sum writes the line of what was turned away since the last one.
func (d *door) sum() {
	d.mu.Lock()
	count, addresses, began := d.count, len(d.addresses), d.began
	d.count, d.addresses, d.began = [turnedEnd]int64{}, nil, time.Time{}
	d.mu.Unlock()
	all := count[turnedByRate] + count[turnedByCrowd] + count[turnedBack]
	if all <= turnedLines {
		return // each has its line
	}
	d.log.LogAttrs(context.Background(), slog.LevelWarn, "requests were turned away",
		slog.Int64("rate_limited", count[turnedByRate]), slog.Int64("overloaded", count[turnedByCrowd]),
		slog.Int64("taken_back", count[turnedBack]), slog.Int("addresses", addresses),
		slog.Float64("seconds", d.now().Sub(began).Seconds()))
}
