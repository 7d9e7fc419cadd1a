package embedded

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/ethereum/go-ethereum/core/types"

	"tally/internal/ledger"
	"tally/internal/ledger/evm/contract"
	"tally/internal/ledger/evm/embedded/chain"
	"tally/internal/voucher"
)

// trials finds which commands of a batch one block can have: those that the
// contract accepts. Each trial runs the calls of groups and leaves out what is
// refused, until nothing is.
type trials struct {
	ledger   *Ledger
	encoded  [][]byte
	outcomes []voucher.Outcome // with the ids
	signers  chain.Signers
	groups   []contract.Group
	alone    map[int]bool // indexes of commands that had no effect among others

	judged map[int]voucher.Outcome // by index; of the last trial, and refusals of those before
	number uint64                  // of the block, once it is chosen
}

// choose implements the choice of a chain.Proposal.
func (t *trials) choose(ctx context.Context, trial chain.Trial) (again []*types.Transaction, chosen bool, err error) {
	var left []int
	chosen = true
	for i, g := range t.groups {
		accepted, err := t.look(g, trial, trial.Receipts[i])
		if err != nil {
			return nil, false, err
		}
		failed := trial.Receipts[i].Status != types.ReceiptStatusSuccessful
		chosen = chosen && !failed && len(accepted) == len(g.Indexes)
		left = append(left, accepted...)
	}
	if chosen {
		t.number = trial.Number
		t.ledger.recent.put(t.number, t.entries())
	}
	if chosen || len(left) == 0 {
		return nil, chosen, nil
	}
	t.groups = t.regroup(left)
	again, err = t.transactions(ctx)
	return again, false, err
}

// entries are what the groups have, where every command was accepted.
func (t *trials) entries() (entries []ledger.Entry) {
	for _, g := range t.groups {
		for _, at := range g.Indexes {
			entries = append(entries, ledger.Entry{Outcome: t.judged[at], Command: t.encoded[at]})
		}
	}
	return entries
}

// regroup makes the calls of the next trial, in order.
func (t *trials) regroup(indexes []int) (groups []contract.Group) {
	for len(indexes) > 0 {
		n := slices.IndexFunc(indexes, func(at int) bool { return t.alone[at] })
		if n < 0 {
			n = len(indexes)
		}
		groups = append(groups, t.ledger.calls.Groups(t.encoded, indexes[:n], contract.PerTransaction)...)
		if indexes = indexes[n:]; len(indexes) > 0 {
			groups = append(groups, t.ledger.calls.Groups(t.encoded, indexes[:1], 1)...)
			indexes = indexes[1:]
		}
	}
	return groups
}

// look reads what became of a group, and which of its indexes may be sealed. A
// transaction that was reverted had no effect: its commands are run again one by
// one, and one that reverts alone is malformed.
func (t *trials) look(g contract.Group, trial chain.Trial, receipt *types.Receipt) (accepted []int, err error) {
	head := voucher.Position{Block: trial.Number - 1}
	if receipt.Status != types.ReceiptStatusSuccessful {
		if len(g.Indexes) > 1 {
			for _, at := range g.Indexes {
				t.alone[at] = true
			}
			return g.Indexes, nil
		}
		at := g.Indexes[0]
		t.judged[at] = voucher.Outcome{
			ID: t.outcomes[at].ID, Status: voucher.StatusRefused, Kind: voucher.KindMalformed, Time: trial.Time, Position: head,
		}
		return nil, nil
	}
	at := contract.LogPos{Block: trial.Number, Tx: receipt.TransactionIndex, Time: trial.Time}
	read, err := t.ledger.logs.Outcomes(at, receipt.Logs)
	if err := errors.Join(err, g.Check(read, t.outcomes)); err != nil {
		return nil, err
	}
	for i, at := range g.Indexes {
		if read[i].Status == voucher.StatusAccepted {
			accepted = append(accepted, at)
		} else {
			read[i].Position = head
		}
		t.judged[at] = read[i]
	}
	return accepted, nil
}

// transactions are the groups' calls, signed.
func (t *trials) transactions(ctx context.Context) ([]*types.Transaction, error) {
	calls := make([][]byte, len(t.groups))
	for i, g := range t.groups {
		calls[i] = g.Call
	}
	txs, err := t.ledger.transactions(ctx, calls)
	if err != nil {
		return nil, fmt.Errorf("make transactions: %w", err)
	}
	return txs, nil
}
