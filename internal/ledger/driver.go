package ledger

import (
	"context"
	"fmt"
	"iter"

	"tally/internal/voucher"
)

// What drivers have in common.

// Undecided returns the outcomes of a batch as a driver's Submit begins: unknown, each
// with its command's id. The error, ErrNotSent, says that the batch is longer than
// MaxBatch, or that ctx has ended.
func Undecided(ctx context.Context, commands []voucher.Authored) ([]voucher.Outcome, error) {
	outcomes := make([]voucher.Outcome, len(commands))
	for i, c := range commands {
		outcomes[i].ID = c.Authors.ID
	}
	if len(commands) > MaxBatch {
		return outcomes, fmt.Errorf("%w: %d commands, at most %d at once", ErrNotSent, len(commands), MaxBatch)
	}
	if err := ctx.Err(); err != nil {
		return outcomes, fmt.Errorf("%w: %w", ErrNotSent, err)
	}
	return outcomes, nil
}

// ClampEvents is Events for a driver whose ledger has blocks. It yields what lies from
// one position up to another, or up to the head where that is nearer. read yields the
// entries of the blocks from first up to end, in order, as many blocks at a time as
// it likes; what it yields beyond the bounds is left out.
func ClampEvents(
	from, to voucher.Position, head func() voucher.Position, read func(first, end uint64) iter.Seq2[[]Entry, error],
) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		if durable := head(); durable.Before(to) {
			to = durable
		}
		end := to.Block
		if (voucher.Position{Block: end}).Before(to) { // some of that block is before to
			end++
		}
		for entries, err := range read(from.Block, end) {
			if err != nil {
				yield(Entry{}, err)
				return
			}
			if !yieldBetween(entries, from, to, yield) {
				return
			}
		}
	}
}

// yieldBetween yields the entries from one position up to another. It reports whether
// more are wanted.
func yieldBetween(entries []Entry, from, to voucher.Position, yield func(Entry, error) bool) bool {
	for _, e := range entries {
		if at := e.Outcome.Position; at.Before(from) || !at.Before(to) {
			continue
		}
		if !yield(e, nil) {
			return false
		}
	}
	return true
}
