package embedded

import (
	"sync"

	"tally/internal/ledger"
	"tally/internal/voucher"
)

// Limits of what is kept of the last blocks. A block has ledger.MaxBatch commands at
// most. Index and log follow the head, so few blocks are enough for them; a
// follower that is further behind reads the chain.
const (
	recentBlocks   = 128
	recentCommands = 8 * ledger.MaxBatch
)

// recent is what this process had accepted in the last blocks, as Events would read it
// from the chain. A block is put here when it is chosen, before it is durable: a
// reader asks for blocks up to the durable head only. The zero recent is empty.
type recent struct {
	mu       sync.RWMutex
	blocks   []recentBlock // ascending
	commands int           // in all of them
}

type recentBlock struct {
	number  uint64
	entries []ledger.Entry // in their order
}

// put keeps the entries of a block, in place of all that is kept from its number on.
func (r *recent) put(number uint64, entries []ledger.Entry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cut(number)
	r.blocks = append(r.blocks, recentBlock{number, entries})
	r.commands += len(entries)
	for len(r.blocks) > recentBlocks || len(r.blocks) > 1 && r.commands > recentCommands {
		r.commands -= len(r.blocks[0].entries)
		r.blocks[0] = recentBlock{}
		r.blocks = r.blocks[1:]
	}
}

// drop forgets the block of a number, which was not sealed, and all after it.
func (r *recent) drop(number uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cut(number)
}

// cut is drop for who holds the lock.
func (r *recent) cut(number uint64) {
	for n := len(r.blocks); n > 0 && r.blocks[n-1].number >= number; n-- {
		r.commands -= len(r.blocks[n-1].entries)
		r.blocks = r.blocks[:n-1]
	}
}

// of is the entries of a block, if they are kept. Callers share them.
func (r *recent) of(number uint64) (entries []ledger.Entry, ok bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for n := len(r.blocks); n > 0; n-- {
		if b := r.blocks[n-1]; b.number == number {
			return b.entries, true
		}
	}
	return nil, false
}

// at is the outcome at a position, if it is kept.
func (r *recent) at(p voucher.Position) (voucher.Outcome, bool) {
	entries, _ := r.of(p.Block)
	for _, e := range entries {
		if e.Outcome.Position == p {
			return e.Outcome, true
		}
	}
	return voucher.Outcome{}, false
}
