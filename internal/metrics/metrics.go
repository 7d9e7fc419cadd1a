// Package metrics is what an operator's Prometheus may know of a server's ledger,
// index and log; what it may know of requests is package edge's. Every label has
// few values: verbs and verdicts are closed sets. cmd/tallyd/operating.md lists
// all of them, and a test holds it to that.
package metrics

import (
	"errors"
	"fmt"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// Metrics are a server's.
type Metrics struct {
	commands *prometheus.CounterVec
}

// New registers the counters of commands, and the metrics of the Go runtime and of
// the process.
func New(r prometheus.Registerer) (*Metrics, error) {
	m := &Metrics{commands: newCommands()}
	return m, register(r, m.commands,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
}

// Watch registers the sources that each scrape asks.
func Watch(r prometheus.Registerer, s Sources) error { return register(r, newState(s)) }

func register(r prometheus.Registerer, all ...prometheus.Collector) (failed error) {
	for _, c := range all {
		if err := r.Register(c); err != nil {
			failed = errors.Join(failed, fmt.Errorf("register metrics: %w", err))
		}
	}
	return failed
}
