// Package evidence serves what proves a ledger's history: receipts of commands,
// and the blocks and proofs that evidence packs consist of, with the log's tiles.
package evidence

import (
	"context"
	"fmt"

	"tally/internal/audit"
	"tally/internal/audit/receipt"
	"tally/internal/audit/translog"
	"tally/internal/ledger"
	"tally/internal/voucher"
)

// Desk hands out the evidence of one ledger. It may be used concurrently.
type Desk struct {
	ledger ledger.Ledger
	log    *translog.Log
	chain  chain // nil where the ledger itself proves nothing
}

// chain is a ledger that proves by blocks, as the embedded one does.
type chain interface {
	ledger.Prover
	// Block is a block in the form of evmproof.EncodeBlock.
	Block(ctx context.Context, number uint64) (header []byte, receipts [][]byte, err error)
}

// NewDesk is the desk of a ledger and its log.
func NewDesk(l ledger.Ledger, log *translog.Log) *Desk {
	proving, _ := l.(chain)
	return &Desk{l, log, proving}
}

// Receipt is the receipt (package receipt) of the command that was accepted at
// a position. It waits for the log, until ctx ends. The error is
// translog.ErrNotThere where the log has not got it by then, or the ledger
// accepted nothing there, and receipt.ErrTooLong.
func (d *Desk) Receipt(ctx context.Context, at voucher.Position) ([]byte, error) {
	entry, err := d.entry(ctx, at)
	if err != nil {
		return nil, err
	}
	leaf, err := audit.Leaf(entry)
	if err != nil {
		return nil, err
	}
	index, err := d.log.Find(ctx, at)
	if err != nil {
		return nil, err
	}
	path, checkpoint, err := d.log.Inclusion(index)
	if err != nil {
		return nil, err
	}
	r := receipt.Receipt{Leaf: leaf, Index: index, Path: path, Checkpoint: checkpoint}
	if d.chain != nil {
		if r.Proof, err = d.chain.Prove(ctx, at); err != nil {
			return nil, err
		}
	}
	return r.Encode()
}

// Proof is the ledger's own proof of a command that it accepted at a position.
// The error is translog.ErrNotThere where it accepted nothing there, or has no
// proofs.
func (d *Desk) Proof(ctx context.Context, at voucher.Position) ([]byte, error) {
	if d.chain == nil {
		return nil, translog.ErrNotThere
	}
	if _, err := d.entry(ctx, at); err != nil {
		return nil, err
	}
	return d.chain.Prove(ctx, at)
}

// entry is what the ledger accepted at a position.
func (d *Desk) entry(ctx context.Context, at voucher.Position) (ledger.Entry, error) {
	head, err := d.ledger.Head(ctx)
	if err != nil {
		return ledger.Entry{}, fmt.Errorf("head of the ledger: %w", err)
	}
	if !at.Before(head) {
		return ledger.Entry{}, translog.ErrNotThere
	}
	var found []ledger.Entry
	for entry, err := range d.ledger.Events(ctx, at, voucher.Position{Block: at.Block, Tx: at.Tx, Item: at.Item + 1}) {
		if err != nil {
			return entry, fmt.Errorf("read the ledger: %w", err)
		}
		found = append(found, entry)
	}
	if len(found) != 1 {
		return ledger.Entry{}, translog.ErrNotThere
	}
	return found[0], nil
}

// Blocks is a run of blocks of the embedded chain from one on, in the form that
// ReadBlocks takes: at least one, and no more than MaxBlocks. The error is
// translog.ErrNotThere where the chain has no such block yet, or there is none.
func (d *Desk) Blocks(ctx context.Context, from uint64) ([]byte, error) {
	if d.chain == nil || from == 0 {
		return nil, translog.ErrNotThere
	}
	head, err := d.ledger.Head(ctx)
	if err != nil {
		return nil, fmt.Errorf("head of the ledger: %w", err)
	}
	if from >= head.Block {
		return nil, translog.ErrNotThere
	}
	var run []byte
	for number := from; number < min(head.Block, from+MaxBlocks) && len(run) < blocksSize; number++ {
		header, receipts, err := d.chain.Block(ctx, number)
		if err != nil {
			return nil, fmt.Errorf("block %d: %w", number, err)
		}
		if run, err = appendBlock(run, Block{header, receipts}); err != nil {
			return nil, err
		}
	}
	return run, nil
}
