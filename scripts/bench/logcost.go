package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"

	"tally/internal/audit/translog"
	"tally/scripts/bench/shop"
)

// The drivers of the section: what a transparency log costs a redemption is the
// time between them.
const (
	driverAlone   = "without a log"
	driverWithLog = "with a log"
)

// logCost measures redemptions at two drivers. Meanwhile the log is derived from one
// of them, as tallyd does.
func (b *bench) logCost(ctx context.Context) (tables []Table, err error) {
	alone, closeAlone, err := b.driver(ctx, driverAlone)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, closeAlone()) }()
	logged, closeLogged, err := b.loggedDriver(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, closeLogged()) }()
	all := []*redeemer{alone, logged}
	t := Table{
		Name: "what the log costs a redemption", Columns: []string{"clients", "system", "redemptions/s", "p50 ms", "p99 ms", "accepted", "processor ms", "ratio"},
		Notes: []string{"the embedded chain in this process, behind its pipeline; ratio: with to without, run by run"},
	}
	for _, step := range b.sizes.redeem {
		for run := range b.runs {
			for _, r := range inTurn(run, all) {
				if err := b.measure(ctx, r, step, run); err != nil {
					return nil, fmt.Errorf("%s, %d clients: %w", r.system, step.clients, err)
				}
			}
		}
		for _, r := range all {
			row := append([]any{step.clients, r.system}, rates(r.runs[step.clients])[:4]...)
			t.Rows = append(t.Rows, append(row, r.cost(step.clients)))
		}
		t.Rows[len(t.Rows)-1] = append(t.Rows[len(t.Rows)-1], ratio(logged.runs[step.clients], alone.runs[step.clients]))
	}
	return []Table{t}, nil
}

// loggedDriver is a driver from which a log is derived.
func (b *bench) loggedDriver(ctx context.Context) (*redeemer, func() error, error) {
	dir, err := b.Dir(driverWithLog)
	if err != nil {
		return nil, nil, err
	}
	l, seeded, err := b.seed(ctx, shop.Chain, dir)
	if err != nil {
		return nil, nil, err
	}
	key, err := translog.MakeKey(filepath.Join(dir, "log.key"), l.ID())
	if err != nil {
		return nil, nil, errors.Join(err, l.Close())
	}
	leaves, err := translog.Open(l, filepath.Join(dir, "log"), key, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, nil, errors.Join(err, l.Close())
	}
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan struct{})
	go func() { defer close(ended); leaves.Run(running) }()
	r, end := drive(driverWithLog, l, seeded)
	return r, func() error {
		stop()
		<-ended
		return errors.Join(leaves.Close(), end())
	}, nil
}
