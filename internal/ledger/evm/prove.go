package evm

import (
	"context"
	"fmt"

	"tally/internal/audit/evmproof"
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
