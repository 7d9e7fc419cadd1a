package httpapi

import (
	"context"
	"fmt"
	"sync"
	"time"

	"tally/internal/api"
	"tally/internal/books"
	"tally/internal/voucher"
)

// Limits of recounts of books. Each recount reads the whole ledger.
const (
	maxAudits = 8                // of one merchant's books that wait or are under way; more are answered 503
	maxBooks  = 256              // that are kept
	booksFor  = 10 * time.Second // that books of now are shown again while the ledger has nothing new: they say of when they are
)

// desk recounts books: one at a time of all, and one at a time of a merchant's. So
// who asks again and again waits behind itself, and others take turns with it.
type desk struct {
	turn chan struct{} // held by sending while books are recounted; who waits is served in order

	mu    sync.Mutex
	lines map[voucher.Address]*line
	kept  map[edition]made
	order []edition // of kept, the oldest first
}

// line is where a merchant's wait.
type line struct {
	turn  chan struct{}
	count int // who wait or are under way
}

// edition names books: a campaign's up to a position. Those of now are up to the
// ledger's head.
type edition struct {
	campaign voucher.CampaignID
	to       voucher.Position
	now      bool
}

// made is a report, and when it was made.
type made struct {
	report books.Report
	at     time.Time
}

func newDesk() *desk {
	return &desk{turn: make(chan struct{}, 1), lines: map[voucher.Address]*line{}, kept: map[edition]made{}}
}

// ask is an edition of a merchant's books, as recount makes it unless it is kept.
// The error is a problem where too many of the merchant's wait.
func (d *desk) ask(
	ctx context.Context, merchant voucher.Address, e edition, recount func(context.Context) (books.Report, error),
) (books.Report, error) {
	if report, ok := d.look(e); ok {
		return report, nil
	}
	own, err := d.enter(merchant)
	if err != nil {
		return books.Report{}, err
	}
	defer d.leave(merchant)
	for _, turn := range []chan struct{}{own, d.turn} {
		select {
		case turn <- struct{}{}:
			defer func() { <-turn }()
		case <-ctx.Done():
			return books.Report{}, fmt.Errorf("wait for the books: %w", ctx.Err())
		}
	}
	if report, ok := d.look(e); ok { // who was before may have asked the same
		return report, nil
	}
	report, err := recount(ctx)
	if err == nil {
		d.keep(e, report)
	}
	return report, err
}

func (d *desk) enter(merchant voucher.Address) (turn chan struct{}, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	l := d.lines[merchant]
	if l == nil {
		l = &line{turn: make(chan struct{}, 1)}
		d.lines[merchant] = l
	}
	if l.count >= maxAudits {
		p := api.FaultUnavailable.Because("Ask again.")
		p.Title = "The merchant's books are being recounted."
		return nil, p
	}
	l.count++
	return l.turn, nil
}

func (d *desk) leave(merchant voucher.Address) {
	d.mu.Lock()
	defer d.mu.Unlock()
	l := d.lines[merchant]
	if l.count--; l.count == 0 {
		delete(d.lines, merchant)
	}
}

func (d *desk) look(e edition) (books.Report, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	b, ok := d.kept[e]
	return b.report, ok && (!e.now || time.Since(b.at) < booksFor)
}

func (d *desk) keep(e edition, report books.Report) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, known := d.kept[e]; !known {
		d.order = append(d.order, e)
	}
	d.kept[e] = made{report, time.Now()}
	for len(d.order) > maxBooks {
		delete(d.kept, d.order[0])
		d.order = d.order[1:]
	}
}
