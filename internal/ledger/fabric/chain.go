package fabric

import (
	"bytes"
	"errors"
	"fmt"
	"sync"
	"time"

	"tally/internal/ledger/fabric/blocks"
	"tally/internal/voucher"
)

// chain is the end of the channel as this process has seen it. Every connected
// peer offers its blocks; the first to bring the next one extends the chain, the
// others must bring the same. A block counts when enough peers have shown it.
type chain struct {
	witnesses int // peers that must have shown a block

	mu      sync.Mutex
	next    uint64   // the number of the first block that no peer has brought
	sure    uint64   // the number of the first block that does not count
	recent  []*block // consecutive; the last is next-1
	size    int      // of recent, in bytes
	waiting map[string]chan verdict
	changed chan struct{} // closed and replaced when the chain grew or a peer moved
}

// block is a block of the channel, and the peers that have shown it.
type block struct {
	*blocks.Block
	shown map[string]bool
}

// verdict is what became of a transaction: its place, and the transaction.
type verdict struct {
	block uint64
	tx    uint32
	blocks.Transaction
}

// newChain is a chain whose blocks before next are not looked at.
func newChain(next uint64, witnesses int) *chain {
	return &chain{
		witnesses: witnesses, next: next, sure: next, waiting: map[string]chan verdict{}, changed: make(chan struct{}),
	}
}

// offer takes a block that a peer delivered. The error is ErrBlock, or
// errUnwitnessed.
func (c *chain) offer(by string, b *block) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	defer c.wakeLocked()
	if b.Number > c.next {
		return fmt.Errorf("%w: block %d comes after %d", ErrBlock, b.Number, c.next-1)
	}
	if b.Number == c.next {
		if err := c.extendLocked(b); err != nil {
			return err
		}
	}
	if err := c.witnessLocked(by, b); err != nil {
		return err
	}
	for c.sure < c.next && len(c.findLocked(c.sure).shown) >= c.witnesses {
		c.tellLocked(c.findLocked(c.sure))
		c.sure++
	}
	return nil
}

// errUnwitnessed says that too many blocks wait for their witnesses.
var errUnwitnessed = errors.New("too few peers show the blocks that this one shows")

// extendLocked adds a block, and forgets the oldest if there are too many.
func (c *chain) extendLocked(b *block) error {
	if n := len(c.recent); n > 0 && !bytes.Equal(c.recent[n-1].Hash[:], b.Previous) {
		return fmt.Errorf("%w: block %d names another block before it", ErrBlock, b.Number)
	}
	for len(c.recent) > 0 && (len(c.recent) >= maxRecent || c.size+b.Size > maxRecentBytes) {
		if c.recent[0].Number >= c.sure {
			return errUnwitnessed
		}
		c.size -= c.recent[0].Size
		c.recent[0] = nil
		c.recent = c.recent[1:]
	}
	c.recent = append(c.recent, b)
	c.size += b.Size
	c.next++
	return nil
}

// witnessLocked notes that a peer shows a block. The error is about a block that
// differs from the known one.
func (c *chain) witnessLocked(by string, b *block) error {
	known := c.findLocked(b.Number)
	if known == nil {
		return nil // too long ago
	}
	if known.Hash != b.Hash || !bytes.Equal(known.Verdicts, b.Verdicts) {
		return fmt.Errorf("%w: block %d is another at another peer", ErrBlock, b.Number)
	}
	if known.shown == nil {
		known.shown = map[string]bool{}
	}
	known.shown[by] = true
	return nil
}

// findLocked is a recent block, or nil.
func (c *chain) findLocked(number uint64) *block {
	if first := c.next - uint64(len(c.recent)); number >= first && number < c.next {
		return c.recent[number-first]
	}
	return nil
}

// tellLocked ends the waits for the transactions of a block. A transaction that is
// in the chain twice has the verdict of its first place.
func (c *chain) tellLocked(b *block) {
	for i, tx := range b.Transactions {
		if wait, ok := c.waiting[tx.ID]; ok {
			wait <- verdict{b.Number, uint32(i), tx}
			delete(c.waiting, tx.ID)
		}
	}
}

// await tells the verdict on a transaction that is about to be sent.
func (c *chain) await(txID string) (wait <-chan verdict, forget func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	told := make(chan verdict, 1)
	c.waiting[txID] = told
	return told, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.waiting, txID)
	}
}

// head is the first block that does not count yet, and what is closed when that
// changes.
func (c *chain) head() (next uint64, changed <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sure, c.changed
}

// latest is the greatest of the times with which clients stamped the transactions of
// the last block. It is zero before the first block.
func (c *chain) latest() (at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.recent) == 0 {
		return at
	}
	for _, tx := range c.recent[len(c.recent)-1].Transactions {
		if tx.Time.After(at) {
			at = tx.Time
		}
	}
	return at
}

// brought reports whether a peer has brought the block of a number. The blocks of
// other peers need only be compared with it.
func (c *chain) brought(number uint64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return number < c.next
}

// last is where a peer starts to deliver: with the last block that counts, so
// that its height is known at once.
func (c *chain) last() uint64 {
	next, _ := c.head()
	return next - min(next, 1)
}

// recently are the blocks from one number up to another, if all are in memory.
func (c *chain) recently(from, to uint64) ([]*block, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	first := c.next - uint64(len(c.recent))
	if from < first || to > c.sure || from > to {
		return nil, false
	}
	return append([]*block(nil), c.recent[from-first:to-first]...), true
}

// wake wakes the goroutines that wait for a peer to move.
func (c *chain) wake() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wakeLocked()
}

func (c *chain) wakeLocked() {
	close(c.changed)
	c.changed = make(chan struct{})
}

// position is the first position of a block.
func position(block uint64) voucher.Position { return voucher.Position{Block: block} }
