package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"tally/scripts/bench/load"
	"tally/scripts/bench/shop"
	"tally/scripts/bench/stage"
)

const sizeClients = 32

// size measures what grows with a ledger: one ledger of each kind is filled in steps, and
// at each of them tallyd is started and vouchers are redeemed.
func (b *bench) size(ctx context.Context) ([]Table, error) {
	t := Table{
		Name: "cost by the ledger's size",
		Notes: []string{
			fmt.Sprintf("one ledger of each kind, filled further between the rows; then tallyd is started, its index in memory, and %d clients redeem %d vouchers in each run", sizeClients, b.sizes.size.redeemed),
			"answers: from the start of the process until it wants requests; ready: until its index has all, too; memory: resident before the first redemption; disk: all that grows, for each claimed voucher",
			"processor ms: of one core for each request, at the server",
		},
		Columns: []string{"ledger", "claimed", "answers s", "ready s", "memory MiB", "disk bytes a voucher", "redemptions/s", "p50 ms", "p99 ms", "processor ms"},
	}
	for _, kind := range []string{shop.Chain, shop.Journal} {
		rows, err := b.grow(ctx, kind)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", kind, err)
		}
		t.Rows = append(t.Rows, rows...)
	}
	return []Table{t}, nil
}

// growing is a ledger that is filled in steps.
type growing struct {
	*bench

	kind, data string
	seeded     *shop.Seeded
	claimed    int
	next       int // voucher that was not redeemed so far
}

// grow is the rows of a kind of ledger.
func (b *bench) grow(ctx context.Context, kind string) (rows [][]any, err error) {
	data, err := b.Dir(kind)
	if err != nil {
		return nil, err
	}
	g := &growing{bench: b, kind: kind, data: data}
	for _, claimed := range b.sizes.size.claimed {
		if err := g.fill(ctx, claimed); err != nil {
			return nil, err
		}
		row, err := g.row(ctx)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// fill has vouchers claimed until as many are.
func (g *growing) fill(ctx context.Context, claimed int) error {
	l, err := shop.Open(ctx, g.kind, g.data)
	if err != nil {
		return err
	}
	counting := g.counting("claimed on "+g.kind, claimed)
	if g.seeded == nil {
		all := g.sizes.size.claimed
		g.seeded, err = shop.Seed(ctx, l, all[len(all)-1], claimed, counting)
	} else {
		err = g.seeded.Claim(ctx, l, g.claimed, claimed, counting)
	}
	g.claimed = claimed
	return errors.Join(err, l.Close())
}

// row starts tallyd, and measures. The first start makes the log, and does not count.
func (g *growing) row(ctx context.Context) ([]any, error) {
	first, err := g.Tallyd(ctx, g.data, "--ledger", g.kind)
	if err != nil {
		return nil, err
	}
	if err := first.End(); err != nil {
		return nil, err
	}
	began := time.Now()
	server, err := g.Tallyd(ctx, g.data, "--ledger", g.kind)
	if err != nil {
		return nil, err
	}
	answers, ready := server.Answers.Sub(began).Seconds(), time.Since(began).Seconds()
	memory, err1 := server.Memory()
	disk, err2 := g.disk()
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	runs, processor, err := g.redeem(ctx, server)
	if err := errors.Join(err, server.End()); err != nil {
		return nil, err
	}
	cells := rates(runs)
	return []any{g.kind, g.claimed, spreadOf([]float64{answers}), spreadOf([]float64{ready}), mebibytes(memory), disk / int64(g.claimed), cells[0], cells[1], cells[2], spreadOf(processor)}, nil
}

// redeem redeems the next vouchers, run by run.
func (g *growing) redeem(ctx context.Context, server *stage.Server) (runs []load.Result, processor []float64, err error) {
	c := &counter{Server: server, system: g.kind, seeded: g.seeded, clients: load.New(server.URL, most), next: g.next}
	defer c.clients.Close()
	r, s := c.redeemer(), step{sizeClients, min(g.sizes.size.redeemed, (g.claimed-g.next)/g.runs)}
	for run := range g.runs {
		if err := g.measure(ctx, r, s, run); err != nil {
			return nil, nil, err
		}
	}
	g.next = c.next
	return r.runs[s.clients], r.processor[s.clients], nil
}

// disk is the bytes of all that grows.
func (g *growing) disk() (all int64, err error) {
	for _, part := range partsOf(g.kind) {
		size, err := sizeOf(filepath.Join(g.data, part))
		if err != nil {
			return 0, err
		}
		all += size
	}
	return all, nil
}
