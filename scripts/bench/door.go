package main

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"time"

	entrance "tally/internal/door"
	"tally/internal/ledger"
	"tally/internal/voucher"
	"tally/scripts/bench/load"
	"tally/scripts/bench/shop"
)

// The drivers of the section: in the first one the contract recovers every
// signature, one after the other; in the second the door does, on all cores, and
// the contract is told.
const (
	driverRecovers = "the contract recovers"
	driverDoor     = "the door recovers"
)

// refusalBatch is how many stale commands share a trial of the chain.
const refusalBatch = 100

// doorCost measures what the door costs a redemption, and how many commands one
// core refuses. Both ways redeem on one chain, in turns: on two chains, what a
// database happens to do would pass for the door.
func (b *bench) doorCost(ctx context.Context) (tables []Table, err error) {
	n := 1
	for _, step := range b.sizes.door {
		n += 2 * step.vouchers * b.runs
	}
	l, seeded, err := b.doorChain(ctx, "door", n)
	if err != nil {
		return nil, err
	}
	p := ledger.NewPipeline(l, 1)
	defer func() {
		p.Close()
		err = errors.Join(err, l.Close())
	}()
	d, next := entrance.New(seeded.Domain), 0
	contract := atTheDoor(driverRecovers, p, seeded, &next, func(c voucher.RedeemCommand) (voucher.Authored, error) {
		return voucher.Authored{Command: c, Authors: voucher.Authors{ID: seeded.Domain.ID(c), Second: seeded.Domain.Digest(c.Accept)}}, nil
	})
	entering := atTheDoor(driverDoor, p, seeded, &next, func(c voucher.RedeemCommand) (voucher.Authored, error) {
		entered, err := entrance.Enter(d, c)
		return entered.Authored(), err
	})
	t := Table{
		Name: "what the door costs a redemption", Columns: []string{"clients", "system", "redemptions/s", "p50 ms", "p99 ms", "accepted", "processor ms", "ratio"},
		Notes: []string{"the embedded chain in this process, behind its pipeline; ratio: the second to the first, run by run; processor ms: of one core for each redemption, clients included"},
	}
	for _, step := range b.sizes.door {
		for run := range b.runs {
			for _, r := range inTurn(run, []*redeemer{contract, entering}) {
				if err := b.measure(ctx, r, step, run); err != nil {
					return nil, fmt.Errorf("%s, %d clients: %w", r.system, step.clients, err)
				}
			}
		}
		for _, r := range []*redeemer{contract, entering} {
			row := append([]any{step.clients, r.system}, rates(r.runs[step.clients])[:4]...)
			t.Rows = append(t.Rows, append(row, r.cost(step.clients)))
		}
		t.Rows[len(t.Rows)-1] = append(t.Rows[len(t.Rows)-1], ratio(entering.runs[step.clients], contract.runs[step.clients]))
	}
	refusals, err := b.refusals(ctx)
	return []Table{t, refusals}, err
}

// atTheDoor is one way in which redemptions come to a pipeline. next is the
// voucher after those that were redeemed, by any way.
func atTheDoor(
	system string, p *ledger.Pipeline, seeded *shop.Seeded, next *int, enter func(voucher.RedeemCommand) (voucher.Authored, error),
) *redeemer {
	return newRedeemer(system, processorTime, func(_ context.Context, clients, vouchers int) (int, sender, error) {
		sales, err := seeded.Sales(*next, vouchers, twiceEvery, 2*clients)
		*next += vouchers
		return len(sales), func(ctx context.Context, i int) (load.Told, error) {
			authored, err := enter(sales[i].Command)
			if err != nil {
				return load.Unknown, err
			}
			return judged(p.Submit(ctx, authored))
		}, err
	})
}

