package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"

	"tally/internal/api"
	"tally/internal/edge"
	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/metrics"
	"tally/internal/metrics/exporter"
	"tally/internal/redisclient"
)

// Edge says how strangers are met. Its flags are the server's, see Serve.
type Edge struct {
	TLSCert        string           `name:"tls-cert" help:"File with the server's certificate chain, in PEM. Read again when it changes. Without it, put a proxy that speaks TLS in front." env:"TALLYD_TLS_CERT" type:"path"`
	TLSKey         string           `name:"tls-key" help:"File with the certificate's key, in PEM." env:"TALLYD_TLS_KEY" type:"path"`
	PublicURL      []string         `name:"public-url" help:"Address by which clients ask this server, as they write it, where it is none of the socket's own: a name, or a proxy's. Read tokens are good for this server only. With --tls-cert the certificate's names are known. Repeat it for more." env:"TALLYD_PUBLIC_URL" placeholder:"https://tally.example"`
	TrustedProxy   []netip.Prefix   `help:"Network of proxies whose --proxy-header and X-Request-Id are believed. Repeat it for more." env:"TALLYD_TRUSTED_PROXY" placeholder:"127.0.0.1/32"`
	ProxyHeader    edge.ProxyHeader `help:"Header in which the trusted proxies name who sent a request: X-Forwarded-For, or Forwarded (RFC 7239). The other one is not read." enum:"X-Forwarded-For,Forwarded" default:"X-Forwarded-For" env:"TALLYD_PROXY_HEADER"`
	CORSOrigin     edge.Origins     `name:"cors-origin" help:"Origin of wallets' web pages whose scripts may use the API, or * for all. Repeat it for more." env:"TALLYD_CORS_ORIGIN" placeholder:"https://wallet.example"`
	RateAddress    edge.Quota       `help:"Requests that an address (of IPv6, a /64) may send in a time, or off. A /56 may send 4 times as many, a /48 16 times. A long answer counts as one more for each 64 KiB. Those of this machine itself are not counted." default:"600/10s" env:"TALLYD_RATE_ADDRESS"`
	RateToken      edge.Quota       `help:"Requests that a bearer token may be sent with in a time, or off." default:"600/10s" env:"TALLYD_RATE_TOKEN"`
	FreeBytes      int64            `help:"Bytes that commands of an address (of IPv6, a /64) may write to the ledger in a day that cost their author nothing: claims without a ticket, transfers, cancels. A /56 may have 4 times as many written, a /48 16 times. 0 for no limit. Those of this machine itself are not counted." default:"67108864" least:"0" most:"1099511627776" env:"TALLYD_FREE_BYTES"`
	RateRedis      string           `help:"URL of a Redis, as --redis has it, where several servers count the rates together. While it fails, each counts alone." env:"TALLYD_RATE_REDIS" placeholder:"redis://127.0.0.1:6379/0"`
	MaxRequests    int              `help:"Requests answered at once, and twice as many being here at all, shared out by address and network; more are answered 503." default:"4096" least:"1" most:"1000000" env:"TALLYD_MAX_REQUESTS"`
	MaxConnections int              `help:"Connections open at once, shared out by address and network; for one more an idle one is closed, or it waits." default:"4096" least:"1" most:"1000000" env:"TALLYD_MAX_CONNECTIONS"`
	MaxPerAddress  int              `help:"Connections of one address, unless it is this machine's or a trusted proxy's; for one more an idle one of the same is closed, or it is." default:"128" least:"1" most:"1000000" env:"TALLYD_MAX_PER_ADDRESS"`
	DrainGrace     time.Duration    `help:"How long the server serves on after SIGTERM while /readyz says no, so that a load balancer can turn away." default:"2s" least:"0s" most:"5m" env:"TALLYD_DRAIN_GRACE"`
	MetricsListen  string           `help:"Address to serve Prometheus metrics on, at /metrics. Without a host it is 127.0.0.1. Closed if empty." env:"TALLYD_METRICS_LISTEN" placeholder:"127.0.0.1:9480"`
}

var (
	errTLS = errors.New("--tls-cert and --tls-key belong together")
)

const (
	headTimeout = 2 * time.Second // for the ledger to tell its head when readiness is asked for
)

// Validate implements kong's hook.
func (e *Edge) Validate() error {
	if (e.TLSCert == "") != (e.TLSKey == "") {
		return errTLS
	}
	for _, address := range e.PublicURL {
		if _, err := intent.Origin(address); err != nil {
			return fmt.Errorf("--public-url %q: %w", address, err)
		}
	}
	if err := e.CORSOrigin.Check(); err != nil {
		return fmt.Errorf("--cors-origin: %w", err)
	}
	if e.RateRedis != "" {
		if _, err := redisclient.Parse(e.RateRedis); err != nil {
			return fmt.Errorf("--rate-redis: %w", err)
		}
	}
	return nil
}

// front is the open edge.
type front struct {
	*Edge
	log         *slog.Logger
	registry    *prometheus.Registry
	metrics     *metrics.Metrics
	requests    *edge.Metrics
	listener    *edge.Connections
	certificate *edge.Certificate     // nil without TLS
	redis       redis.UniversalClient // nil without
	readiness   *edge.Readiness       // nil before watch
	stopMetrics func() error
}

