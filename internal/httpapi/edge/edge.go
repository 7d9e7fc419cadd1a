// Package edge is what stands between strangers and the API: request ids, the
// access log, metrics, rate limits, CORS, security headers, and the server with
// its limits, TLS and orderly end. It wraps any http.Handler and knows nothing
// of vouchers.
package edge

import (
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"tally/internal/httpapi/exchange"
	"tally/internal/metrics"
)

// Config says how strangers are met. The zero Config limits nothing.
type Config struct {
	Proxies     Proxies        // whose X-Forwarded-For and X-Request-Id are believed
	Origins     Origins        // whose scripts may use the API
	PerAddress  Quota          // an IPv4 address or an IPv6 /64; this machine's own requests are not counted
	PerToken    Quota          // a bearer token
	Redis       redis.Scripter // where the quotas are counted for several processes; nil for this one alone
	MaxRequests int            // under way at once; 0 for no limit
	TLS         bool           // whether the server itself speaks TLS
	Readiness   *Readiness     // what /readyz says before the API is asked; nil for the API's word alone
	Metrics     *metrics.HTTP
	Log         *slog.Logger
	Now         func() time.Time
}

// Handler is the edge before a handler.
type Handler struct {
	cfg      Config
	next     http.Handler
	rates    rates
	slots    chan struct{} // held by sending while a request is answered; nil for no limit
	misheard atomic.Bool   // whether it was said that a proxy is not trusted
}

// New puts an edge before a handler. The error is ErrOrigin.
func New(cfg Config, next http.Handler) (*Handler, error) {
	if err := cfg.Origins.Check(); err != nil {
		return nil, err
	}
	h := &Handler{cfg: cfg, next: next, rates: rates{limited: cfg.Metrics.Limited}}
	h.rates.address = cfg.policy(policyAddress, cfg.PerAddress)
	h.rates.token = cfg.policy(policyToken, cfg.PerToken)
	if cfg.MaxRequests > 0 {
		h.slots = make(chan struct{}, cfg.MaxRequests)
	}
	return h, nil
}

func (cfg Config) policy(name string, q Quota) *policy {
	if q.Off() {
		return nil
	}
	if cfg.Redis == nil {
		return &policy{name, q, NewLocal(q, cfg.Now)}
	}
	return &policy{name, q, NewShared(q, name, cfg.Redis, cfg.Log, cfg.Now)}
}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	client, proxied := h.cfg.Proxies.client(r)
	h.listenTo(r, proxied)
	e := &exchange.Exchange{ID: requestID(r, h.cfg.Proxies.Trust(peer(r.RemoteAddr)))}
	answer := &recorder{ResponseWriter: w}
	h.cfg.Metrics.Begin()
	defer func() { h.finish(r, e, client, answer, time.Since(began)) }()

	answer.Header().Set(exchange.HeaderID, e.ID)
	h.secure(answer.Header())
	if h.cfg.Origins.pass(answer, r) {
		h.admit(answer, r.WithContext(exchange.With(r.Context(), e)), client, proxied)
	}
}

// admit hands a request to the API, unless there are too many.
func (h *Handler) admit(w http.ResponseWriter, r *http.Request, client netip.Addr, proxied bool) {
	if probe(r.URL.Path) { // whoever watches must see the truth when it is crowded
		if r.URL.Path == readyPath && h.cfg.Readiness != nil && !h.cfg.Readiness.Ready() {
			exchange.Enter(r.Context(), readyPath)
			w.Header().Set("Retry-After", "1")
			notReady(h.cfg.Readiness.Draining()).write(w)
			return
		}
		h.next.ServeHTTP(w, r)
		return
	}
	if !h.rates.pass(w, r, client, proxied) {
		return
	}
	if h.slots != nil {
		select {
		case h.slots <- struct{}{}:
			defer func() { <-h.slots }()
		default:
			h.cfg.Metrics.Overloaded()
			w.Header().Set("Retry-After", "1")
			overloaded().write(w)
			return
		}
	}
	h.next.ServeHTTP(w, r)
}

// The paths by which a server is watched.
const (
	healthPath = "/healthz"
	readyPath  = "/readyz"
)

// probe tells whether a path is one of them.
func probe(path string) bool { return path == healthPath || path == readyPath }

// secure sets the header fields that keep a browser from doing more with an
// answer than a client would. A handler may replace them.
func (h *Handler) secure(header http.Header) {
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	header.Set("Cross-Origin-Resource-Policy", "same-origin") // CORS does not ask for it
	if h.cfg.TLS {
		header.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// listenTo says once that a proxy speaks whom nobody trusts: then all its
// clients are taken for one.
func (h *Handler) listenTo(r *http.Request, proxied bool) {
	if !proxied && r.Header.Get("X-Forwarded-For") != "" && peer(r.RemoteAddr).IsLoopback() && !h.misheard.Swap(true) {
		h.cfg.Log.WarnContext(r.Context(), "X-Forwarded-For is ignored: the proxy on this machine is not trusted (--trusted-proxy 127.0.0.1/32)")
	}
}

// requestID is the id that a trusted proxy gave a request, or a new one.
func requestID(r *http.Request, trusted bool) string {
	if id := r.Header.Get(exchange.HeaderID); trusted && wellFormed(id) {
		return id
	}
	return exchange.NewID()
}

const (
	minRequestID = 8
	maxRequestID = 64
	requestIDs   = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."
)

func wellFormed(id string) bool {
	return len(id) >= minRequestID && len(id) <= maxRequestID && strings.Trim(id, requestIDs) == ""
}
