package remote

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"

	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"

	"tally/internal/ledger"
	"tally/internal/ledger/evm/contract"
	"tally/internal/voucher"
)

// maxSimulated is how many bytes of calls one simulation has: in hex, twice as
// many, they fit into the 5 MiB that nodes take of one request.
const maxSimulated = 2 << 20

// simulation is what a node says that a block with these calls would be. Its
// gas is bounded by the node's own limit alone.
type simulation struct {
	Blocks []simulatedBlock `json:"blockStateCalls"`
}

type simulatedBlock struct {
	Overrides blockOverrides `json:"blockOverrides"`
	Calls     []message      `json:"calls"`
}

type blockOverrides struct {
	Time     hexutil.Uint64 `json:"time"`
	GasLimit hexutil.Uint64 `json:"gasLimit"`
}

// simulated is what would become of one call.
type simulated struct {
	Status hexutil.Uint64  `json:"status"`
	Gas    hexutil.Uint64  `json:"gasUsed"`
	Logs   []*types.Log    `json:"logs"`
	Error  *simulatedError `json:"error"`
}

// simulatedError is why a call would have no effect.
type simulatedError struct {
	Message string `json:"message"`
	Data    any    `json:"data"`
}

func (e *simulatedError) reverted() bool {
	if e == nil {
		return false
	}
	data, _ := e.Data.(string)
	return saysReverted(e.Message, data)
}

// simulate has the node execute calls one after the other on the state of a
// block, as the next block would at a time, and forget it: eth_simulateV1 of
// Ethereum's execution APIs, which geth has since 1.14.9.
func (n *node) simulate(ctx context.Context, calls []message, on block, time uint64) ([]simulated, error) {
	var blocks []struct {
		Calls []simulated `json:"calls"`
	}
	err := n.ask(ctx, &blocks, "eth_simulateV1", simulation{Blocks: []simulatedBlock{{
		Overrides: blockOverrides{Time: hexutil.Uint64(time), GasLimit: math.MaxInt64}, Calls: calls,
	}}}, at(on.Hash))
	if err != nil {
		return nil, err
	}
	if len(blocks) != 1 || len(blocks[0].Calls) != len(calls) {
		return nil, fmt.Errorf("eth_simulateV1: %w", errShape)
	}
	return blocks[0].Calls, nil
}

var errShape = errors.New("the node's answer has another shape than the question asks for")

// foresight is how the node can be asked what would become of calls.
type foresight struct {
	works bool
	step  uint64 // seconds between a block and the next at the least
}

// probe finds out whether the node simulates, and whether two of its blocks
// may have the same time, as on networks for trials.
func (l *Ledger) probe(ctx context.Context, log *slog.Logger) error {
	head, _, _ := l.tracker.view()
	var err error
	for step := range uint64(2) {
		if _, err = l.node.simulate(ctx, []message{{To: &l.contract}}, head, uint64(head.Time)+step); err == nil {
			l.foresight = foresight{works: true, step: step}
			return nil
		}
		if errors.Is(err, ErrUnreachable) {
			return err
		}
	}
	log.WarnContext(ctx, "the node does not simulate calls (eth_simulateV1): commands that the contract refuses are sent, and paid for",
		slog.Any("error", err))
	return nil
}

// trial is what would become of groups of commands if they were sent now.
type trial struct {
	head    block // the state that they were judged in
	time    uint64
	results []result // one for each group that was judged, the first ones
}

// result is what would become of one group. failed means that its transaction
// would have no effect; reverts, that it would in whatever state.
type result struct {
	outcomes []voucher.Outcome
	gas      uint64
	failed   bool
	reverts  bool
}

// try has the node execute groups, the first ones, as many as fit into one
// request, at a time that is not before the next block's.
func (l *Ledger) try(ctx context.Context, groups []contract.Group, time uint64) (t trial, err error) {
	for range readTries {
		t.head, _, _ = l.tracker.view()
		t.time = max(time, uint64(t.head.Time)+l.foresight.step)
		var all []simulated
		if all, err = l.node.simulate(ctx, l.messages(groups), t.head, t.time); err == nil {
			t.results, err = l.results(groups, all, t)
			return t, err
		}
		if errors.Is(err, ErrUnreachable) || ctx.Err() != nil {
			return t, err
		}
		if failed := l.tracker.refresh(ctx); failed != nil { // the block was replaced
			return t, failed
		}
	}
	return t, err
}

// messages are the calls of groups.
func (l *Ledger) messages(groups []contract.Group) []message {
	calls := make([]message, len(groups))
	for i, g := range groups {
		calls[i] = message{From: l.lanes[0].from, To: &l.contract, Data: g.Call}
	}
	return calls
}

