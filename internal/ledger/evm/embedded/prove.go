package embedded

import (
	"context"
	"fmt"

	evmproof "tally/internal/ledger/evm/proof"
	"tally/internal/voucher"
)

// Prove implements ledger.Prover: the encoding of an evmproof.Proof.
func (l *Ledger) Prove(_ context.Context, at voucher.Position) ([]byte, error) {
	block, err := l.chain.Block(at.Block)
	if err != nil {
		return nil, fmt.Errorf("prove %s: %w", at, err)
	}
	receipts, err := l.chain.Receipts(at.Block)
	if err != nil {
		return nil, fmt.Errorf("prove %s: %w", at, err)
	}
	proof, err := evmproof.Make(block.Header(), receipts, at.Tx)
	if err != nil {
		return nil, fmt.Errorf("prove %s: %w", at, err)
	}
	return proof.Encode()
}

// Block is a block in the form of evmproof.EncodeBlock: all that the ledger has
// to show of it.
func (l *Ledger) Block(_ context.Context, number uint64) (header []byte, receipts [][]byte, err error) {
	block, err := l.chain.Block(number)
	if err != nil {
		return nil, nil, fmt.Errorf("block %d: %w", number, err)
	}
	all, err := l.chain.Receipts(number)
	if err != nil {
		return nil, nil, fmt.Errorf("block %d: %w", number, err)
	}
	return evmproof.EncodeBlock(block.Header(), all)
}
