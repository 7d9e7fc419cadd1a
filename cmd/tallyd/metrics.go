package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"tally/internal/index"
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

// indexOf is how far the index of a projector is.
func indexOf(p *index.Projector) func(context.Context) (metrics.Index, error) {
	return func(context.Context) (metrics.Index, error) {
		s := p.Stats()
		blocks, since := s.Lag(time.Now())
		return metrics.Index{Blocks: blocks, Since: since, Rebuilds: s.Rebuilds}, nil
	}
}