// results reads what the node says of each group.
func (l *Ledger) results(groups []contract.Group, all []simulated, t trial) ([]result, error) {
	results := make([]result, len(groups))
	for i, g := range groups {
		r := &results[i]
		if all[i].Status == 0 {
			r.failed, r.reverts = true, all[i].Error.reverted()
			continue
		}
		outcomes, err := l.logs.Outcomes(contract.LogPos{Block: t.head.number(), Time: t.time}, all[i].Logs)
		if err == nil && len(outcomes) != len(g.Indexes) {
			err = fmt.Errorf("%d commands have %d outcomes: %w", len(g.Indexes), len(outcomes), contract.ErrLogs)
		}
		if err != nil {
			return nil, fmt.Errorf("eth_simulateV1: %w", err)
		}
		r.outcomes, r.gas = outcomes, uint64(all[i].Gas)
	}
	return results, nil
}

// fitting is how many of the groups, the first ones, one simulation takes.
func fitting(groups []contract.Group) int {
	size := 0
	for i, g := range groups {
		if size += len(g.Call); size > maxSimulated && i > 0 {
			return i
		}
	}
	return len(groups)
}

// foretell judges groups, the first ones, and sends nothing. What would be
// refused is told to outcomes; the groups it returns have the rest, and the gas
// that each would use. later are the indexes that were not judged: those from the first
// group on whose transaction would fail, which are to be tried one by one, and
// in order; and those for which there was no room.
//
// A block's time is known only when it is there. So a command is refused only if
// it would be at each of two times, between which the next block's is: now, and the earliest
// that the chain allows. What either accepts is sent.
func (l *Ledger) foretell(ctx context.Context, groups []contract.Group, outcomes []voucher.Outcome) (f foretold, err error) {
	room := fitting(groups)
	for _, g := range groups[room:] {
		f.later = append(f.later, g.Indexes...)
	}
	groups = groups[:room]
	now, err := l.tryAtTheHead(ctx, groups)
	if err != nil {
		return f, fmt.Errorf("%w: simulate: %w", ledger.ErrNotSent, err)
	}
	soonest := now
	if now.time > uint64(now.head.Time)+l.foresight.step && now.refuses() {
		if soonest, err = l.try(ctx, groups, 0); err != nil {
			return f, fmt.Errorf("%w: simulate: %w", ledger.ErrNotSent, err)
		}
	}
	for i, g := range groups {
		a, b := now.results[i], soonest.results[i]
		if a.failed || b.failed {
			return f.failing(groups[i:], a.reverts && b.reverts, now, outcomes), nil
		}
		f.add(g, a, b, outcomes)
	}
	return f, nil
}

// tryAtTheHead judges groups as of now. What this process has seen of the chain
// may be a moment old, and another server may have told of a later block already:
// so nothing is refused before the node was asked for its head.
func (l *Ledger) tryAtTheHead(ctx context.Context, groups []contract.Group) (trial, error) {
	time := voucher.Unix(l.now())
	t, err := l.try(ctx, groups, time)
	if err != nil || !t.refuses() {
		return t, err
	}
	if err := l.tracker.refresh(ctx); err != nil {
		return t, err
	}
	if head, _, _ := l.tracker.view(); head.Hash == t.head.Hash {
		return t, nil
	}
	return l.try(ctx, groups, time)
}

// refuses reports whether anything would be refused, or fail.
func (t trial) refuses() bool {
	for _, r := range t.results {
		if r.failed {
			return true
		}
		for _, o := range r.outcomes {
			if o.Status == voucher.StatusRefused {
				return true
			}
		}
	}
	return false
}

// foretold is what is to be done with groups.
type foretold struct {
	send  []contract.Group // what would be accepted, without a call yet
	gas   []uint64         // that each of them would use, at most
	alone []int            // indexes to be tried one by one, before later
	later []int            // indexes that were not judged
}

// add takes up a group whose two judgements are known.
func (f *foretold) add(g contract.Group, now, soonest result, outcomes []voucher.Outcome) {
	var kept []int
	for i, at := range g.Indexes {
		if now.outcomes[i].Status == voucher.StatusAccepted || soonest.outcomes[i].Status == voucher.StatusAccepted {
			kept = append(kept, at)
			continue
		}
		id := outcomes[at].ID
		outcomes[at] = now.outcomes[i]
		outcomes[at].ID = id
		outcomes[at].Position = voucher.Position{Block: now.outcomes[i].Position.Block}
	}
	if len(kept) > 0 {
		f.send, f.gas = append(f.send, contract.Group{Indexes: kept}), append(f.gas, max(now.gas, soonest.gas))
	}
}

// failing takes up a group whose transaction would fail, and those behind it. A
// lone command that reverts is malformed.
func (f foretold) failing(groups []contract.Group, reverts bool, t trial, outcomes []voucher.Outcome) foretold {
	first := groups[0]
	if reverts && len(first.Indexes) == 1 {
		first.Reverted(t.head.number(), t.time, outcomes)
	} else {
		f.alone = first.Indexes
	}
	var later []int
	for _, g := range groups[1:] {
		later = append(later, g.Indexes...)
	}
	f.later = append(later, f.later...)
	return f
}
