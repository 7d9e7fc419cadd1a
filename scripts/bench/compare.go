package main

import (
	"context"
	"fmt"
)

// compare measures redemptions at two builds of tallyd, in turns, on each kind of ledger:
// what a change gave, or took. Without --tallyd-before there is nothing to compare.
func (b *bench) compare(ctx context.Context) ([]Table, error) {
	if b.tallyd.before == "" {
		return nil, nil
	}
	t := Table{
		Name: "redemptions at two builds of tallyd",
		Notes: []string{
			"before: the build of --tallyd-before; ledgers founded and vouchers claimed by this build, each server on a ledger of its own",
			"ratios: this build's to the build before, run by run; processor ms: of one core for each request, at the server",
		},
		Columns: []string{"clients", "system", "redemptions/s", "p50 ms", "p99 ms", "processor ms", "ratio", "processor ratio"},
	}
	for _, system := range []string{systemTally, systemJournal} {
		before, err := b.counterOf(ctx, system+", before", b.tallyd.before)
		if err != nil {
			return nil, fmt.Errorf("the build before: %w", err)
		}
		defer before.clients.Close()
		now, err := b.counter(ctx, system)
		if err != nil {
			return nil, err
		}
		defer now.clients.Close()
		both := []*redeemer{before.redeemer(), now.redeemer()}
		for _, step := range b.sizes.redeem {
			if err := b.inTurns(ctx, both, step); err != nil {
				return nil, err
			}
			t.Rows = append(t.Rows, compared(both, step.clients)...)
		}
	}
	return []Table{t}, nil
}

// compared are the rows of both builds at a number of clients, the one before first.
func compared(both []*redeemer, clients int) (rows [][]any) {
	for _, r := range both {
		cells := rates(r.runs[clients])
		rows = append(rows, []any{clients, r.system, cells[0], cells[1], cells[2], r.cost(clients)})
	}
	before, now := both[0], both[1]
	costs := make([]float64, len(now.processor[clients]))
	for i, cost := range now.processor[clients] {
		costs[i] = cost / before.processor[clients][i]
	}
	rows[1] = append(rows[1], ratio(now.runs[clients], before.runs[clients]), spreadOf(costs))
	return rows
}
