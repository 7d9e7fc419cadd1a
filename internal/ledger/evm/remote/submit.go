package remote

import (
	"context"
	"errors"
	"fmt"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"tally/internal/ledger"
	"tally/internal/ledger/evm/contract"
	"tally/internal/voucher"
)

// Gas of a transaction.
const (
	// MaxTransactionGas is the most that a transaction may ask for (EIP-7825).
	MaxTransactionGas = 16_777_216

	// What a group would use is known of the state as it is; what others send may
	// have a command do more. So it gets half as much again, and no less than a floor
	// for each command and each byte (EIP-7623 asks for 40). What runs out of gas
	// in a group is judged again, and what would still be accepted is tried alone, with
	// all there is: a command is paid for twice at the most.
	marginNumerator, marginDenominator = 3, 2
	commandGas                         = 400_000
	byteGas                            = 40
	baseGas                            = 21_000
)

// Submit implements ledger.Ledger. All commands go by one lane, so that they
// are judged in order.
func (l *Ledger) Submit(ctx context.Context, commands []voucher.Authored) ([]voucher.Outcome, error) {
	outcomes, err := ledger.Undecided(ctx, commands)
	if err != nil {
		return outcomes, err
	}
	if err := l.writable(); err != nil {
		return outcomes, err
	}
	head, _, _ := l.tracker.view()
	encoded, indexes := contract.Encode(commands, outcomes, head.number(), uint64(head.Time))
	indexes, underWay := l.split(indexes, outcomes)
	err = l.judge(ctx, encoded, outcomes, indexes, contract.PerTransaction)
	if err == nil {
		err = l.judgeAgain(ctx, encoded, outcomes, underWay)
	}
	if err != nil && (len(underWay) > 0 || someAccepted(outcomes)) {
		err = unknown(err)
	}
	return outcomes, errors.Join(err, l.firstOutcomes(ctx, commands, outcomes))
}

// split separates the commands that this process sent before, and whose outcome it
// does not know yet, from the others.
func (l *Ledger) split(indexes []int, outcomes []voucher.Outcome) (others, underWay []int) {
	for _, at := range indexes {
		if l.sent.find(outcomes[at].ID) != nil {
			underWay = append(underWay, at)
		} else {
			others = append(others, at)
		}
	}
	return others, underWay
}

// judgeAgain judges commands that were sent before when that is over, so that
// nothing is paid for twice, and nothing is refused because of itself.
func (l *Ledger) judgeAgain(ctx context.Context, commands [][]byte, outcomes []voucher.Outcome, indexes []int) error {
	for _, at := range indexes {
		if err := l.sent.wait(ctx, outcomes[at].ID); err != nil {
			return err
		}
	}
	return l.judge(ctx, commands, outcomes, indexes, contract.PerTransaction)
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
	if r.accepted, r.failed = l.accepted(ctx, refused); r.failed == nil {
		r.pending, r.failed = l.awaitFinal(ctx, refused, r.accepted)
	}
	return ledger.FirstOutcomes(ctx, r, commands, outcomes)
}

// firsts is a ledger.Reader that has asked for all of a batch's ids at once.
type firsts struct {
	*Ledger
	accepted map[voucher.Hash]bool
	pending  map[voucher.Hash]bool // accepted in blocks that do not count yet
	failed   error
}

// Outcome implements ledger.Reader.
func (f firsts) Outcome(ctx context.Context, id voucher.Hash) (voucher.Outcome, bool, error) {
	if f.pending[id] {
		return voucher.Outcome{}, false, errPending
	}
	if f.failed != nil || !f.accepted[id] {
		return voucher.Outcome{}, false, f.failed
	}
	return f.Ledger.first(ctx, id)
}

// errPending says why a command's outcome is not known.
var errPending = errors.New("it is in a block that does not count yet")

