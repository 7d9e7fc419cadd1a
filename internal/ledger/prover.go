package ledger

import (
	"context"

	"tally/internal/voucher"
)

// Prover is a ledger that proves its outcomes to those who trust no server.
type Prover interface {
	// Prove is the ledger's own proof of what it accepted at a position, in a
	// form of the driver's: package evm/proof verifies that of an embedded chain.
	Prove(ctx context.Context, at voucher.Position) ([]byte, error)
}
