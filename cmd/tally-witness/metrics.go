package main

import (
	"context"
	"log/slog"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"tally/internal/audit/witness"
	"tally/internal/edge"
	"tally/internal/metrics/exporter"
)

// watched are the metrics of a witness. Wake an operator for the verdict
// "inconsistent".
type watched struct {
	registry *prometheus.Registry
	http     *edge.Metrics
	verdicts *prometheus.CounterVec
}

func newMetrics(w *witness.Witness) (m *watched, err error) {
	m = &watched{registry: prometheus.NewRegistry(), verdicts: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "tally_witness_checkpoints_total",
		Help: "Checkpoints brought, by verdict: cosigned, malformed, unknown_log, bad_signature, conflict, bad_proof (the sender's, not the log's), inconsistent (a log signed two histories), failed.",
	}, []string{"verdict"})}
	for _, verdict := range witness.Verdicts() {
		m.verdicts.WithLabelValues(verdict)
	}
	m.registry.MustRegister(m.verdicts, sizes{w}, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.http, err = edge.NewMetrics(m.registry)
	return m, err
}

func (m *watched) count(verdict string) { m.verdicts.WithLabelValues(verdict).Inc() }

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
func (m *watched) serve(ctx context.Context, log *slog.Logger, address string) (stop func() error, err error) {
	if address == "" {
		return func() error { return nil }, nil
	}
	return exporter.Serve(ctx, log, address, m.registry)
}
