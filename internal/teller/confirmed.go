package teller

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"

	"tally/internal/index"
	"tally/internal/ledger"
	"tally/internal/voucher"
)

// Limits of confirming what an index says.
const (
	maxReads = 8      // blocks read at once for one list
	keptSums = 65_536 // outcomes that are remembered to be on the ledger
)

// errNotConfirmed says that an index and the ledger disagree.
var errNotConfirmed = errors.New("the ledger does not say what the index says")

// confirmed remembers outcomes that this process read on the ledger, by their
// fingerprints: what was accepted stays as it is. The oldest go first.
type confirmed struct {
	mu     sync.Mutex
	sums   map[voucher.Hash]index.Fingerprint // by the command's id
	byAge  []voucher.Hash                     // a ring
	oldest int                                // in byAge, once it is full
}

func newConfirmed() *confirmed { return &confirmed{sums: map[voucher.Hash]index.Fingerprint{}} }

func (c *confirmed) has(out voucher.Outcome) bool {
	c.mu.Lock()
	sum, ok := c.sums[out.ID]
	c.mu.Unlock()
	return ok && sum == index.FingerprintOf(ledger.Entry{Outcome: out})
}

func (c *confirmed) add(out voucher.Outcome) {
	sum := index.FingerprintOf(ledger.Entry{Outcome: out})
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, known := c.sums[out.ID]; known {
		return
	}
	c.sums[out.ID] = sum
	if len(c.byAge) < keptSums {
		c.byAge = append(c.byAge, out.ID)
		return
	}
	delete(c.sums, c.byAge[c.oldest])
	c.byAge[c.oldest] = out.ID
	c.oldest = (c.oldest + 1) % keptSums
}

// confirm has the ledger say what an index said of outcomes. What it lacks at the
// index's position is looked for by its id; what is nowhere is left out.
func (t *Teller) confirm(ctx context.Context, said []voucher.Outcome) ([]voucher.Outcome, error) {
	var doubtful []voucher.Position
	for _, out := range said {
		if !t.confirmed.has(out) {
			doubtful = append(doubtful, out.Position)
		}
	}
	entries := t.entries(ctx, doubtful)
	right := make([]voucher.Outcome, 0, len(said))
	for _, out := range said {
		entry, read := entries[out.Position]
		switch {
		case read && entry.Outcome.ID == out.ID:
			out = entry.Outcome
		case t.confirmed.has(out):
		default:
			first, ok, err := t.ledger.Outcome(ctx, out.ID)
			if err != nil {
				return nil, err
			}
			if !ok {
				t.log.WarnContext(ctx, "the index has a command that the ledger has not", slog.String("id", out.ID.String()))
				continue
			}
			out = first
		}
		t.confirmed.add(out)
		right = append(right, out)
	}
	return right, nil
}

// entries reads what the ledger has at some positions: those of one block at once.
// What cannot be read is left out: then it is looked for by its id.
func (t *Teller) entries(ctx context.Context, at []voucher.Position) map[voucher.Position]ledger.Entry {
	if len(at) == 0 {
		return nil
	}
	at = slices.SortedFunc(slices.Values(at), comparePositions)
	t.waitForLedger(ctx, at[len(at)-1])
	var all sync.WaitGroup
	var mu sync.Mutex
	found := map[voucher.Position]ledger.Entry{}
	turns := make(chan struct{}, maxReads)
	for len(at) > 0 {
		n := 1
		for n < len(at) && at[n].Block == at[0].Block {
			n++
		}
		from, to := at[0], at[n-1]
		at = at[n:]
		to.Item++
		turns <- struct{}{}
		all.Go(func() {
			defer func() { <-turns }()
			for entry, err := range t.ledger.Events(ctx, from, to) {
				if err != nil {
					t.log.DebugContext(ctx, "entries cannot be read", slog.Any("error", err))
					return
				}
				mu.Lock()
				found[entry.Outcome.Position] = entry
				mu.Unlock()
			}
		})
	}
	all.Wait()
	return found
}

func comparePositions(a, b voucher.Position) int {
	switch {
	case a.Before(b):
		return -1
	case b.Before(a):
		return 1
	default:
		return 0
	}
}
