package teller

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"tally/internal/index"
	"tally/internal/ledger"
	"tally/internal/voucher"
)

// Limits of what is known of the last orders.
const (
	recentOrders  = 65_536 // kept; beyond that the oldest goes
	recentBlocks  = 1_024  // read back from the head when the index first fails
	recentTimeout = 250 * time.Millisecond
	recentWarning = 10 * time.Second // between two lines that say the same
)

// recent tells which order a client's reference names while the index cannot:
// it knows what this teller had accepted, and reads from the ledger what others
// had, or this one before it started. A ledger has no way from a reference to
// its order but to read on, so this goes back recentBlocks from the first
// question and knows recentOrders orders at most. What is older is not found.
type recent struct {
	ledger ledger.Ledger

	mu     sync.Mutex
	orders map[referenceKey]voucher.Hash
	byAge  []referenceKey   // a ring
	oldest int              // in byAge, once it is full
	next   voucher.Position // to read from; zero: nothing was read so far
	turn   chan struct{}    // holds one token while somebody reads
	warned time.Time        // when it was last said that this does not come to the end
}

func newRecent(l ledger.Ledger) *recent {
	return &recent{ledger: l, orders: map[referenceKey]voucher.Hash{}, turn: make(chan struct{}, 1)}
}

// add notes an order, if the entry is one with a reference.
func (r *recent) add(entry ledger.Entry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, key := range index.ReferencesOf(entry.Outcome) {
		if _, known := r.orders[key]; known {
			continue // the first counts
		}
		r.orders[key] = entry.Outcome.ID
		if len(r.byAge) < recentOrders {
			r.byAge = append(r.byAge, key)
			continue
		}
		delete(r.orders, r.byAge[r.oldest])
		r.byAge[r.oldest] = key
		r.oldest = (r.oldest + 1) % recentOrders
	}
}

func (r *recent) known(key referenceKey) (id voucher.Hash, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	id, ok = r.orders[key]
	return id, ok
}

// find reads what the ledger has beyond what is known, as far as it comes within
// recentTimeout; the next question goes on there. The error says that it did not
// come to the end.
func (r *recent) find(ctx context.Context, key referenceKey) (id voucher.Hash, ok bool, err error) {
	if id, ok := r.known(key); ok {
		return id, true, nil
	}
	ctx, cancel := context.WithTimeout(ctx, recentTimeout)
	defer cancel()
	select {
	case r.turn <- struct{}{}:
		err = r.read(ctx)
		<-r.turn
	case <-ctx.Done():
		err = ctx.Err()
	}
	id, ok = r.known(key)
	return id, ok, err
}

// warn says that the last orders cannot be read, once in recentWarning: after a
// restart every sale of the first moments would say it.
func (r *recent) warn(ctx context.Context, log *slog.Logger, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if time.Since(r.warned) < recentWarning {
		return
	}
	r.warned = time.Now()
	log.WarnContext(ctx, "recent orders cannot be read: a reference may name two", slog.Any("error", err))
}

func (r *recent) read(ctx context.Context) error {
	head, err := r.ledger.Head(ctx)
	if err != nil {
		return fmt.Errorf("read head: %w", err)
	}
	if r.next == (voucher.Position{}) && head.Block > recentBlocks {
		r.next.Block = head.Block - recentBlocks
	}
	for entry, err := range r.ledger.Events(ctx, r.next, head) {
		if err != nil {
			return fmt.Errorf("read events: %w", err)
		}
		r.add(entry)
		r.next = entry.Outcome.Position
		r.next.Item++
	}
	r.next = head
	return nil
}
