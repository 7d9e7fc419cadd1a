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

const (
	// perTransaction keeps receipts, which prove a command's outcome, small:
	// a proof carries all logs of its transaction.
	perTransaction = 10
	transactionGas = 100_000_000
)

// Submit implements ledger.Ledger. All commands go into one block.
func (l *Ledger) Submit(ctx context.Context, commands []voucher.Command) ([]voucher.Outcome, error) {
	outcomes := make([]voucher.Outcome, len(commands))
	for i, c := range commands {
		outcomes[i].ID = l.domain.ID(c)
	}
	if len(commands) > ledger.MaxBatch {
		return outcomes, fmt.Errorf("%w: %d commands, at most %d at once", ledger.ErrNotSent, len(commands), ledger.MaxBatch)
	}
	all := make([]int, len(commands))
	for i := range all {
		all[i] = i
	}
	err := l.judge(ctx, commands, outcomes, all, perTransaction)
	return outcomes, errors.Join(err, ledger.FirstOutcomes(ctx, l, l.domain, commands, outcomes))
}

// judge seals the commands at the given places, so many to a transaction, and
// reads their outcomes. A transaction that was reverted had no effect; its
// commands are judged again one by one, and one that reverts alone is malformed.
func (l *Ledger) judge(ctx context.Context, commands []voucher.Command, outcomes []voucher.Outcome, places []int, each int) error {
	if len(places) == 0 {
		return ctx.Err()
	}
	var calls [][]byte
	var groups [][]int
	for start := 0; start < len(places); start += each {
		group := places[start:min(start+each, len(places))]
		items := make([][]byte, len(group))
		for i, at := range group {
			items[i] = voucher.EncodeCommand(commands[at])
		}
		calls, groups = append(calls, l.contract.PackSubmit(items)), append(groups, group)
	}
	sealed, err := l.seal(ctx, calls)
	if err != nil {
		return err
	}
	var again []int
	for i, group := range groups {
		receipt := sealed.Receipts[i]
		if receipt.Status == types.ReceiptStatusSuccessful {
			if err := l.collect(sealed.Block.Header(), receipt, group, outcomes); err != nil {
				return fmt.Errorf("%w: %w", ledger.ErrUnknown, err)
			}
			continue
		}
		again = append(again, l.reverted(sealed.Block.Header(), group, outcomes)...)
	}
	if len(again) == 0 {
		return nil
	}
	return l.judge(ctx, commands, outcomes, again, 1)
}

func (l *Ledger) collect(header *types.Header, receipt *types.Receipt, group []int, outcomes []voucher.Outcome) error {
	read, err := l.logs.outcomes(header, receipt)
	if err != nil {
		return err
	}
	if len(read) != len(group) {
		return fmt.Errorf("%d commands have %d outcomes: %w", len(group), len(read), errLogs)
	}
	for i, at := range group {
		if read[i].ID != outcomes[at].ID {
			return fmt.Errorf("the contract calls %s %s: %w", outcomes[at].ID, read[i].ID, errLogs)
		}
		outcomes[at] = read[i]
	}
	return nil
}

// reverted lists what has to be tried alone; what was alone is refused.
func (l *Ledger) reverted(header *types.Header, group []int, outcomes []voucher.Outcome) []int {
	if len(group) > 1 {
		return group
	}
	outcomes[group[0]] = voucher.Outcome{
		ID: outcomes[group[0]].ID, Status: voucher.StatusRefused, Kind: voucher.KindMalformed,
		Position: voucher.Position{Block: header.Number.Uint64()}, Time: header.Time,
	}
	return nil
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
