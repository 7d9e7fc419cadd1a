package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime/pprof"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"tally/internal/audit/translog"
	"tally/internal/edge"
	"tally/internal/httpapi"
	"tally/internal/index"
	indexmemory "tally/internal/index/memory"
	"tally/internal/ledger"
	"tally/internal/metrics"
	"tally/internal/teller"
	"tally/scripts/bench/load"
	"tally/scripts/bench/shop"
	"tally/scripts/bench/stage"
)

// profileTo redeems, looks up, or asks for quotes at a server that is in this process, as tallyd
// wires it, and writes down what the processors did meanwhile: for the server and
// for its clients, which are net/http's.
func (b *bench) profileTo(ctx context.Context, section string, r *Run) (err error) {
	if b.Stage, err = stage.New(r.Dir, r.Tallyd, r.Others); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Stage.Close()) }()
	dir, err := b.Dir("profile")
	if err != nil {
		return err
	}
	l, err := shop.Open(ctx, r.Ledger, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	prepare, err := b.profiledRequests(ctx, l, section, r.Clients)
	if err != nil {
		return err
	}
	url, end, err := serveHere(ctx, l, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, end()) }()
	clients := load.New(url, most)
	defer clients.Close()
	requests, err := prepare()
	if err := errors.Join(err, clients.Connect(ctx, r.Clients)); err != nil {
		return err
	}
	result, err := profiled(r.Profile, func() (load.Result, error) {
		return load.Run(ctx, r.Clients, len(requests), func(ctx context.Context, i int) (load.Told, error) {
			return clients.Tell(ctx, requests[i], http.StatusConflict)
		})
	})
	b.say("profile: %s by %d clients, the server in the same process: %.0f/s: go tool pprof -top %s", section, r.Clients, result.PerSecond(load.Accepted), r.Profile)
	return err
}

// profiledRequests seeds a ledger for a section, and returns what signs its requests: codes
// are good for ten minutes only.
func (b *bench) profiledRequests(ctx context.Context, l ledger.Ledger, section string, clients int) (func() ([]load.Request, error), error) {
	n := b.sizes.profile
	if section == "quote" {
		wallets := max(1, n/shop.OfferCount)
		offered, err := shop.SeedOffers(ctx, l, wallets, b.counting("claimed", wallets*shop.OfferCount))
		return func() ([]load.Request, error) {
			requests := make([]load.Request, n)
			return requests, shop.Each(n, func(i int) (err error) {
				requests[i], err = offered.Quote(i % wallets)
				return err
			})
		}, err
	}
	seeded, err := shop.Seed(ctx, l, n, n, b.counting("claimed", n))
	return func() ([]load.Request, error) {
		if section == "lookup" {
			return holders{seeded}.lookUps(n)
		}
		return (&counter{seeded: seeded}).sign(clients, n)
	}, err
}

// profiled writes down what the processors do during a load.
func profiled(path string, run func() (load.Result, error)) (result load.Result, err error) {
	file, err := os.Create(path)
	if err != nil {
		return result, fmt.Errorf("profile: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if err := pprof.StartCPUProfile(file); err != nil {
		return result, fmt.Errorf("profile: %w", err)
	}
	defer pprof.StopCPUProfile()
	return run()
}

// serveHere serves a ledger over HTTP in this process, with all that tallyd has
// about it: index, log, edge. Its access log goes nowhere.
func serveHere(ctx context.Context, l ledger.Ledger, dir string) (url string, end func() error, err error) {
	gin.SetMode(gin.ReleaseMode)
	nowhere, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0) // the log is made all the same, as tallyd's is
	if err != nil {
		return "", nil, fmt.Errorf("access log: %w", err)
	}
	log := slog.New(slog.NewJSONHandler(nowhere, nil))
	key, err := translog.MakeKey(filepath.Join(dir, "log.key"), l.ID())
	if err != nil {
		return "", nil, err
	}
	leaves, err := translog.Open(l, filepath.Join(dir, "log"), key, log)
	if err != nil {
		return "", nil, err
	}
	registry := prometheus.NewRegistry()
	m, err := metrics.New(registry)
	if err != nil {
		return "", nil, err
	}
	requests, err := edge.NewMetrics(registry)
	if err != nil {
		return "", nil, err
	}
	x, p := indexmemory.Trusted(), ledger.NewPipeline(m.Metered(l), 1)
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	ended, caughtUp := make(chan struct{}, 2), make(chan struct{})
	go func() { leaves.Run(running); ended <- struct{}{} }()
	go func() { index.Project(running, l, x, log, func() { close(caughtUp) }); ended <- struct{}{} }()
	<-caughtUp
	api := httpapi.New(teller.New(l, p, x, log), log, time.Now, func() bool { return true }).At(shop.Origin)
	handler, err := edge.New(edge.Config{MaxRequests: 4096, Metrics: requests, Log: log, Now: time.Now}, api.Handler())
	server := httptest.NewServer(http.Handler(handler))
	return server.URL, func() error {
		server.Close()
		p.Close()
		stop()
		<-ended
		<-ended
		return errors.Join(leaves.Close(), nowhere.Close())
	}, err
}
