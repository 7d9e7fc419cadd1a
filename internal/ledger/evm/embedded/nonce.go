package embedded

import (
	"context"
	"fmt"

	"tally/internal/ledger/evm/embedded/chain"
)

// nonce is the number of the sealer's next transaction, as long as nobody but this
// ledger makes them. Who has the turn uses it. The zero nonce is not known.
type nonce struct {
	value uint64
	known bool
}

// next is the number, which is read from the chain's head where it is not known.
func (n *nonce) next(ctx context.Context, c *chain.Chain) (uint64, error) {
	if n.known {
		return n.value, nil
	}
	value, err := c.Nonce(ctx, c.Sealer())
	if err != nil {
		return 0, fmt.Errorf("read nonce: %w", err)
	}
	n.value, n.known = value, true
	return value, nil
}

// used counts the transactions of a block that was sealed; nil is none. After an
// error the chain is asked again.
func (n *nonce) used(sealed *chain.Sealed, err error) {
	switch {
	case err != nil:
		*n = nonce{}
	case sealed != nil:
		n.value += uint64(len(sealed.Block.Transactions()))
	}
}