// doorChain is a new chain with n claimed vouchers.
func (b *bench) doorChain(ctx context.Context, name string, n int) (ledger.Ledger, *shop.Seeded, error) {
	dir, err := b.Dir(name)
	if err != nil {
		return nil, nil, err
	}
	l, err := shop.Open(ctx, shop.Chain, dir)
	if err != nil {
		return nil, nil, err
	}
	seeded, err := shop.Seed(ctx, l, n, n, b.counting("claimed for "+name, n))
	if err != nil {
		return nil, nil, errors.Join(err, l.Close())
	}
	return l, seeded, nil
}

// refusals measures by processor time, which other work on the machine leaves alone.
func (b *bench) refusals(ctx context.Context) (t Table, err error) {
	t = Table{
		Name: "refusals a second by one core", Columns: []string{"what", "refusals/s"},
		Notes: []string{"a refusal's processor time in this process, all of it, turned round; redemptions of one line"},
	}
	l, seeded, err := b.doorChain(ctx, "refusals", 2)
	if err != nil {
		return t, err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	sales, err := seeded.Sales(0, 1, twiceEvery, 2)
	if err != nil {
		return t, err
	}
	whole := sales[0].Command
	d := entrance.New(seeded.Domain)
	garbage, unsigned := whole, whole
	garbage.Offer.Lines = nil
	unsigned.OfferSignature, unsigned.AcceptSignature = whole.AcceptSignature, whole.OfferSignature
	stale, err := seeded.Stale(refusalBatch)
	if err != nil {
		return t, err
	}
	for _, one := range []struct {
		what  string
		each  int
		judge func() error
	}{
		{"garbage: of the wrong shape", 1, func() error { return refusedAtTheDoor(entrance.Enter(d, garbage)) }},
		{"well-formed, and nobody signed it", 1, func() error { return refusedAtTheDoor(entrance.Enter(d, unsigned)) }},
		{"well-signed, and too late: the chain judges it", refusalBatch, func() error { return refusedByTheChain(ctx, l, d, stale) }},
	} {
		var perSecond []float64
		for range b.runs {
			rate, err := refusalRate(b.sizes.refusals, one.each, one.judge)
			if err != nil {
				return t, fmt.Errorf("%s: %w", one.what, err)
			}
			perSecond = append(perSecond, rate)
		}
		t.Rows = append(t.Rows, []any{one.what, spreadOf(perSecond)})
	}
	return t, nil
}

var errNotRefused = errors.New("it was not refused")

func refusedAtTheDoor(_ entrance.Entered[voucher.RedeemCommand], err error) error {
	var refused *entrance.RefusedError
	if !errors.As(err, &refused) {
		return errNotRefused
	}
	return nil
}

// refusedByTheChain has commands of the right signatures come in and be refused.
func refusedByTheChain(ctx context.Context, l ledger.Ledger, d *entrance.Door, commands []voucher.RedeemCommand) error {
	batch := make([]voucher.Authored, len(commands))
	for i, c := range commands {
		entered, err := entrance.Enter(d, c)
		if err != nil {
			return err
		}
		batch[i] = entered.Authored()
	}
	outcomes, err := l.Submit(ctx, batch)
	if err != nil {
		return err
	}
	for _, out := range outcomes {
		if out.Kind != voucher.KindDeadlinePassed {
			return fmt.Errorf("%w: %s", errNotRefused, out.Kind)
		}
	}
	return nil
}

// refusalRate is how many refusals one core makes in a second; judge makes each of them at a time.
func refusalRate(n, each int, judge func() error) (float64, error) {
	before, err := processorTime()
	if err != nil {
		return 0, err
	}
	made := 0
	for made < n {
		if err := judge(); err != nil {
			return 0, err
		}
		made += each
	}
	after, err := processorTime()
	return float64(made) / max(time.Microsecond, after-before).Seconds(), err
}

// processorTime is what this process has used so far.
func processorTime() (time.Duration, error) {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0, fmt.Errorf("read processor time: %w", err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano()), nil
}
