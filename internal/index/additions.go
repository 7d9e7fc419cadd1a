package index

import (
	"context"
	"fmt"
	"sync"

	"tally/internal/ledger"
	"tally/internal/voucher"
)

// additions has an index take batches of entries, projectAhead of them at once,
// and moves the watermark over them in their order: never over an entry that is
// not in the index. One goroutine uses it, and ends it.
type additions struct {
	index Index
	mark  Mark       // where the watermark is
	line  []addition // under way, the first one first

	running sync.WaitGroup
}

// addition is a batch that an index takes.
type addition struct {
	to   Mark // where the watermark is when it, and all before, are there
	done chan error
}

// add has a batch taken, in the background, when there is room in the line.
func (a *additions) add(ctx context.Context, batch []ledger.Entry, next voucher.Position) error {
	if len(a.line) == projectAhead {
		if err := a.settle(ctx); err != nil {
			return err
		}
	}
	one := addition{to: a.last(), done: make(chan error, 1)}
	if one.to.Next.Before(next) {
		one.to.Next = next
	}
	if len(batch) > 0 {
		one.to.Last = FingerprintOf(batch[len(batch)-1])
	}
	a.line = append(a.line, one)
	a.running.Go(func() {
		if len(batch) == 0 {
			one.done <- nil
			return
		}
		one.done <- a.index.Add(ctx, batch)
	})
	return nil
}

// last is where the watermark will be after all that is under way.
func (a *additions) last() Mark {
	if len(a.line) == 0 {
		return a.mark
	}
	return a.line[len(a.line)-1].to
}

// settle waits for the first batch of the line, and moves the watermark over it.
func (a *additions) settle(ctx context.Context) error {
	first := a.line[0]
	a.line = a.line[1:]
	if err := <-first.done; err != nil {
		return fmt.Errorf("add entries: %w", err)
	}
	if err := a.index.Advance(ctx, a.mark, first.to); err != nil {
		return fmt.Errorf("move watermark: %w", err)
	}
	a.mark = first.to
	return nil
}

// finish settles everything.
func (a *additions) finish(ctx context.Context) error {
	for len(a.line) > 0 {
		if err := a.settle(ctx); err != nil {
			return err
		}
	}
	return nil
}

// end waits for what is under way still, after an error: its context has to end
// first.
func (a *additions) end() { a.running.Wait() }
