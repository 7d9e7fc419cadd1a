package chain

import (
	"errors"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/consensus"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/core/vm"

	"tally/internal/ledger/evm/seal"
)

// engine is the consensus of one sealer: a header is valid if that account
// signed it and its fields are the constants of this chain. go-ethereum asks
// it when blocks are executed again after a crash.
type engine struct{ sealer common.Address }

var _ consensus.Engine = engine{}

// Author is the coinbase, which verify holds equal to the sealer.
func (engine) Author(h *types.Header) (common.Address, error) { return h.Coinbase, nil }

func (e engine) VerifyHeader(chain consensus.ChainHeaderReader, h *types.Header) error {
	if h.Number.Sign() == 0 {
		return nil // block 0 is pinned by its hash
	}
	parent := chain.GetHeader(h.ParentHash, h.Number.Uint64()-1)
	if parent == nil {
		return consensus.ErrUnknownAncestor
	}
	return e.verify(parent, h)
}

func (e engine) VerifyHeaders(chain consensus.ChainHeaderReader, headers []*types.Header) (chan<- struct{}, <-chan error) {
	abort, results := make(chan struct{}), make(chan error, len(headers))
	var previous *types.Header
	for _, h := range headers {
		if previous != nil && previous.Hash() == h.ParentHash {
			results <- e.verify(previous, h)
		} else {
			results <- e.VerifyHeader(chain, h)
		}
		previous = h
	}
	return abort, results
}

func (e engine) verify(parent, h *types.Header) error {
	if err := verifyFields(parent, h); err != nil {
		return err
	}
	if h.Coinbase != e.sealer {
		return fmt.Errorf("header %d: coinbase is %s, not the sealer", h.Number, h.Coinbase)
	}
	return seal.Verify(h, e.sealer)
}

func verifyFields(parent, h *types.Header) error {
	bad := func(what string) error { return fmt.Errorf("header %d: %s", h.Number, what) }
	switch {
	case h.ParentHash != parent.Hash(), h.Number.Uint64() != parent.Number.Uint64()+1:
		return bad("does not follow its parent")
	case h.Time < parent.Time:
		return bad("is older than its parent")
	case h.Difficulty.Sign() != 0, h.UncleHash != types.EmptyUncleHash, h.Nonce != types.BlockNonce{}, h.MixDigest != common.Hash{}:
		return bad("has proof-of-work fields")
	case h.GasLimit != gasLimit, h.GasUsed > h.GasLimit:
		return bad("has another gas limit")
	case h.BaseFee == nil, h.BaseFee.Sign() != 0:
		return bad("has a base fee")
	case h.WithdrawalsHash == nil, *h.WithdrawalsHash != types.EmptyWithdrawalsHash:
		return bad("has withdrawals")
	case h.BlobGasUsed == nil, *h.BlobGasUsed != 0, h.ExcessBlobGas == nil, *h.ExcessBlobGas != 0:
		return bad("has blobs")
	case h.ParentBeaconRoot == nil, *h.ParentBeaconRoot != common.Hash{}:
		return bad("has a beacon root")
	case h.RequestsHash != nil:
		return bad("has requests")
	}
	return nil
}

func (engine) VerifyUncles(_ consensus.ChainReader, b *types.Block) error {
	if len(b.Uncles()) > 0 {
		return errors.New("block has uncles")
	}
	return nil
}

func (engine) Prepare(consensus.ChainHeaderReader, *types.Header) error { return nil }

func (engine) Finalize(consensus.ChainHeaderReader, *types.Header, vm.StateDB, *types.Body) {}

// Seal is never called: Chain.Seal builds blocks itself.
func (engine) Seal(consensus.ChainHeaderReader, *types.Block, chan<- *types.Block, <-chan struct{}) error {
	return errors.New("blocks are sealed by Chain.Seal")
}

func (engine) SealHash(h *types.Header) common.Hash { return seal.Hash(h) }

func (engine) CalcDifficulty(consensus.ChainHeaderReader, uint64, *types.Header) *big.Int {
	return new(big.Int)
}

func (engine) Close() error { return nil }
