package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"tally/internal/index"
	"tally/internal/ledger"
	"tally/internal/metrics"
)

// serveMetrics serves a registry until stop.
func serveMetrics(ctx context.Context, log *slog.Logger, address string, r *prometheus.Registry) (stop func() error, err error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", nearby(address))
	if err != nil {
		return func() error { return nil }, fmt.Errorf("listen for metrics: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(r, promhttp.HandlerOpts{MaxRequestsInFlight: 4}))
	server := &http.Server{Handler: mux, ReadTimeout: 5 * time.Second, WriteTimeout: 15 * time.Second, IdleTimeout: 2 * time.Minute}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	log.InfoContext(ctx, "serving metrics", slog.String("address", listener.Addr().String()))
	return func() error {
		err := server.Close()
		if end := <-ended; !errors.Is(end, http.ErrServerClosed) {
			err = errors.Join(err, end)
		}
		return err
	}, nil
}

// nearby is an address on this machine, if it names no host.
func nearby(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil || host != "" {
		return address
	}
	return net.JoinHostPort("127.0.0.1", port)
}

// lag measures how far an index is behind its ledger.
type lag struct {
	ledger ledger.Ledger
	index  index.Index

	mu    sync.Mutex
	since time.Time // the first look that saw it behind; zero if it is not
}

// look asks both.
func (l *lag) look(ctx context.Context) (metrics.Index, error) {
	mark, err := l.index.Watermark(ctx)
	if err != nil {
		return metrics.Index{}, fmt.Errorf("read watermark: %w", err)
	}
	head, err := l.ledger.Head(ctx)
	if err != nil {
		return metrics.Index{}, fmt.Errorf("read head: %w", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if !mark.Before(head) {
		l.since = time.Time{}
		return metrics.Index{}, nil
	}
	if l.since.IsZero() {
		l.since = time.Now()
	}
	return metrics.Index{Blocks: max(head.Block-mark.Block, 1), Since: time.Since(l.since)}, nil
}
