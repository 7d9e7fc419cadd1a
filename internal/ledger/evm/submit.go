package evm

import (
	"context"
	"errors"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"

	"tally/internal/ledger"
	"tally/internal/ledger/evm/chain"
	"tally/internal/voucher"
)

const transactionGas = 100_000_000

// Submit implements ledger.Ledger. All commands go into one block.
func (l *Ledger) Submit(ctx context.Context, commands []voucher.Authored) ([]voucher.Outcome, error) {
	outcomes := make([]voucher.Outcome, len(commands))
	for i, c := range commands {
		outcomes[i].ID = c.Authors.ID
	}
	if len(commands) > ledger.MaxBatch {
		return outcomes, fmt.Errorf("%w: %d commands, at most %d at once", ledger.ErrNotSent, len(commands), ledger.MaxBatch)
	}
	head := l.chain.Head()
	encoded, fitting := Fitting(commands, outcomes, head.Number.Uint64(), head.Time)
	err := l.judge(ctx, encoded, outcomes, fitting, PerTransaction)
	return outcomes, errors.Join(err, ledger.FirstOutcomes(ctx, l, commands, outcomes))
}

// judge seals the commands at the given places, so many to a transaction, and
// reads their outcomes. A transaction that was reverted had no effect; its
// commands are judged again one by one, and one that reverts alone is malformed.
func (l *Ledger) judge(ctx context.Context, commands [][]byte, outcomes []voucher.Outcome, places []int, each int) error {
	if len(places) == 0 {
		return ctx.Err()
	}
	groups := l.calls.Groups(commands, places, each)
	calls := make([][]byte, len(groups))
	for i, g := range groups {
		calls[i] = g.Call
	}
	sealed, err := l.seal(ctx, calls)
	if err != nil {
		return err
	}
	var again []int
	for i, g := range groups {
		receipt := sealed.Receipts[i]
		if receipt.Status != types.ReceiptStatusSuccessful {
			again = append(again, g.Reverted(sealed.Block.NumberU64(), sealed.Block.Time(), outcomes)...)
			continue
		}
		read, err := l.logs.Outcomes(placeOf(sealed.Block, receipt), receipt.Logs)
		if err = errors.Join(err, g.Collect(read, outcomes)); err != nil {
			return fmt.Errorf("%w: %w", ledger.ErrUnknown, err)
		}
	}
	if len(again) == 0 {
		return nil
	}
	return l.judge(ctx, commands, outcomes, again, 1)
}

// seal makes one block of calls to the contract. Its error says whether the
// calls may have had an effect.
func (l *Ledger) seal(ctx context.Context, calls [][]byte) (*chain.Sealed, error) {
	select {
	case l.submitting <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("%w: %w", ledger.ErrNotSent, ctx.Err())
	}
	defer func() { <-l.submitting }()
	txs, err := l.transactions(ctx, calls)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ledger.ErrNotSent, err)
	}
	sealed, err := l.chain.Seal(ctx, txs)
	var failed *chain.FailedError
	switch {
	case errors.As(err, &failed):
		return nil, fmt.Errorf("%w: %w", ledger.ErrUnknown, err)
	case errors.Is(err, chain.ErrClosed):
		return nil, fmt.Errorf("%w: %w", ledger.ErrClosed, err)
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ledger.ErrNotSent, err)
	}
	return sealed, nil
}

func (l *Ledger) transactions(ctx context.Context, calls [][]byte) ([]*types.Transaction, error) {
	nonce, err := l.chain.Nonce(ctx, crypto.PubkeyToAddress(l.key.PublicKey))
	if err != nil {
		return nil, fmt.Errorf("read nonce: %w", err)
	}
	signer, to := types.LatestSignerForChainID(l.chain.ChainID()), Contract()
	txs := make([]*types.Transaction, len(calls))
	for i, data := range calls {
		txs[i], err = types.SignNewTx(l.key, signer, &types.LegacyTx{
			Nonce: nonce + uint64(i), GasPrice: new(big.Int), Gas: transactionGas, To: &to, Data: data, Value: new(big.Int),
		})
		if err != nil {
			return nil, fmt.Errorf("sign transaction: %w", err)
		}
	}
	return txs, nil
}
