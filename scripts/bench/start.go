package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"tally/scripts/bench/shop"
	"tally/scripts/bench/stage"
)

// start measures how long a tallyd takes from nothing to ready, with its index in
// memory, on a ledger of many vouchers: after an orderly end, and after it was
// killed.
func (b *bench) start(ctx context.Context) ([]Table, error) {
	data, err := b.Dir("tallyd")
	if err != nil {
		return nil, err
	}
	l, err := shop.Open(ctx, shop.Chain, data)
	if err != nil {
		return nil, err
	}
	n := b.sizes.start
	_, err = shop.Seed(ctx, l, n.minted, n.claimed, b.counting("claimed", n.claimed))
	if err := errors.Join(err, l.Close()); err != nil {
		return nil, err
	}
	first, server, err := b.starting(ctx, data) // makes the log, too, which later ones find
	if err != nil {
		return nil, err
	}
	var orderly, killed, memory []float64
	for run := range b.runs {
		var took [2]float64
		if err := server.End(); err != nil {
			return nil, err
		}
		if took[0], server, err = b.starting(ctx, data); err != nil {
			return nil, err
		}
		server.Kill()
		if took[1], server, err = b.starting(ctx, data); err != nil {
			return nil, err
		}
		bytes, err := server.Memory()
		if err != nil {
			return nil, err
		}
		orderly, killed, memory = append(orderly, took[0]), append(killed, took[1]), append(memory, float64(bytes)/(1<<20))
		b.say("run %d: %.2f s, after a kill %.2f s", run+1, took[0], took[1])
	}
	disk, err := stage.SizeOf(filepath.Join(data, "chain"))
	return []Table{{
		Name:    "start of tallyd",
		Notes:   []string{fmt.Sprintf("from the start of the process to ready, on a ledger of %d vouchers minted and %d claimed; index in memory", n.minted, n.claimed)},
		Columns: []string{"what", "figure", "unit"},
		Rows: [][]any{
			{"the first start, which makes the log", spreadOf([]float64{first}), "s"},
			{"after an orderly end", spreadOf(orderly), "s"},
			{"after kill -9", spreadOf(killed), "s"},
			{"memory at rest", spreadOf(memory), "MiB resident"},
			{"chain on disk", mebibytes(disk), "MiB"},
		},
	}}, err
}

// starting is a start's seconds.
func (b *bench) starting(ctx context.Context, data string) (float64, *stage.Server, error) {
	began := time.Now()
	server, err := b.Tallyd(ctx, data)
	return time.Since(began).Seconds(), server, err
}
