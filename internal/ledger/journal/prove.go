package journal

import (
	"context"
	"fmt"

	"tally/internal/ledger/journal/block"
	"tally/internal/ledger/journal/proof"
	"tally/internal/ledger/journal/segment"
	"tally/internal/voucher"
)

// Prove implements ledger.Prover: the encoding of a proof.Proof.
func (l *Ledger) Prove(_ context.Context, at voucher.Position) ([]byte, error) {
	b, err := l.told(at.Block)
	if err != nil {
		return nil, fmt.Errorf("prove %s: %w", at, err)
	}
	p, err := proof.Make(b, at.Item)
	if err != nil {
		return nil, fmt.Errorf("prove %s: %w", at, err)
	}
	return p.Encode()
}

// Block is a block in the form of proof.EncodeBlock: all that an auditor needs beside
// the leaves.
func (l *Ledger) Block(_ context.Context, number uint64) (header []byte, records [][]byte, err error) {
	b, err := l.told(number)
	if err != nil {
		return nil, nil, fmt.Errorf("block %d: %w", number, err)
	}
	header, records = proof.EncodeBlock(b)
	return header, records, nil
}

// told is a block that may be told of.
func (l *Ledger) told(number uint64) (block.Block, error) {
	if number >= l.head().Block {
		return block.Block{}, fmt.Errorf("%w: block %d", segment.ErrNoBlock, number)
	}
	return l.journal.Block(number)
}
