package main

import (
	"context"
	"errors"
	"fmt"
	"io"
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
	"tally/internal/httpapi"
	"tally/internal/httpapi/edge"
	"tally/internal/index"
	indexmemory "tally/internal/index/memory"
	"tally/internal/ledger"
	"tally/internal/ledger/evm"
	"tally/internal/metrics"
	"tally/internal/teller"
	"tally/scripts/bench/load"
	"tally/scripts/bench/shop"
	"tally/scripts/bench/stage"
)

const profiledClients = 32

// profileTo redeems at a server that is in this process, as tallyd wires it, and
// writes down what the processors did meanwhile: for the server and for its
// clients, which are net/http's.
func (b *bench) profileTo(ctx context.Context, path string, programs Programs) (err error) {
	if b.Stage, err = stage.New(programs.Dir, programs.Tallyd, programs.Others); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Stage.Close()) }()
	dir, err := b.Dir("profile")
	if err != nil {
		return err
	}
	l, err := shop.Open(ctx, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	n := b.sizes.profile
	seeded, err := shop.Seed(ctx, l, n, n, b.counting("claimed", n))
	if err != nil {
		return err
	}
	url, end, err := serveHere(ctx, l, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, end()) }()
	c := &counter{seeded: seeded, clients: load.New(url, most)}
	defer c.clients.Close()
	r := c.redeemer()
	requests, send, err := r.prepare(ctx, profiledClients, n)
	if err != nil {
		return err
	}
	file, err := os.Create(path) //nolint:gosec // whoever runs it names it
	if err != nil {
		return fmt.Errorf("profile: %w", err)
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		return errors.Join(fmt.Errorf("profile: %w", err), file.Close())
	}
	result, err := load.Run(ctx, profiledClients, requests, send)
	pprof.StopCPUProfile()
	b.say("profile: %d clients and the server in one process: %.0f redemptions/s: go tool pprof -top %s", profiledClients, result.PerSecond(load.Accepted), path)
	return errors.Join(err, file.Close())
}

// serveHere serves a ledger over HTTP in this process, with all that tallyd has
// about it: index, log, edge. Its access log goes nowhere.
func serveHere(ctx context.Context, l *evm.Ledger, dir string) (url string, end func() error, err error) {
	gin.SetMode(gin.ReleaseMode)
	log := slog.New(slog.NewJSONHandler(io.Discard, nil))
	key, err := translog.LoadKey(filepath.Join(dir, "log.key"), l.ID())
	if err != nil {
		return "", nil, err
	}
	leaves, err := translog.Open(l, filepath.Join(dir, "log"), key, log)
	if err != nil {
		return "", nil, err
	}
	m, err := metrics.New(prometheus.NewRegistry())
	if err != nil {
		return "", nil, err
	}
	x, p := indexmemory.New(), ledger.NewPipeline(m.Metered(l), 1)
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	ended, caughtUp := make(chan struct{}, 2), make(chan struct{})
	go func() { leaves.Run(running); ended <- struct{}{} }()
	go func() { index.Project(running, l, x, log, func() { close(caughtUp) }); ended <- struct{}{} }()
	<-caughtUp
	api := httpapi.New(teller.New(l, p, x, log), log, time.Now, func() bool { return true })
	handler, err := edge.New(edge.Config{MaxRequests: 4096, Metrics: m.HTTP, Log: log, Now: time.Now}, api.Handler())
	server := httptest.NewServer(http.Handler(handler))
	return server.URL, func() error {
		server.Close()
		p.Close()
		stop()
		<-ended
		<-ended
		return leaves.Close()
	}, err
}
