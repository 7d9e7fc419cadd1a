package remote

import (
	"context"
	"errors"
	"fmt"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"tally/internal/ledger"
	"tally/internal/ledger/evm"
	"tally/internal/voucher"
)

// Gas of a transaction.
const (
	// MaxTransactionGas is the most that a transaction may ask for (EIP-7825).
	MaxTransactionGas = 16_777_216

	// An estimate is of the state as it is; commands before it may let a command
	// do more. So it gets half as much again, and no less than a floor for each
	// command and each byte (EIP-7623 asks for 40). What runs out of gas in a
	// group is tried alone, with all there is.
	marginNumerator, marginDenominator = 3, 2
	commandGas                         = 400_000
	byteGas                            = 40
	baseGas                            = 21_000
)

// Submit implements ledger.Ledger. All commands go by one lane, so that they
// are judged in order.
func (l *Ledger) Submit(ctx context.Context, commands []voucher.Authored) ([]voucher.Outcome, error) {
	outcomes := make([]voucher.Outcome, len(commands))
	for i, c := range commands {
		outcomes[i].ID = c.Authors.ID
	}
	if len(commands) > ledger.MaxBatch {
		return outcomes, fmt.Errorf("%w: %d commands, at most %d at once", ledger.ErrNotSent, len(commands), ledger.MaxBatch)
	}
	if err := ctx.Err(); err != nil {
		return outcomes, fmt.Errorf("%w: %w", ledger.ErrNotSent, err)
	}
	if err := l.writable(); err != nil {
		return outcomes, err
	}
	_, final, _ := l.tracker.view()
	encoded, fitting := evm.Fitting(commands, outcomes, final.number(), uint64(final.Time))
	err := l.judge(ctx, encoded, outcomes, fitting, evm.PerTransaction)
	if err != nil && someFinal(outcomes) {
		err = unknown(err)
	}
	return outcomes, errors.Join(err, l.firstOutcomes(ctx, commands, outcomes))
}

// firstOutcomes settles what was refused because it was accepted before.
func (l *Ledger) firstOutcomes(ctx context.Context, commands []voucher.Authored, outcomes []voucher.Outcome) error {
	var refused []common.Hash
	for _, o := range outcomes {
		if o.Status == voucher.StatusRefused {
			refused = append(refused, common.Hash(o.ID))
		}
	}
	if len(refused) == 0 {
		return nil
	}
	r := firsts{Ledger: l}
	r.accepted, r.failed = l.accepted(ctx, refused)
	return ledger.FirstOutcomes(ctx, r, commands, outcomes)
}

// firsts is a ledger.Reader that has asked for all of a batch's ids at once.
type firsts struct {
	*Ledger
	accepted map[voucher.Hash]bool
	failed   error
}

// Outcome implements ledger.Reader.
func (f firsts) Outcome(ctx context.Context, id voucher.Hash) (voucher.Outcome, bool, error) {
	if f.failed != nil || !f.accepted[id] {
		return voucher.Outcome{}, false, f.failed
	}
	return f.Ledger.first(ctx, id)
}

// someFinal tells whether any outcome is known.
func someFinal(outcomes []voucher.Outcome) bool {
	for _, o := range outcomes {
		if o.Status != voucher.StatusUnknown {
			return true
		}
	}
	return false
}

// unknown is an error beside outcomes that are known: the others are unknown,
// even if they were not sent.
func unknown(err error) error { return fmt.Errorf("%w: %v", ledger.ErrUnknown, err) } //nolint:errorlint // it must not be ErrNotSent as well

// writable tells why nothing can be sent.
func (l *Ledger) writable() error {
	select {
	case <-l.stopped:
		return ledger.ErrClosed
	default:
	}
	if len(l.lanes) == 0 {
		return fmt.Errorf("%w: %w", ledger.ErrNotSent, ErrNoRelayer)
	}
	return nil
}

// lane is the one with the least to do.
func (l *Ledger) lane() *lane {
	best := l.lanes[0]
	for _, other := range l.lanes[1:] {
		if other.underWay() < best.underWay() {
			best = other
		}
	}
	return best
}

