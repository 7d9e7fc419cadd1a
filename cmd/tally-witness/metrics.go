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
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"tally/internal/audit/witness"
)

// metrics are what whoever runs the witness may watch. "inconsistent" is the one
// to be woken for.
type metrics struct {
	registry *prometheus.Registry
	verdicts *prometheus.CounterVec
}

func newMetrics(w *witness.Witness) *metrics {
	m := &metrics{prometheus.NewRegistry(), prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "tally_witness_checkpoints_total",
		Help: "Checkpoints brought, by verdict: cosigned, malformed, unknown_log, bad_signature, conflict, inconsistent (a log was rewritten), failed.",
	}, []string{"verdict"})}
	for _, verdict := range witness.Verdicts() {
		m.verdicts.WithLabelValues(verdict)
	}
	m.registry.MustRegister(m.verdicts, sizes{w}, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) count(verdict string) { m.verdicts.WithLabelValues(verdict).Inc() }

// sizes are the logs', asked at each scrape.
type sizes struct{ *witness.Witness }

func (sizes) description() *prometheus.Desc {
	return prometheus.NewDesc("tally_witness_log_size", "Leaves of a log when it was cosigned last.", []string{"origin"}, nil)
}

// Describe implements prometheus.Collector.
func (s sizes) Describe(to chan<- *prometheus.Desc) { to <- s.description() }

// Collect implements prometheus.Collector.
func (s sizes) Collect(to chan<- prometheus.Metric) {
	for origin, size := range s.Sizes() {
		to <- prometheus.MustNewConstMetric(s.description(), prometheus.GaugeValue, float64(size), origin)
	}
}

// serve serves the metrics until stop, unless the address is empty.
func (m *metrics) serve(ctx context.Context, log *slog.Logger, address string) (stop func() error, err error) {
	if address == "" {
		return func() error { return nil }, nil
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen for metrics: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4}))
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
