package chain

import (
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
)

// Call is a call of a contract that the sealer itself makes. It is free.
type Call struct {
	To   common.Address
	Gas  uint64
	Data []byte
}

// Transactions signs calls as the sealer's transactions, with the nonces from first
// on. Who sent them is known then: a block that has them recovers no signature of
// theirs. The error is ErrNotSealer where the chain has no key.
func (c *Chain) Transactions(first uint64, calls []Call) ([]*types.Transaction, error) {
	if c.opts.Key == nil {
		return nil, ErrNotSealer
	}
	signer := sentBySealer{types.LatestSigner(c.bc.Config()), c.engine.sealer}
	txs := make([]*types.Transaction, len(calls))
	for i, call := range calls {
		tx, err := types.SignNewTx(c.opts.Key, signer.Signer, &types.LegacyTx{
			Nonce: first + uint64(i), To: &call.To, Gas: call.Gas, Data: call.Data, GasPrice: new(big.Int), Value: new(big.Int),
		})
		if err == nil {
			_, err = types.Sender(signer, tx) // which keeps the answer with the transaction
		}
		if err != nil {
			return nil, fmt.Errorf("sign transaction: %w", err)
		}
		txs[i] = tx
	}
	return txs, nil
}

// sentBySealer is a types.Signer for transactions that the sealer has just signed.
// It equals the signer that it wraps, so that what types.Sender keeps counts there.
type sentBySealer struct {
	types.Signer
	sealer common.Address
}

// Sender implements types.Signer, without recovering the signature.
func (s sentBySealer) Sender(*types.Transaction) (common.Address, error) { return s.sealer, nil }