// someAccepted reports whether anything took effect.
func someAccepted(outcomes []voucher.Outcome) bool {
	for _, o := range outcomes {
		if o.Status == voucher.StatusAccepted {
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
	if left := l.purse.left(); left != nil && left.Sign() == 0 {
		return fmt.Errorf("%w: %w: %w", ledger.ErrNotSent, ledger.ErrUnavailable, ErrBudget)
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

// awaitFinal waits until those of these commands count that were accepted in
// blocks which do not count yet: refused because of that, they are not refused.
// It adds them to accepted. Where ctx ends first they are pending.
func (l *Ledger) awaitFinal(ctx context.Context, ids []common.Hash, accepted map[voucher.Hash]bool) (pending map[voucher.Hash]bool, err error) {
	head, final, _ := l.tracker.view()
	if final.number() >= head.number() {
		return nil, nil // none are pending
	}
	logs, err := l.node.logs(ctx, l.contract, final.number()+1, head.number(), []common.Hash{l.logs.Accepted()}, ids)
	if err != nil || len(logs) == 0 {
		return nil, err
	}
	into := accepted
	if !l.counts(ctx, logs[len(logs)-1].BlockNumber) {
		pending = map[voucher.Hash]bool{}
		into = pending
	}
	for _, log := range logs {
		into[voucher.Hash(log.Topics[1])] = true
	}
	return pending, nil
}

// counts waits until a block counts; false where ctx or the ledger ends first.
func (l *Ledger) counts(ctx context.Context, number uint64) bool {
	for {
		_, final, changed := l.tracker.view()
		if final.number() >= number {
			return true
		}
		select {
		case <-changed:
		case <-l.stopped:
			return false
		case <-ctx.Done():
			return false
		}
	}
}

// judge judges the commands with the given indexes in order, at most each to a
// transaction, sends those that would be accepted and reads their outcomes. A
// transaction that reverts has no effect; its commands are judged again one by
// one, and one that reverts alone is malformed.
func (l *Ledger) judge(ctx context.Context, commands [][]byte, outcomes []voucher.Outcome, indexes []int, each int) error {
	for len(indexes) > 0 {
		f, err := l.foresee(ctx, l.calls.Groups(commands, indexes, each), outcomes)
		if err != nil {
			return err
		}
		if each == 1 && len(f.alone) > 0 {
			return fmt.Errorf("%w: the node cannot execute command %s", ledger.ErrNotSent, outcomes[f.alone[0]].ID)
		}
		again, err := l.send(ctx, commands, outcomes, f, each)
		if err != nil {
			return err
		}
		if again = append(again, f.alone...); len(again) > 0 {
			if err := l.judge(ctx, commands, outcomes, again, 1); err != nil {
				return err
			}
		}
		indexes = f.later
	}
	return nil
}

// foresee says what is to be done with groups of commands.
func (l *Ledger) foresee(ctx context.Context, groups []contract.Group, outcomes []voucher.Outcome) (foretold, error) {
	if l.foresight.works {
		return l.foretell(ctx, groups, outcomes)
	}
	return l.estimate(ctx, groups, outcomes)
}

// send sends groups and reads their outcomes. What it returns has to be tried
// alone.
func (l *Ledger) send(ctx context.Context, commands [][]byte, outcomes []voucher.Outcome, f foretold, each int) (again []int, err error) {
	if len(f.send) == 0 {
		return nil, nil // none are pending
	}
	head, _, _ := l.tracker.view()
	jobs := make([]*job, len(f.send))
	for i, g := range f.send {
		g.Call = l.calls.Groups(commands, g.Indexes, len(g.Indexes))[0].Call
		jobs[i] = newJob(&l.contract, g.Call, limitOf(g, f.gas[i], head, each))
		l.sent.add(jobs[i], g.Indexes, outcomes)
	}
	if err := l.lane().enqueue(jobs); err != nil {
		for _, j := range jobs {
			j.fail(err)
		}
		return nil, err
	}
	var failed []error
	for i, g := range f.send {
		receipt, err := jobs[i].wait(ctx)
		if err == nil {
			var alone []int
			alone, err = l.collect(g, each, receipt, jobs[i].time, outcomes)
			again = append(again, alone...)
		}
		failed = append(failed, err)
	}
	return again, worst(failed)
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
func (l *Ledger) collect(g contract.Group, each int, receipt *types.Receipt, time uint64, outcomes []voucher.Outcome) (again []int, err error) {
	if receipt.Status != types.ReceiptStatusSuccessful {
		if each > 1 {
			return g.Indexes, nil
		}
		return g.Reverted(receipt.BlockNumber.Uint64(), time, outcomes), nil
	}
	read, err := l.logs.Outcomes(logPos(receipt, time), receipt.Logs)
	if err = errors.Join(err, g.Collect(read, outcomes)); err != nil {
		return nil, fmt.Errorf("%w: %w", ledger.ErrUnknown, err)
	}
	return nil, nil
}

// estimate is foretell where the node does not simulate: all is sent but what
// reverts in whatever state, because of how it is written.
func (l *Ledger) estimate(ctx context.Context, groups []contract.Group, outcomes []voucher.Outcome) (f foretold, err error) {
	gas, errs, err := l.node.estimate(ctx, l.messages(groups))
	if err != nil {
		return f, fmt.Errorf("%w: estimate gas: %w", ledger.ErrNotSent, err)
	}
	head, _, _ := l.tracker.view()
	for i, g := range groups {
		reverts := reverted(errs[i])
		switch {
		case errs[i] == nil || (!reverts && len(g.Indexes) == 1):
			f.send, f.gas = append(f.send, g), append(f.gas, gas[i])
		case len(g.Indexes) > 1:
			f.alone = append(f.alone, g.Indexes...)
		default:
			g.Reverted(head.number(), uint64(head.Time), outcomes)
		}
	}
	return f, nil
}

// limitOf is the gas that the transaction of a group may use: all there is
// where commands are tried one by one, because they had too little together.
func limitOf(g contract.Group, estimate uint64, head block, each int) uint64 {
	most := min(MaxTransactionGas, uint64(head.GasLimit))
	if each == 1 {
		return most
	}
	floor := baseGas + byteGas*uint64(len(g.Call)) + commandGas*uint64(len(g.Indexes))
	return min(most, max(floor, estimate*marginNumerator/marginDenominator))
}
