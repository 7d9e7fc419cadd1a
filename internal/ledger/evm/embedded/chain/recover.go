package chain

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/rawdb"
	"github.com/ethereum/go-ethereum/core/types"
)

// recover brings the chain from the last block whose state is on disk to the
// last block on disk.
//
// After a crash go-ethereum moves its head back to a block whose state it has,
// which may be block 0, but it leaves the later blocks and their canonical
// hashes in the database. Every block that was ever acknowledged is among
// them, because Seal syncs a block together with its canonical hash.
func (c *Chain) recover(ctx context.Context) error {
	first := c.bc.CurrentBlock()
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		next, err := c.storedAfter(c.bc.CurrentBlock())
		if err != nil {
			return err
		}
		if next == nil {
			break
		}
		if err := c.replay(next); err != nil {
			return fmt.Errorf("block %d: %w", next.NumberU64(), err)
		}
	}
	if last := c.bc.CurrentBlock(); last.Number.Cmp(first.Number) != 0 {
		c.log.InfoContext(ctx, "chain recovered after a crash",
			slog.Any("from", first.Number), slog.Any("to", last.Number))
	}
	return nil
}

// storedAfter returns the stored block that follows a header, or nil.
func (c *Chain) storedAfter(h *types.Header) (*types.Block, error) {
	number := h.Number.Uint64() + 1
	hash := rawdb.ReadCanonicalHash(c.db, number)
	if hash == (common.Hash{}) {
		return nil, nil
	}
	block := rawdb.ReadBlock(c.db, hash, number)
	if block == nil {
		return nil, fmt.Errorf("block %d: canonical hash without a block", number)
	}
	return block, nil
}

// replay makes a stored block the head, executing it if its state is missing.
func (c *Chain) replay(b *types.Block) error {
	// go-ethereum verifies only what it executes.
	if err := c.engine.VerifyHeader(c.bc, b.Header()); err != nil {
		return err
	}
	parent := c.bc.CurrentBlock()
	executed := !c.bc.HasState(b.Root())
	if _, err := c.bc.SetCanonical(b); err != nil {
		return err
	}
	if !executed {
		return nil
	}
	c.unflushed.count(parent.Root, b.Root(), b.GasUsed())
	return c.flushIfDue()
}
