package teller

import (
	"context"
	"fmt"
	"time"

	"tally/internal/voucher"
)

// Limits of waiting for an index that is behind the ledger, or ahead of it.
const (
	catchUpTimeout = 2 * time.Second        // for the index to catch up before "sold out" is said
	catchUpEvery   = 2 * time.Millisecond   // between two looks at its watermark
	nearBlocks     = 8                      // by which an index that follows may be behind
	aheadTimeout   = 500 * time.Millisecond // for this ledger to come to where the index says it is
)

// catchUpIfFar waits until the index has caught up, if it is far behind the ledger.
// An index that is behind (for example just rebuilt) cannot prove that something
// does not exist.
func (t *Teller) catchUpIfFar(ctx context.Context) error {
	far, err := t.farBehind(ctx)
	if err == nil && far {
		err = t.catchUp(ctx)
	}
	return err
}

// farBehind reports whether the index misses more than the blocks that may be
// under way: what this process accepted is in it at once.
func (t *Teller) farBehind(ctx context.Context) (bool, error) {
	head, err := t.ledger.Head(ctx)
	if err != nil {
		return false, fmt.Errorf("read head: %w", err)
	}
	mark, err := t.index.Watermark(ctx)
	if err != nil {
		return false, fmt.Errorf("read watermark: %w", err)
	}
	return mark.Next.Block+nearBlocks < head.Block, nil
}

// catchUp waits until the index has all that the ledger has now.
func (t *Teller) catchUp(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, catchUpTimeout)
	defer cancel()
	head, err := t.ledger.Head(ctx)
	if err != nil {
		return fmt.Errorf("read head: %w", err)
	}
	for {
		mark, err := t.index.Watermark(ctx)
		if err != nil {
			return fmt.Errorf("read watermark: %w", err)
		}
		if !mark.Next.Before(head) {
			return nil
		}
		select {
		case <-time.After(catchUpEvery):
		case <-ctx.Done():
			return fmt.Errorf("index at %s, ledger at %s: %w", mark.Next, head, ctx.Err())
		}
	}
}

// waitForLedger waits a little for the ledger to be beyond a position: an index that other
// servers feed, too, may be ahead of what this one sees of the ledger.
func (t *Teller) waitForLedger(ctx context.Context, at voucher.Position) {
	ctx, cancel := context.WithTimeout(ctx, aheadTimeout)
	defer cancel()
	_, _ = t.ledger.Wait(ctx, at) // what is not there then is not found
}