// judge sends the commands at the given places, so many to a transaction, and
// reads their outcomes. A transaction that reverts has no effect; its commands
// are judged again one by one, and one that reverts alone is malformed.
func (l *Ledger) judge(ctx context.Context, commands [][]byte, outcomes []voucher.Outcome, places []int, each int) error {
	groups, jobs, again, err := l.prepare(ctx, l.calls.Groups(commands, places, each), each, outcomes)
	if err != nil {
		return err
	}
	if len(jobs) > 0 {
		if err := l.lane().enqueue(jobs); err != nil {
			return err
		}
	}
	var failed []error
	for i, g := range groups {
		receipt, err := jobs[i].wait(ctx)
		if err == nil {
			var alone []int
			alone, err = l.collect(g, each, receipt, jobs[i].time, outcomes)
			again = append(again, alone...)
		}
		failed = append(failed, err)
	}
	if err := worst(failed); err != nil || len(again) == 0 {
		return err
	}
	return l.judge(ctx, commands, outcomes, again, 1)
}

// worst is nil if nothing failed; ledger.ErrNotSent or the like only if nothing
// was sent.
func worst(failed []error) error {
	sent := false
	for _, err := range failed {
		sent = sent || err == nil || errors.Is(err, ledger.ErrUnknown)
	}
	err := errors.Join(failed...)
	if err != nil && sent {
		return unknown(err)
	}
	return err
}

// collect reads what became of a group. What it returns has to be tried alone:
// also a lone command, because it had no more gas than its estimate.
func (l *Ledger) collect(g evm.Group, each int, receipt *types.Receipt, time uint64, outcomes []voucher.Outcome) (again []int, err error) {
	if receipt.Status != types.ReceiptStatusSuccessful {
		if each > 1 {
			return g.Places, nil
		}
		return g.Reverted(receipt.BlockNumber.Uint64(), time, outcomes), nil
	}
	read, err := l.logs.Outcomes(placeOf(receipt, time), receipt.Logs)
	if err = errors.Join(err, g.Collect(read, outcomes)); err != nil {
		return nil, fmt.Errorf("%w: %w", ledger.ErrUnknown, err)
	}
	return nil, nil
}

// prepare makes jobs of the groups that would not revert. Of those that would,
// again lists the commands of the larger ones, and the lone ones are refused:
// what reverts does so in whatever state, because of how it is written.
func (l *Ledger) prepare(ctx context.Context, all []evm.Group, each int, outcomes []voucher.Outcome) (groups []evm.Group, jobs []*job, again []int, err error) {
	messages := make([]message, len(all))
	for i, g := range all {
		messages[i] = message{From: l.lanes[0].from, To: &l.contract, Data: g.Call}
	}
	gas, errs, err := l.node.estimate(ctx, messages)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("%w: estimate gas: %w", ledger.ErrNotSent, err)
	}
	head, final, _ := l.tracker.view()
	for i, g := range all {
		reverts := reverted(errs[i])
		switch {
		case errs[i] == nil || (!reverts && len(g.Places) == 1):
			groups, jobs = append(groups, g), append(jobs, newJob(&l.contract, g.Call, limitOf(g, gas[i], head, each)))
		case len(g.Places) > 1:
			again = append(again, g.Places...)
		default:
			g.Reverted(final.number(), uint64(final.Time), outcomes)
		}
	}
	return groups, jobs, again, nil
}

// limitOf is the gas that the transaction of a group may use: all there is
// where commands are tried one by one, because they had too little together.
func limitOf(g evm.Group, estimate uint64, head block, each int) uint64 {
	most := min(MaxTransactionGas, uint64(head.GasLimit))
	if each == 1 {
		return most
	}
	floor := baseGas + byteGas*uint64(len(g.Call)) + commandGas*uint64(len(g.Places))
	return min(most, max(floor, estimate*marginNumerator/marginDenominator))
}
