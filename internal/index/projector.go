package index

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"tally/internal/ledger"
	"tally/internal/voucher"
)

const (
	projectBatch = 500 // entries added before the watermark moves
	retryAfter   = 200 * time.Millisecond
)

// Project tails the ledger into an index until ctx ends, whatever fails in
// between. caughtUp is called once, when the index has everything that was
// durable at the start.
func Project(ctx context.Context, l ledger.Ledger, x Index, log *slog.Logger, caughtUp func()) {
	for ctx.Err() == nil {
		err := follow(ctx, l, x, func() {
			if caughtUp != nil {
				caughtUp()
				caughtUp = nil
			}
		})
		if ctx.Err() == nil {
			log.WarnContext(ctx, "index fell behind, starting again", slog.Any("error", err))
			pause(ctx, retryAfter)
		}
	}
}

// follow brings the index up to the head again and again.
func follow(ctx context.Context, l ledger.Ledger, x Index, caughtUp func()) error {
	at, err := x.Watermark(ctx)
	if err != nil {
		return fmt.Errorf("read watermark: %w", err)
	}
	head, err := l.Head(ctx)
	for {
		if err != nil {
			return fmt.Errorf("read head: %w", err)
		}
		if err := project(ctx, l, x, at, head); err != nil {
			return err
		}
		caughtUp()
		at = head
		head, err = l.Wait(ctx, at)
	}
}

// project adds the entries between two positions and moves the watermark behind them.
func project(ctx context.Context, l ledger.Ledger, x Index, from, to voucher.Position) error {
	batch := make([]ledger.Entry, 0, projectBatch)
	for entry, err := range l.Events(ctx, from, to) {
		if err != nil {
			return fmt.Errorf("read events: %w", err)
		}
		if batch = append(batch, entry); len(batch) < projectBatch {
			continue
		}
		next := entry.Outcome.Position
		next.Item++
		if err := add(ctx, x, batch, next); err != nil {
			return err
		}
		batch = batch[:0]
	}
	return add(ctx, x, batch, to)
}

func add(ctx context.Context, x Index, batch []ledger.Entry, next voucher.Position) error {
	if err := x.Add(ctx, batch); err != nil {
		return fmt.Errorf("add entries: %w", err)
	}
	if err := x.SetWatermark(ctx, next); err != nil {
		return fmt.Errorf("move watermark: %w", err)
	}
	return nil
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
