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

	"tally/internal/edge/reqctx"
)

// Config says how strangers are met. The zero Config limits nothing.
type Config struct {
	Proxies     Proxies        // whose ProxyHeader and X-Request-Id are believed
	ProxyHeader ProxyHeader    // that the proxies set; XForwardedFor if empty
	Origins     Origins        // whose scripts may use the API
	PerAddress  Quota          // an IPv4 address or an IPv6 /64, and several times as much a /56 and a /48; this machine's own requests are not counted
	PerToken    Quota          // a bearer token
	Redis       redis.Scripter // where the quotas are counted for several processes; nil for this one alone
	MaxRequests int            // being answered at once, with as many more awaited; 0 for no limit
	MaxBody     int64          // bytes of a body, which is read whole before it takes a place; 0 to leave bodies to the API
	MaxPut      int64          // the same of a PUT; MaxBody if it is 0
	FreeBytes   int64          // that an address may have written to the ledger in a day for nothing; 0 for no limit
	TLS         bool           // whether the server itself speaks TLS
	Readiness   *Readiness     // what /readyz says before the API is asked; nil for the API's word alone
	Metrics     *Metrics
	Log         *slog.Logger
	Now         func() time.Time
}

// Handler is the edge before a handler.
type Handler struct {
	cfg      Config
	next     http.Handler
	rates    rates
	free     *rates // bytes a day; nil for no limit
	present  *Pool  // places of requests that are here at all: awaited, answered, or being written; nil for no limit
	slots    *Pool  // places of those that are being answered
	bodies   *Pool  // bytes of bodies
	door     *door
	misheard atomic.Bool // whether it was said that a proxy is not trusted, or not understood
}

