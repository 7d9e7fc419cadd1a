package teller

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"tally/internal/ledger"
	"tally/internal/voucher"
)

// Limits of reading what an index points to.
const (
	maxReads     = 8     // blocks read at once for one list
	keptOutcomes = 8_192 // that are remembered: about a thousand bytes each
)

// errNotConfirmed says that an index and the ledger disagree.
var errNotConfirmed = errors.New("the ledger does not say what the index says")

// confirmed remembers outcomes that this process read on the ledger, by where they
// are: what was accepted stays as it is. The oldest go first.
type confirmed struct {
	mu       sync.Mutex
	outcomes map[voucher.Position]voucher.Outcome
	byAge    []voucher.Position // a ring
	oldest   int                // in byAge, once it is full
}

func newConfirmed() *confirmed { return &confirmed{outcomes: map[voucher.Position]voucher.Outcome{}} }

func (c *confirmed) at(p voucher.Position) (out voucher.Outcome, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	out, ok = c.outcomes[p]
	return out, ok
}

func (c *confirmed) add(out voucher.Outcome) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, known := c.outcomes[out.Position]; known {
		return
	}
	c.outcomes[out.Position] = out
	if len(c.byAge) < keptOutcomes {
		c.byAge = append(c.byAge, out.Position)
		return
	}
	delete(c.outcomes, c.byAge[c.oldest])
	c.byAge[c.oldest] = out.Position
	c.oldest = (c.oldest + 1) % keptOutcomes
}

// outcomesAt are the outcomes that the ledger has at some positions: those that it has
// read once are not read again. Where the ledger has nothing, nothing is said. The error
// says that some could not be read.
func (t *Teller) outcomesAt(ctx context.Context, at ...voucher.Position) (map[voucher.Position]voucher.Outcome, error) {
	found := make(map[voucher.Position]voucher.Outcome, len(at))
	var missing []voucher.Position
	for _, p := range at {
		if out, ok := t.confirmed.at(p); ok {
			found[p] = out
		} else {
			missing = append(missing, p)
		}
	}
	entries, err := t.entries(ctx, missing)
	for p, entry := range entries {
		t.confirmed.add(entry.Outcome)
		found[p] = entry.Outcome
	}
	return found, err
}

// entries reads what the ledger has at some positions: those of one block at once.
// What cannot be read is left out, and the error says so.
func (t *Teller) entries(ctx context.Context, at []voucher.Position) (map[voucher.Position]ledger.Entry, error) {
	if len(at) == 0 {
		return nil, nil
	}
	at = slices.SortedFunc(slices.Values(at), comparePositions)
	t.waitForLedger(ctx, at[len(at)-1])
	var all sync.WaitGroup
	var mu sync.Mutex
	var failed error
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
				mu.Lock()
				if err != nil {
					failed = errors.Join(failed, fmt.Errorf("read entries: %w", err))
				} else {
					found[entry.Outcome.Position] = entry
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	return found, failed
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
