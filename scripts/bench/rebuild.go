package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"tally/internal/index"
	indexmemory "tally/internal/index/memory"
	"tally/internal/index/redis"
	"tally/internal/voucher"
	"tally/scripts/bench/shop"
)

var errRebuilt = errors.New("the index is not what the history makes")

// rebuild measures how long an index takes that is made from all entries of a
// ledger: in memory, as at every start of a server, and on Redis, as when that
// was emptied.
func (b *bench) rebuild(ctx context.Context) ([]Table, error) {
	h, err := shop.NewHistory(b.sizes.rebuild, b.counting("entries", 2*b.sizes.rebuild))
	if err != nil {
		return nil, err
	}
	var memory, onRedis []float64
	for run := range b.runs {
		took, err := project(ctx, h, indexmemory.New())
		if err != nil {
			return nil, err
		}
		memory = append(memory, took.Seconds())
		if took, err = b.projectToRedis(ctx, h); err != nil {
			return nil, err
		}
		onRedis = append(onRedis, took.Seconds())
		b.say("run %d: memory %.1f s, Redis %.1f s", run+1, memory[run], onRedis[run])
	}
	return []Table{{
		Name:    "rebuild of an index",
		Notes:   []string{fmt.Sprintf("of %d entries of a ledger in memory, half of them claims and half redemptions, as the rules judge them; Redis on a socket", h.Len())},
		Columns: []string{"index", "seconds", "entries/s"},
		Rows:    [][]any{{"memory", spreadOf(memory), perSecond(h.Len(), memory)}, {"redis", spreadOf(onRedis), perSecond(h.Len(), onRedis)}},
	}}, nil
}

func perSecond(n int, seconds []float64) Spread {
	rates := make([]float64, len(seconds))
	for i, s := range seconds {
		rates[i] = float64(n) / s
	}
	return spreadOf(rates)
}

// projectToRedis is project on a new Redis.
func (b *bench) projectToRedis(ctx context.Context, h *shop.History) (time.Duration, error) {
	url, server, err := b.Redis(ctx)
	if err != nil {
		return 0, err
	}
	x, err := redis.Open(redis.Options{URL: url, Ledger: h.ID()})
	if err != nil {
		return 0, err
	}
	took, err := project(ctx, h, x)
	return took, errors.Join(err, x.Close(), server.End())
}

// project has a projector make an index, and looks for the last voucher in it.
func project(ctx context.Context, h *shop.History, x index.Index) (time.Duration, error) {
	projecting, stop := context.WithCancel(ctx)
	caughtUp, ended := make(chan struct{}), make(chan struct{})
	p := index.NewProjector(h, x, slog.New(slog.DiscardHandler))
	began := time.Now()
	go func() {
		defer close(ended)
		p.Run(projecting, func() { close(caughtUp) })
	}()
	defer func() { stop(); <-ended }()
	select {
	case <-caughtUp:
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	took := time.Since(began)
	last, err := x.Voucher(ctx, h.Last())
	switch {
	case err != nil:
		return 0, fmt.Errorf("%w: %w", errRebuilt, err)
	case last.Voucher.State != voucher.StateSpent:
		return 0, fmt.Errorf("%w: the last voucher is not spent", errRebuilt)
	case p.Stats().Errors > 0:
		return 0, fmt.Errorf("%w: it had to start over: %s", errRebuilt, p.Stats().LastError)
	}
	return took, nil
}