// New puts an edge before a handler. The error is ErrOrigin.
func New(cfg Config, next http.Handler) (*Handler, error) {
	if err := cfg.Origins.Check(); err != nil {
		return nil, err
	}
	if cfg.ProxyHeader == "" {
		cfg.ProxyHeader = XForwardedFor
	}
	h := &Handler{
		cfg: cfg, next: next, rates: rates{limited: cfg.Metrics.Limited}, bodies: NewPool(MaxBodies), door: &door{log: cfg.Log, now: cfg.Now},
	}
	h.rates.address = cfg.policy(policyAddress, cfg.PerAddress)
	h.rates.site = cfg.policy(policySite, cfg.PerAddress.times(siteTimes))
	h.rates.network = cfg.policy(policyNetwork, cfg.PerAddress.times(networkTimes))
	h.free = cfg.purses()
	h.rates.token = cfg.policy(policyToken, cfg.PerToken)
	if cfg.MaxRequests > 0 {
		h.present, h.slots = NewPool(2*int64(cfg.MaxRequests)), NewPool(int64(cfg.MaxRequests))
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
	client, proxied, err := h.cfg.Proxies.client(r, h.cfg.ProxyHeader)
	h.listenTo(r, proxied, err)
	v := &visit{client: client, proxied: proxied, from: originOf(client)}
	e := &reqctx.Request{ID: requestID(r, h.cfg.Proxies.Trust(peer(r.RemoteAddr)))}
	if h.free != nil {
		e.Purse = purse{h.free, v}
	}
	answer := &recorder{ResponseWriter: w}
	defer v.leave(answer, r) // last: how long a client takes to read is not the server's time
	h.cfg.Metrics.Begin()
	defer func() { h.finish(r, e, v, answer, time.Since(began)) }()

	answer.Header().Set(reqctx.HeaderID, e.ID)
	h.secure(answer.Header())
	if h.cfg.Origins.pass(answer, r) {
		h.admit(answer, r.WithContext(reqctx.With(r.Context(), e)), v)
	}
}

// visit is one request, as the edge sees it.
type visit struct {
	client  netip.Addr
	proxied bool // by a trusted proxy
	from    origin
	turned  turned // why it was turned away, if it was
	place   *Place // among the requests that are here; nil for none
}

// local reports whether a visit is this machine's own: no stranger's. Those that
// a proxy on it passes on have another address, once the proxy is trusted.
func (v *visit) local() bool { return !v.proxied && v.client.IsLoopback() }

// admit hands a request to the API, unless there are too many.
func (h *Handler) admit(w http.ResponseWriter, r *http.Request, v *visit) {
	if probe(r.URL.Path) { // a monitor must see the truth when the server is crowded
		h.watched(w, r)
		return
	}
	if h.present == nil {
		h.answer(w, r, v)
		return
	}
	if v.place = h.present.Take(v.from, 1); v.place == nil {
		h.crowded(w, r, v)
		return
	}
	h.answer(w, r, v)
}

// leave gives a visit's place back once its answer was written: who reads no
// answers keeps their places. Over HTTP/2 net/http keeps a short answer until the
// handler returns, and ends the request's context before it writes that answer. So
// the answer is flushed here, which waits for the client's window or for the
// server's WriteTimeout. Over HTTP/1 a connection has one request.
func (v *visit) leave(w http.ResponseWriter, r *http.Request) {
	if v.place == nil {
		return
	}
	defer v.place.Leave()
	if r.ProtoMajor >= 2 {
		_ = http.NewResponseController(w).Flush() // who left does not hear it
	}
}

// watched answers who watches.
func (h *Handler) watched(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == readyPath && h.cfg.Readiness != nil && !h.cfg.Readiness.Ready() {
		reqctx.Enter(r.Context(), readyPath)
		w.Header().Set("Retry-After", "1")
		notReady(h.cfg.Readiness.Draining()).write(w)
		return
	}
	h.next.ServeHTTP(w, r)
}

// answer has a request answered that is present: by its rates first, then with
// its body, then with a place among those that are answered.
func (h *Handler) answer(w http.ResponseWriter, r *http.Request, v *visit) {
	if !h.rates.pass(w, r, v) {
		v.turned = turnedByRate
		weary(w, r)
		return
	}
	if h.cfg.MaxBody > 0 && !bodiless(r) {
		room := h.await(r, v.from)
		if room == nil {
			h.crowded(w, r, v)
			return
		}
		defer room.Leave()
		if r.Context().Err() != nil {
			v.turned = turnedBack // who took the request back wants no answer
			return
		}
	}
	if h.slots != nil {
		slot := h.slots.Take(v.from, 1)
		if slot == nil {
			h.crowded(w, r, v)
			return
		}
		defer slot.Leave()
	}
	h.next.ServeHTTP(w, r)
}

// crowded refuses a request that there is no room for. Over HTTP/2 it is told by
// the header alone, which is sent even to who reads no answers.
func (h *Handler) crowded(w http.ResponseWriter, r *http.Request, v *visit) {
	v.turned = turnedByCrowd
	h.cfg.Metrics.Overloaded()
	w.Header().Set("Retry-After", "1")
	weary(w, r)
	if r.ProtoMajor >= 2 {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	overloaded().write(w)
}

// The paths by which a server is watched.
const (
	healthPath = "/healthz"
	readyPath  = "/readyz"
)

// probe reports whether a path is one of them.
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

// listenTo says once what makes all clients of a proxy count as one: nobody trusts
// the proxy, or it writes what is not an address, or it sets the other header.
func (h *Handler) listenTo(r *http.Request, proxied bool, err error) {
	by, other := h.cfg.ProxyHeader, Forwarded
	if by == Forwarded {
		other = XForwardedFor
	}
	set := func(name ProxyHeader) bool { return r.Header.Get(string(name)) != "" }
	var why string
	switch {
	case !proxied && (set(by) || set(other)) && peer(r.RemoteAddr).IsLoopback():
		why = "X-Forwarded-For and Forwarded are ignored: the proxy on this machine is not trusted (--trusted-proxy 127.0.0.1/32)"
	case err != nil:
		why = "a trusted proxy's header is not understood, and all its clients count as one"
	case proxied && !set(by) && set(other):
		why = "a trusted proxy sets the header that is not read (--proxy-header), and all its clients count as one"
	}
	if why != "" && !h.misheard.Swap(true) {
		h.cfg.Log.WarnContext(r.Context(), why, slog.String("proxy", peer(r.RemoteAddr).String()), slog.String("header", string(by)))
	}
}

// requestID is the id that a trusted proxy gave a request, or a new one.
func requestID(r *http.Request, trusted bool) string {
	if id := r.Header.Get(reqctx.HeaderID); trusted && wellFormed(id) {
		return id
	}
	return reqctx.NewID()
}

const (
	minRequestID = 8
	maxRequestID = 64
	requestIDs   = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."
)

func wellFormed(id string) bool {
	return len(id) >= minRequestID && len(id) <= maxRequestID && strings.Trim(id, requestIDs) == ""
}
