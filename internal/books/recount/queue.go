// Package recount has books recounted in turns. A recount reads the whole ledger, so
// there is one at a time, and none for what is still known.
package recount

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"tally/internal/books"
	"tally/internal/voucher"
)

// Limits of a queue.
const (
	MaxWaiting = 8                // recounts of one merchant's books that wait or are under way
	maxKept    = 256              // reports
	keptFor    = 10 * time.Second // that books of now are shown again while the ledger has nothing new: they say of when they are
)

// ErrBusy says that MaxWaiting recounts of the merchant's books wait already.
var ErrBusy = errors.New("too many recounts of the merchant's books wait")

// Queue recounts books: one at a time of all, and one at a time of a merchant's. A
// merchant that asks again and again waits behind itself, and others take turns with
// it. It may be used concurrently.
type Queue struct {
	turn chan struct{} // held by sending while books are recounted; callers are served in order

	mu    sync.Mutex
	lines map[voucher.Address]*line
	kept  map[Edition]made
	order []Edition // of kept, the oldest first
}

// line is where the recounts of one merchant's books wait.
type line struct {
	turn  chan struct{}
	count int // of recounts that wait or are under way
}

// Edition names books: those of a campaign up to a position. Books of now are up to
// the ledger's head.
type Edition struct {
	Campaign voucher.CampaignID
	To       voucher.Position
	Now      bool
}

// made is a report, and when it was made.
type made struct {
	report books.Report
	at     time.Time
}

// NewQueue is an empty queue.
func NewQueue() *Queue {
	return &Queue{turn: make(chan struct{}, 1), lines: map[voucher.Address]*line{}, kept: map[Edition]made{}}
}

// Ask returns an edition of a merchant's books, as recount makes it unless it is
// kept. The error is ErrBusy, the context's or that of recount.
func (q *Queue) Ask(
	ctx context.Context, merchant voucher.Address, e Edition, recount func(context.Context) (books.Report, error),
) (books.Report, error) {
	if report, ok := q.look(e); ok {
		return report, nil
	}
	own, err := q.enter(merchant)
	if err != nil {
		return books.Report{}, err
	}
	defer q.leave(merchant)
	for _, turn := range []chan struct{}{own, q.turn} {
		select {
		case turn <- struct{}{}:
			defer func() { <-turn }()
		case <-ctx.Done():
			return books.Report{}, fmt.Errorf("wait for the books: %w", ctx.Err())
		}
	}
	if report, ok := q.look(e); ok { // the call before may have asked the same
		return report, nil
	}
	report, err := recount(ctx)
	if err == nil {
		q.keep(e, report)
	}
	return report, err
}

func (q *Queue) enter(merchant voucher.Address) (turn chan struct{}, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	l := q.lines[merchant]
	if l == nil {
		l = &line{turn: make(chan struct{}, 1)}
		q.lines[merchant] = l
	}
	if l.count >= MaxWaiting {
		return nil, ErrBusy
	}
	l.count++
	return l.turn, nil
}

func (q *Queue) leave(merchant voucher.Address) {
	q.mu.Lock()
	defer q.mu.Unlock()
	l := q.lines[merchant]
	if l.count--; l.count == 0 {
		delete(q.lines, merchant)
	}
}

func (q *Queue) look(e Edition) (books.Report, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	b, ok := q.kept[e]
	return b.report, ok && (!e.Now || time.Since(b.at) < keptFor)
}

func (q *Queue) keep(e Edition, report books.Report) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if _, known := q.kept[e]; !known {
		q.order = append(q.order, e)
	}
	q.kept[e] = made{report, time.Now()}
	for len(q.order) > maxKept {
		delete(q.kept, q.order[0])
		q.order = q.order[1:]
	}
}
