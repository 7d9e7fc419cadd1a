// Package evidence hands out what proves a ledger's history: receipts, and the
// parts of evidence packs: the log's checkpoint and tiles, the chain's blocks, and
// the ledger's own proofs.
package evidence

import (
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"tally/internal/audit"
	"tally/internal/audit/receipt"
	"tally/internal/audit/translog"
	"tally/internal/ledger"
	"tally/internal/voucher"
)

// Server hands out the evidence of one ledger. It may be used concurrently.
type Server struct {
	ledger ledger.Ledger
	log    *translog.Log
	chain  chain // nil where the ledger itself proves nothing
}

// chain is a ledger that proves by blocks, as the embedded one and a journal do.
type chain interface {
	ledger.Prover
	// Block is a block in the form of EncodeBlock of evm/proof or of journal/proof.
	Block(ctx context.Context, number uint64) (header []byte, receipts [][]byte, err error)
}

// NewServer hands out the evidence of a ledger and its log.
func NewServer(l ledger.Ledger, log *translog.Log) *Server {
	proving, _ := l.(chain)
	return &Server{l, log, proving}
}

// Checkpoint is what the log shows now: see translog.Log.Checkpoint.
func (s *Server) Checkpoint() ([]byte, error) { return s.log.Checkpoint() }

// Tile is a tile of the log, or a bundle of its entries. The error is
// translog.ErrNotThere where the log is not as long yet.
func (s *Server) Tile(ctx context.Context, tile tlog.Tile) ([]byte, error) {
	return s.log.Tile(ctx, tile)
}

// Receipt is the receipt (package receipt) of the command that was accepted at
// a position. It waits for the log, until ctx ends. The error is
// translog.ErrNotThere where the log has not got it by then, or the ledger
// accepted nothing there, and audit.ErrReceiptTooLong.
func (s *Server) Receipt(ctx context.Context, at voucher.Position) ([]byte, error) {
	entry, err := s.entry(ctx, at)
	if err != nil {
		return nil, err
	}
	leaf, err := audit.Leaf(entry)
	if err != nil {
		return nil, err
	}
	index, err := s.log.Find(ctx, at)
	if err != nil {
		return nil, err
	}
	path, checkpoint, err := s.log.Inclusion(index)
	if err != nil {
		return nil, err
	}
	r := receipt.Receipt{Leaf: leaf, Index: index, Path: path, Checkpoint: checkpoint}
	if s.chain != nil {
		if r.Proof, err = s.chain.Prove(ctx, at); err != nil {
			return nil, err
		}
	}
	return r.Encode()
}

// Proof is the ledger's own proof of a command that it accepted at a position.
// The error is translog.ErrNotThere where it accepted nothing there, or has no
// proofs.
func (s *Server) Proof(ctx context.Context, at voucher.Position) ([]byte, error) {
	if s.chain == nil {
		return nil, translog.ErrNotThere
	}
	if _, err := s.entry(ctx, at); err != nil {
		return nil, err
	}
	return s.chain.Prove(ctx, at)
}

// entry is what the ledger accepted at a position.
func (s *Server) entry(ctx context.Context, at voucher.Position) (ledger.Entry, error) {
	head, err := s.ledger.Head(ctx)
	if err != nil {
		return ledger.Entry{}, fmt.Errorf("head of the ledger: %w", err)
	}
	if !at.Before(head) {
		return ledger.Entry{}, translog.ErrNotThere
	}
	var found []ledger.Entry
	for entry, err := range s.ledger.Events(ctx, at, voucher.Position{Block: at.Block, Tx: at.Tx, Item: at.Item + 1}) {
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

// Blocks is a run of the ledger's blocks from one on, in the form that
// ReadBlocks takes: at least one, and no more than MaxBlocks. The error is
// translog.ErrNotThere where the ledger has no such block yet, or there is none.
func (s *Server) Blocks(ctx context.Context, from uint64) ([]byte, error) {
	if s.chain == nil || from == 0 {
		return nil, translog.ErrNotThere
	}
	head, err := s.ledger.Head(ctx)
	if err != nil {
		return nil, fmt.Errorf("head of the ledger: %w", err)
	}
	if from >= head.Block {
		return nil, translog.ErrNotThere
	}
	var run []byte
	for number := from; number < min(head.Block, from+MaxBlocks) && len(run) < blocksSize; number++ {
		header, receipts, err := s.chain.Block(ctx, number)
		if err != nil {
			return nil, fmt.Errorf("block %d: %w", number, err)
		}
		if run, err = appendBlock(run, Block{header, receipts}); err != nil {
			return nil, err
		}
	}
	return run, nil
}
