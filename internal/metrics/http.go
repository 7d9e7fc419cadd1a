package metrics

import (
	"fmt"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// HTTP counts requests.
type HTTP struct {
	requests   *prometheus.CounterVec
	durations  *prometheus.HistogramVec
	inFlight   prometheus.Gauge
	limited    *prometheus.CounterVec
	overloaded prometheus.Counter
	unknown    prometheus.Counter
	closed     *prometheus.CounterVec
}

func newHTTP() *HTTP {
	return &HTTP{
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

// NewHTTP registers the counts of a server that answers requests and nothing else.
func NewHTTP(r prometheus.Registerer) (*HTTP, error) {
	h := newHTTP()
	return h, register(r, h.collectors()...)
}

func (h *HTTP) collectors() []prometheus.Collector {
	return []prometheus.Collector{h.requests, h.durations, h.inFlight, h.limited, h.overloaded, h.unknown, h.closed}
}

// Begin counts a request that begins.
func (h *HTTP) Begin() { h.inFlight.Inc() }

// End counts a request that was answered. route is a pattern.
func (h *HTTP) End(route, method string, status int, took time.Duration) {
	h.inFlight.Dec()
	h.requests.WithLabelValues(route, method, fmt.Sprintf("%dxx", status/100)).Inc()
	h.durations.WithLabelValues(route, method).Observe(took.Seconds())
	if status == http.StatusAccepted {
		h.unknown.Inc()
	}
}

// Limited counts a request that a rate limit refused.
func (h *HTTP) Limited(policy string) { h.limited.WithLabelValues(policy).Inc() }

// Overloaded counts a request that found too many others.
func (h *HTTP) Overloaded() { h.overloaded.Inc() }

// Closed counts a connection that was closed for others' sake.
func (h *HTTP) Closed(cause string) { h.closed.WithLabelValues(cause).Inc() }