// open listens, and reads the certificate.
func (e *Edge) open(ctx context.Context, log *slog.Logger, address string, by redisclient.Access) (f *front, err error) {
	f = &front{Edge: e, log: log, registry: prometheus.NewRegistry(), stopMetrics: func() error { return nil }}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.close())
		}
	}()
	if f.metrics, err = metrics.New(f.registry); err != nil {
		return f, err
	}
	if f.requests, err = edge.NewMetrics(f.registry); err != nil {
		return f, err
	}
	if e.TLSCert != "" {
		if f.certificate, err = edge.LoadCertificate(e.TLSCert, e.TLSKey, log, time.Now); err != nil {
			return f, err
		}
	}
	if e.RateRedis != "" {
		if f.redis, err = rateRedis(e.RateRedis, by); err != nil {
			return f, err
		}
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return f, fmt.Errorf("listen: %w", err)
	}
	f.listener = edge.LimitConnections(listener, e.MaxConnections, e.MaxPerAddress, e.TrustedProxy)
	f.listener.Pace(e.RateAddress, time.Now)
	f.listener.Tell(f.requests.Closed)
	return f, nil
}

// origins are the addresses by which clients know this server, beside the socket's:
// those of --public-url, and the names of the certificate.
func (f *front) origins() (list []string) {
	for _, address := range f.PublicURL {
		origin, _ := intent.Origin(address) // Validate has read it
		list = append(list, origin)
	}
	if f.certificate == nil {
		return list
	}
	names, _ := f.certificate.Leaf()
	_, port, _ := net.SplitHostPort(f.listener.Addr().String()) // a TCP address has a port
	for _, name := range names {
		if origin, err := intent.Origin("https://" + net.JoinHostPort(name, port)); err == nil {
			list = append(list, origin)
		}
	}
	return list
}

// watch has readiness and metrics tell of the server's parts, and serves the
// metrics if they are asked for.
func (f *front) watch(ctx context.Context, on opened, p *ledger.Pipeline, x func(context.Context) (metrics.Index, error), leaves func() metrics.Log, streams func() error) error {
	l := on.ledger
	f.readiness = edge.NewReadiness(f.log, time.Now, reachable(l), takesWrites(l), func(context.Context) error { return streams() })
	err := metrics.Watch(f.registry, metrics.Sources{
		Head: l.Head, Depth: p.Depth, Index: x, Log: leaves, Connections: f.listener.Open, Ready: f.readiness.Ready,
		Peers: on.peers, Purse: on.purse, Lights: on.collectLights,
	})
	if err != nil || f.MetricsListen == "" {
		return err
	}
	f.stopMetrics, err = exporter.Serve(ctx, f.log, nearby(f.MetricsListen), f.registry)
	return err
}

// reachable checks that the ledger answers.
func reachable(l ledger.Ledger) func(context.Context) error {
	return func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, headTimeout)
		defer cancel()
		if _, err := l.Head(ctx); err != nil {
			return fmt.Errorf("the ledger does not tell its head: %w", err)
		}
		return nil
	}
}

// takesWrites checks that a write would be taken, as far as the ledger finds that out.
func takesWrites(l ledger.Ledger) func(context.Context) error {
	prober, ok := l.(ledger.Prober)
	if !ok {
		return func(context.Context) error { return nil }
	}
	return prober.Writable
}

// rateRedis is a client that gives up early: rates are not worth a wait.
func rateRedis(url string, by redisclient.Access) (redis.UniversalClient, error) {
	options, err := redisOptions("rate-redis", url, by)
	if err != nil {
		return nil, err
	}
	logging.Disable() // what it says of a lost connection, the limiter says once
	options.MaxRetries, options.DialerRetries = -1, 1
	options.DialTimeout, options.ReadTimeout, options.WriteTimeout = edge.SharedTimeout, -2, -2 // -2: the context's deadline alone
	options.ContextTimeoutEnabled = true
	return redis.NewUniversalClient(options), nil
}

// serve answers with the API until ctx ends, then in good order no more.
func (f *front) serve(ctx context.Context, routes http.Handler, attrs ...slog.Attr) error {
	cfg := edge.Config{
		Proxies: f.TrustedProxy, ProxyHeader: f.ProxyHeader, Origins: f.CORSOrigin, PerAddress: f.RateAddress, PerToken: f.RateToken,
		MaxRequests: f.MaxRequests, MaxBody: api.MaxBody, MaxPut: api.MaxRecordBody, FreeBytes: f.FreeBytes, TLS: f.certificate != nil, Readiness: f.readiness, Metrics: f.requests, Log: f.log, Now: time.Now,
	}
	if f.redis != nil {
		cfg.Redis = f.redis
	}
	handler, err := edge.New(cfg, routes)
	if err != nil {
		return err
	}
	var secure *tls.Config
	if f.certificate != nil {
		secure = f.certificate.Config()
	}
	server := &edge.Server{
		Handler: handler, TLS: secure, MaxHeader: api.MaxHeader, WriteTimeout: writeTimeout,
		Readiness: f.readiness, DrainGrace: f.DrainGrace, DrainTimeout: shutdownAfter, Log: f.log,
		Calm: func() { f.requests.Closed(edge.CauseFrames) },
	}
	f.log.LogAttrs(ctx, slog.LevelInfo, "listening", append([]slog.Attr{
		slog.String("address", f.listener.Addr().String()), slog.Bool("tls", secure != nil),
	}, attrs...)...)
	return server.Serve(ctx, f.listener)
}

// close frees what open took, the listener too.
func (f *front) close() error {
	err := f.stopMetrics()
	if f.listener != nil {
		_ = f.listener.Close() // serve may have closed it
	}
	if f.redis != nil {
		err = errors.Join(err, f.redis.Close())
	}
	return err
}
