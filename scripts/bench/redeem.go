package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"tally/internal/ledger"
	"tally/internal/voucher"
	"tally/scripts/bench/load"
	"tally/scripts/bench/shop"
)

// twiceEvery is which voucher is spent twice, by one code at two tills.
const twiceEvery = 20

// tableConnections are the connections of the coupon table's server to its
// database. Each has a processor's work and a disk sync to wait for.
const tableConnections = 32

// The systems that redeem.
const (
	systemDriver  = "driver"         // the ledger in this process, behind its pipeline
	systemTally   = "tally"          // tallyd over HTTP, on an embedded chain
	systemJournal = "tally, journal" // tallyd over HTTP, on a journal
	systemTable   = "table"          // the coupon table over HTTP
)

// redeemer is a system under measurement.
type redeemer struct {
	system string
	// prepare signs and encodes a redemption of each voucher, with a double spend of
	// one in twiceEvery, and connects the clients.
	prepare func(ctx context.Context, clients, vouchers int) (requests int, send sender, err error)
	// used is the processor time that the system's processes have used so far.
	used      func() (time.Duration, error)
	runs      map[int][]load.Result // by clients
	processor map[int][]float64     // ms of one core for each request, by clients
}

func newRedeemer(
	system string, used func() (time.Duration, error),
	prepare func(ctx context.Context, clients, vouchers int) (requests int, send sender, err error),
) *redeemer {
	return &redeemer{system: system, prepare: prepare, used: used, runs: map[int][]load.Result{}, processor: map[int][]float64{}}
}

// cost is the processor time of a request, over the runs.
func (r *redeemer) cost(clients int) Spread { return spreadOf(r.processor[clients]) }

// sender makes one of the prepared requests.
type sender = func(ctx context.Context, i int) (load.Told, error)

var errCounts = errors.New("it did not redeem every voucher once")

// redeem measures redemptions: at the driver, at tallyd, and at the coupon table.
func (b *bench) redeem(ctx context.Context) (tables []Table, err error) {
	driver, closeDriver, err := b.driver(ctx, systemDriver)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, closeDriver()) }()
	counter, err := b.counter(ctx, systemTally)
	if err != nil {
		return nil, err
	}
	defer counter.clients.Close()
	journal, err := b.counter(ctx, systemJournal)
	if err != nil {
		return nil, err
	}
	defer journal.clients.Close()
	table, err := b.couponTable(ctx, counter.size)
	if err != nil {
		return nil, err
	}
	all := []*redeemer{driver, counter.redeemer(), journal.redeemer(), table}
	for _, step := range b.sizes.redeem {
		if err := b.inTurns(ctx, all, step); err != nil {
			return nil, err
		}
		if err := errors.Join(counter.weigh(step.clients), journal.weigh(step.clients)); err != nil {
			return nil, err
		}
	}
	onChain, err1 := counter.costs()
	onJournal, err2 := journal.costs()
	return []Table{b.redeemTable(all, counter.size), onChain, onJournal}, errors.Join(err1, err2)
}

// inTurns measures every system at a number of clients, run by run.
func (b *bench) inTurns(ctx context.Context, all []*redeemer, s step) error {
	for run := range b.runs {
		for _, r := range inTurn(run, all) {
			if err := b.measure(ctx, r, s, run); err != nil {
				return fmt.Errorf("%s, %d clients: %w", r.system, s.clients, err)
			}
		}
	}
	return nil
}

// measure is one run of a system.
func (b *bench) measure(ctx context.Context, r *redeemer, s step, run int) error {
	requests, send, err := r.prepare(ctx, s.clients, s.vouchers)
	if err != nil {
		return err
	}
	before, err := r.used()
	if err != nil {
		return err
	}
	result, err := load.Run(ctx, s.clients, requests, send)
	if err != nil {
		return err
	}
	after, err := r.used()
	if err != nil {
		return err
	}
	if err := check(result, s.vouchers, requests); err != nil {
		return err
	}
	r.runs[s.clients] = append(r.runs[s.clients], result)
	r.processor[s.clients] = append(r.processor[s.clients], ms(after-before)/float64(requests))
	b.say("%d clients, run %d, %s: %.0f redemptions/s", s.clients, run+1, r.system, result.PerSecond(load.Accepted))
	return nil
}

// check holds what clients were told against what they sent: every voucher was
// redeemed once, and every other try refused.
func check(r load.Result, vouchers, requests int) error {
	yes, no, unknown := r.Told[load.Accepted].Count, r.Told[load.Refused].Count, r.Told[load.Unknown].Count
	if yes > vouchers || no > requests-vouchers || yes+no+unknown != requests {
		return fmt.Errorf("%w: %d vouchers, %d requests: %d accepted, %d refused, %d unknown", errCounts, vouchers, requests, yes, no, unknown)
	}
	return nil
}

// driver is the embedded chain in this process, behind its pipeline.
func (b *bench) driver(ctx context.Context, system string) (*redeemer, func() error, error) {
	dir, err := b.Dir(system)
	if err != nil {
		return nil, nil, err
	}
	l, seeded, err := b.seed(ctx, shop.Chain, dir)
	if err != nil {
		return nil, nil, err
	}
	r, end := drive(system, l, seeded)
	return r, end, nil
}

// drive is a ledger behind a pipeline, as a system under measurement.
func drive(system string, l ledger.Ledger, seeded *shop.Seeded) (r *redeemer, end func() error) {
	p := ledger.NewPipeline(l, 1)
	next := 0
	prepare := func(_ context.Context, clients, vouchers int) (int, sender, error) {
		sales, err := seeded.Sales(next, vouchers, twiceEvery, 2*clients)
		next += vouchers
		return len(sales), func(ctx context.Context, i int) (load.Told, error) {
			return judged(p.Submit(ctx, seeded.Domain.Author(sales[i].Command)))
		}, err
	}
	return newRedeemer(system, processorTime, prepare), func() error {
		p.Close()
		return l.Close()
	}
}

// judged is what a ledger told.
func judged(out voucher.Outcome, err error) (load.Told, error) {
	switch {
	case errors.Is(err, ledger.ErrUnknown):
		return load.Unknown, nil
	case err != nil:
		return load.Unknown, err
	case out.Status == voucher.StatusAccepted:
		return load.Accepted, nil
	case out.Kind != voucher.KindAlreadyUsed:
		return load.Refused, fmt.Errorf("%w: refused: %s", load.ErrAnswer, out.Kind)
	default:
		return load.Refused, nil
	}
}

// seed founds a ledger of a kind in a directory and has all vouchers claimed that the
// section redeems there, and one more.
func (b *bench) seed(ctx context.Context, kind, dir string) (ledger.Ledger, *shop.Seeded, error) {
	l, err := shop.Open(ctx, kind, dir)
	if err != nil {
		return nil, nil, err
	}
	n := b.sizes.vouchers(b.runs) + 1
	seeded, err := shop.Seed(ctx, l, n, n, b.counting("claimed in "+filepath.Base(dir), n))
	if err != nil {
		return nil, nil, errors.Join(err, l.Close())
	}
	return l, seeded, nil
}
