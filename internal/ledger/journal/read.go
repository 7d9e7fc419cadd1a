package journal

import (
	"context"
	"fmt"
	"iter"
	"sync"

	"tally/internal/ledger"
	"tally/internal/ledger/journal/block"
	"tally/internal/ledger/journal/segment"
	"tally/internal/voucher"
)

var _ ledger.Viewer = (*Ledger)(nil)

// View implements ledger.Viewer: the state is there, so once is enough.
func (l *Ledger) View(_ context.Context, read func(voucher.State) error) error { return l.read(read) }

// read has read read the state as it stands after the last block that is told of.
func (l *Ledger) read(read func(voucher.State) error) error {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return read(draft{l.state, map[string][]byte{}})
}

// Outcome implements ledger.Reader.
func (l *Ledger) Outcome(_ context.Context, id voucher.Hash) (voucher.Outcome, bool, error) {
	l.mu.RLock()
	number, item, ok, err := l.state.position(id)
	l.mu.RUnlock()
	if err != nil || !ok {
		return voucher.Outcome{}, false, err
	}
	e, err := l.entry(number, item)
	if err == nil && e.Outcome.ID != id {
		err = fmt.Errorf("%w: block %d, item %d has another id than %s", segment.ErrDamaged, number, item, id)
	}
	return e.Outcome, err == nil, err
}

// entry is one accepted command of a block.
func (l *Ledger) entry(number uint64, item uint32) (ledger.Entry, error) {
	if entries, ok := l.recent.get(number); ok && int(item) < len(entries) {
		return entries[item], nil
	}
	b, err := l.journal.Block(number)
	if err != nil {
		return ledger.Entry{}, err
	}
	if int(item) >= len(b.Records) {
		return ledger.Entry{}, fmt.Errorf("%w: block %d has no item %d", segment.ErrDamaged, number, item)
	}
	return entryOf(b, item)
}

func entryOf(b block.Block, item uint32) (ledger.Entry, error) {
	r, err := block.DecodeRecord(b.Records[item])
	if err != nil {
		return ledger.Entry{}, fmt.Errorf("%w: block %d, item %d: %w", segment.ErrDamaged, b.Header.Number, item, err)
	}
	return ledger.Entry{Outcome: r.Outcome(b.Header, item), Command: r.Command}, nil
}

// entries are the accepted commands of a block.
func (l *Ledger) entries(number uint64) ([]ledger.Entry, error) {
	if entries, ok := l.recent.get(number); ok {
		return entries, nil
	}
	b, err := l.journal.Block(number)
	if err != nil {
		return nil, err
	}
	if number == 0 {
		return nil, nil // it founds the ledger, and has no command
	}
	entries := make([]ledger.Entry, len(b.Records))
	for i := range entries {
		if entries[i], err = entryOf(b, uint32(i)); err != nil {
			return nil, err
		}
	}
	return entries, nil
}

// Head implements ledger.Ledger.
func (l *Ledger) Head(context.Context) (voucher.Position, error) { return l.head(), nil }

func (l *Ledger) head() voucher.Position {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return voucher.Position{Block: l.tip.Number + 1}
}

// Wait implements ledger.Ledger.
func (l *Ledger) Wait(ctx context.Context, beyond voucher.Position) (voucher.Position, error) {
	return ledger.AwaitHead(ctx, beyond, l.stopped, func() (voucher.Position, <-chan struct{}) {
		l.mu.RLock()
		defer l.mu.RUnlock()
		return voucher.Position{Block: l.tip.Number + 1}, l.changed
	})
}

// Events implements ledger.Ledger.
func (l *Ledger) Events(ctx context.Context, from, to voucher.Position) iter.Seq2[ledger.Entry, error] {
	return ledger.ClampEvents(from, to, l.head, func(first, end uint64) iter.Seq2[[]ledger.Entry, error] {
		return func(yield func([]ledger.Entry, error) bool) {
			for number := first; number < end; number++ {
				entries, err := l.entries(number)
				if err == nil {
					err = ctx.Err()
				}
				if !yield(entries, err) || err != nil {
					return
				}
			}
		}
	})
}

// maxRecent is how many entries of the last blocks are kept in memory.
const maxRecent = 8192

// recent has the entries of the last blocks, which index and log ask for at once.
type recent struct {
	mu     sync.Mutex
	blocks map[uint64][]ledger.Entry
	oldest uint64
	count  int
}

func (r *recent) add(number uint64, entries []ledger.Entry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.blocks) == 0 {
		r.blocks, r.oldest, r.count = map[uint64][]ledger.Entry{}, number, 0
	}
	r.blocks[number] = entries
	r.count += max(len(entries), 1) // an empty block takes room too
	for ; r.count > maxRecent && r.oldest < number; r.oldest++ {
		r.count -= max(len(r.blocks[r.oldest]), 1)
		delete(r.blocks, r.oldest)
	}
}

func (r *recent) get(number uint64) ([]ledger.Entry, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	entries, ok := r.blocks[number]
	return entries, ok
}
