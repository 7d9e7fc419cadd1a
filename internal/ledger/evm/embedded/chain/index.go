package chain

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/rawdb"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/ethdb"
)

// Index derives look-up entries from a block and its receipts. It must depend
// on them alone, and must not change or keep them.
type Index func(*types.Block, types.Receipts) []Entry

// Entry is one look-up entry. A later block's entry replaces an earlier one
// with the same key.
type Entry struct{ Key, Value []byte }

const (
	indexPrefix = "tally-"
	entryPrefix = indexPrefix + "e-"
	markKey     = indexPrefix + "mark"
	// indexStep is how many blocks one batch covers when entries are derived
	// again, which bounds the memory it takes.
	indexStep = 256
)

// mark is the index' watermark: entries of all blocks up to here are stored.
type mark struct {
	version uint32
	number  uint64
	hash    common.Hash
}

func (m mark) encode() []byte {
	b := binary.BigEndian.AppendUint32(nil, m.version)
	b = binary.BigEndian.AppendUint64(b, m.number)
	return append(b, m.hash[:]...)
}

func decodeMark(b []byte) (mark, bool) {
	if len(b) != 4+8+common.HashLength {
		return mark{}, false
	}
	return mark{binary.BigEndian.Uint32(b), binary.BigEndian.Uint64(b[4:]), common.BytesToHash(b[12:])}, true
}

// Lookup returns the value that the index stored for a key, or nil. It answers
// from durable blocks only; while a block is being made durable it waits.
func (c *Chain) Lookup(key []byte) ([]byte, error) {
	release, err := c.hold()
	if err != nil {
		return nil, err
	}
	defer release()
	c.publishing.RLock()
	defer c.publishing.RUnlock()
	// A failed seal may have left entries of a block that is not durable.
	if failure := c.failure.Load(); failure != nil {
		return nil, failure
	}
	k := entryKey(key)
	if ok, err := c.db.Has(k); err != nil || !ok {
		return nil, err
	}
	return c.db.Get(k)
}

func entryKey(key []byte) []byte { return append([]byte(entryPrefix), key...) }

// putIndex adds a block's entries and the new watermark to a batch.
func (c *Chain) putIndex(w ethdb.KeyValueWriter, b *types.Block, receipts types.Receipts) error {
	if c.opts.Index == nil {
		return nil
	}
	for _, e := range c.opts.Index(b, receipts) {
		if err := w.Put(entryKey(e.Key), e.Value); err != nil {
			return err
		}
	}
	m := mark{c.opts.IndexVersion, b.NumberU64(), b.Hash()}
	return w.Put([]byte(markKey), m.encode())
}

// openIndex derives the entries that are missing up to the head.
func (c *Chain) openIndex(ctx context.Context) error {
	if c.opts.Index == nil {
		return nil
	}
	next, err := c.indexedUpTo()
	if err != nil {
		return err
	}
	head := c.bc.CurrentBlock().Number.Uint64()
	for next <= head {
		if err := ctx.Err(); err != nil {
			return err
		}
		last := min(next+indexStep-1, head)
		if err := c.indexRange(next, last); err != nil {
			return err
		}
		next = last + 1
	}
	return nil
}

// indexedUpTo returns the first block whose entries are missing. A watermark
// that this chain or this index did not write voids all entries.
func (c *Chain) indexedUpTo() (uint64, error) {
	if ok, err := c.db.Has([]byte(markKey)); err != nil || !ok {
		return 0, err
	}
	stored, err := c.db.Get([]byte(markKey))
	if err != nil {
		return 0, err
	}
	m, ok := decodeMark(stored)
	if ok && m.version == c.opts.IndexVersion && m.hash == rawdb.ReadCanonicalHash(c.db, m.number) {
		return m.number + 1, nil
	}
	start := []byte(indexPrefix)
	end := bytes.Clone(start)
	end[len(end)-1]++
	return 0, c.db.DeleteRange(start, end)
}

func (c *Chain) indexRange(first, last uint64) error {
	batch := c.db.NewBatch()
	defer batch.Close()
	for n := first; n <= last; n++ {
		b, receipts := c.bc.GetBlockByNumber(n), types.Receipts(nil)
		if b == nil {
			return fmt.Errorf("block %d is missing", n)
		}
		if len(b.Transactions()) > 0 {
			receipts = c.bc.GetReceiptsByHash(b.Hash())
		}
		if len(receipts) != len(b.Transactions()) {
			return fmt.Errorf("receipts of block %d are missing", n)
		}
		if err := c.putIndex(batch, b, receipts); err != nil {
			return err
		}
	}
	return batch.Write()
}
