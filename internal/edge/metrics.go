package edge

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics counts requests and connections, for Prometheus. Every label has few
// values: routes are patterns, never paths.
type Metrics struct {
	requests   *prometheus.CounterVec
	durations  *prometheus.HistogramVec
	inFlight   prometheus.Gauge
	limited    *prometheus.CounterVec
	overloaded prometheus.Counter
	unknown    prometheus.Counter
	closed     *prometheus.CounterVec
}

// NewMetrics registers an edge's counts.
func NewMetrics(r prometheus.Registerer) (*Metrics, error) {
	m := newMetrics()
	var failed error
	for _, c := range []prometheus.Collector{m.requests, m.durations, m.inFlight, m.limited, m.overloaded, m.unknown, m.closed} {
		if err := r.Register(c); err != nil {
			failed = errors.Join(failed, fmt.Errorf("register metrics: %w", err))
		}
	}
	return m, failed
}

func newMetrics() *Metrics {
	return &Metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tally_http_requests_total", Help: "Requests answered, by route, method and class of status (2xx).",
		}, []string{"route", "method", "class"}),
		durations: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "tally_http_request_duration_seconds", Help: "From the header read to the answer written.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 20, 30},
		}, []string{"route", "method"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "tally_http_requests_in_flight", Help: "Requests under way.",
		}),
		limited: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tally_http_rate_limited_total", Help: "Requests refused with 429, by policy: address, site or network (of IPv6: /56, /48), token, free.",
		}, []string{"policy"}),
		overloaded: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "tally_http_overloaded_total", Help: "Requests refused with 503 because too many were under way.",
		}),
		unknown: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "tally_http_outcomes_unknown_total", Help: "Requests answered with 202: the outcome was not known in time.",
		}),
		closed: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tally_http_connections_closed_total",
			Help: "Connections closed, by cause: share, pace, room (it was idle, another needed the place), frames (an HTTP/2 flood).",
		}, []string{"cause"}),
	}
}

// Begin counts a request that begins.
func (m *Metrics) Begin() { m.inFlight.Inc() }

// End counts a request that was answered. route is a pattern.
func (m *Metrics) End(route, method string, status int, took time.Duration) {
	m.inFlight.Dec()
	m.requests.WithLabelValues(route, method, fmt.Sprintf("%dxx", status/100)).Inc()
	m.durations.WithLabelValues(route, method).Observe(took.Seconds())
	if status == http.StatusAccepted {
		m.unknown.Inc()
	}
}

// Limited counts a request that a rate limit refused.
func (m *Metrics) Limited(policy string) { m.limited.WithLabelValues(policy).Inc() }

// Overloaded counts a request that found too many others.
func (m *Metrics) Overloaded() { m.overloaded.Inc() }

// Closed counts a connection that was closed for others' sake.
func (m *Metrics) Closed(cause string) { m.closed.WithLabelValues(cause).Inc() }
