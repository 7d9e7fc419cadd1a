package remote

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/rpc"

	"tally/internal/voucher"
)

// ErrNoFinality says that a node does not tell which block is finalized.
var ErrNoFinality = errors.New("the node does not say which block is finalized")

// Inspection is what a look at a network found. Each error stands for one thing
// that a ledger would need and that was not so.
type Inspection struct {
	ChainID  *big.Int
	Head     uint64    // number of the node's latest block
	HeadTime time.Time // of that block, by the network's clock
	LedgerID voucher.Hash
	Contract error // why the contract cannot be served: see Open
	Finality error // ErrNoFinality, or why the node could not be asked
	Relayers []Relayer
}

// Relayer is an account that would pay for gas.
type Relayer struct {
	Address common.Address
	Balance *big.Int // in wei
	Affords *big.Int // largest transactions that the balance pays for now; nil where gas is free
}

// Inspect looks at a network as Open would, and sends nothing. The error is why
// there was nothing to look at: ErrUnreachable or ErrOtherChain, or ctx's.
func Inspect(ctx context.Context, opts Options) (found Inspection, err error) {
	opts = opts.withDefaults()
	asked := opts.Finality
	opts.Finality = Instant() // a node that cannot say more has a line of its own
	l, chainID, err := connect(ctx, opts)
	if err != nil {
		return found, err
	}
	defer l.node.rpc.Close()
	head, _, _ := l.tracker.view()
	found.ChainID, found.Head, found.HeadTime = chainID, head.number(), time.Unix(int64(head.Time), 0) //nolint:gosec // a block's time
	if found.Contract = l.checkContracts(ctx); found.Contract == nil {
		found.LedgerID = l.ID()
	}
	if asked == Finalized() {
		found.Finality = l.checkFinality(ctx)
	}
	for _, key := range opts.Keys {
		one, err := l.inspectRelayer(ctx, crypto.PubkeyToAddress(key.PublicKey), head, opts.MaxFee)
		if err != nil {
			return found, err
		}
		found.Relayers = append(found.Relayers, one)
	}
	return found, nil
}

// checkFinality asks for the finalized block.
func (l *Ledger) checkFinality(ctx context.Context) error {
	_, err := l.node.block(ctx, rpc.FinalizedBlockNumber)
	if err == nil || errors.Is(err, ErrUnreachable) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrNoFinality, err)
}

func (l *Ledger) inspectRelayer(ctx context.Context, of common.Address, head block, limit *big.Int) (r Relayer, err error) {
	r.Address = of
	if r.Balance, err = l.node.balance(ctx, of, head.Hash); err != nil {
		return r, err
	}
	fee, err := suggested(ctx, l.node, head, limit)
	if err != nil || fee.most.Sign() == 0 {
		return r, err
	}
	most := new(big.Int).Mul(fee.most, new(big.Int).SetUint64(min(MaxTransactionGas, uint64(head.GasLimit))))
	r.Affords = new(big.Int).Div(r.Balance, most)
	return r, nil
}
