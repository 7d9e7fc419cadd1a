package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"tally/internal/audit/witness"
	"tally/internal/disk"
	"tally/internal/edge"
	"tally/internal/edge/reqctx"
)

// Serve is the command that cosigns.
type Serve struct {
	Data          string        `help:"Data directory: the key, and of each log the last checkpoint cosigned." default:"./witness" env:"TALLY_WITNESS_DATA" type:"path"`
	Name          string        `help:"Name of the witness, as in its cosignatures: a URL without its scheme that is yours. Needed to make the key." env:"TALLY_WITNESS_NAME" placeholder:"example.org/w1"`
	Log           []string      `help:"Public key of a log to watch. Repeat it for more." env:"TALLY_WITNESS_LOG" required:"" sep:"none" placeholder:"VKEY"`
	Listen        string        `help:"Address to listen on." default:"127.0.0.1:8490" env:"TALLY_WITNESS_LISTEN"`
	TLSCert       string        `name:"tls-cert" help:"File with the certificate chain, in PEM. Read again when it changes. Without it, put a proxy that speaks TLS in front." env:"TALLY_WITNESS_TLS_CERT" type:"path"`
	TLSKey        string        `name:"tls-key" help:"File with the certificate's key, in PEM." env:"TALLY_WITNESS_TLS_KEY" type:"path"`
	MetricsListen string        `help:"Address to serve Prometheus metrics on, at /metrics. Closed if empty." env:"TALLY_WITNESS_METRICS_LISTEN" placeholder:"127.0.0.1:9490"`
	DrainGrace    time.Duration `help:"How long it serves on after SIGTERM while /readyz says no." default:"0s" least:"0s" most:"5m" env:"TALLY_WITNESS_DRAIN_GRACE"`
	LogLevel      slog.Level    `help:"debug, info, warn or error." default:"info" env:"TALLY_WITNESS_LOG_LEVEL"`
}

// Limits of the server.
const (
	maxHeader      = 16 << 10 // bytes
	reserve        = 1 << 20  // bytes that a disk has left while the witness says that it is ready
	maxConnections = 1024     // open at once, shared out by address and network
	maxPerAddress  = 64
	maxRequests    = 256 // answered at once, shared out likewise: each is one signature and a write to disk
	writeTimeout   = 10 * time.Second
	drainTimeout   = 10 * time.Second
)

// perAddress is how many requests an address, or an IPv6 /64, may send in a time. A
// log's server sends one each few seconds.
func perAddress() edge.Quota { return edge.Quota{Requests: 200, Window: 10 * time.Second} }

var errTLS = errors.New("--tls-cert and --tls-key belong together")

// Help is shown below the usage.
func (Serve) Help() string {
	return `POST /add-checkpoint cosigns a checkpoint that is proven to contain the one before; GET /{SHA-256 of a log's
origin}/checkpoint is the last one; /healthz and /readyz are for the one who runs it. A log that was rewritten, forked
or rolled back is refused, and an error in this program's log says so.

Example: tally-witness serve --data ./witness --name example.org/w1 --log 'tally/8f3a…+a7c1d2e3+ATLg…' --listen :8490`
}

// Validate implements kong's hook.
func (s *Serve) Validate() error {
	if (s.TLSCert == "") != (s.TLSKey == "") {
		return errTLS
	}
	return nil
}

// Run serves until ctx ends, then lets requests under way finish.
func (s *Serve) Run(ctx context.Context, o *output) (err error) {
	log := slog.New(edge.Lines(slog.NewJSONHandler(o.err, &slog.HandlerOptions{Level: s.LogLevel}), time.Now))
	w, err := s.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	metrics, err := newMetrics(w)
	if err != nil {
		return err
	}
	stop, err := metrics.serve(ctx, log, s.MetricsListen)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	secure, err := s.tls(log)
	if err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", s.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	log.InfoContext(ctx, "listening", slog.String("address", listener.Addr().String()), slog.Bool("tls", secure != nil), slog.String("key", w.Key()))
	room := disk.NewReserve(s.Data, reserve, time.Now)
	readiness := edge.NewReadiness(log, time.Now, func(context.Context) error { return room.Check() })
	handler, err := edge.New(edge.Config{
		PerAddress: perAddress(), MaxRequests: maxRequests, MaxBody: witness.MaxRequest, TLS: secure != nil,
		Metrics: metrics.http, Log: log, Now: time.Now,
	}, s.handler(w, log, metrics, readiness))
	if err != nil {
		return err
	}
	server := &edge.Server{
		Handler: handler, TLS: secure, MaxHeader: maxHeader, WriteTimeout: writeTimeout,
		Readiness: readiness, DrainGrace: s.DrainGrace, DrainTimeout: drainTimeout, Log: log,
		Calm: func() { metrics.http.Closed(edge.CauseFrames) },
	}
	connections := edge.LimitConnections(listener, maxConnections, maxPerAddress, nil)
	connections.Pace(perAddress(), time.Now)
	connections.Tell(metrics.http.Closed)
	return server.Serve(ctx, connections)
}

func (s *Serve) open() (*witness.Witness, error) {
	key, err := witness.OpenKey(s.Data, s.Name)
	switch {
	case errors.Is(err, witness.ErrLostKey):
		return nil, fmt.Errorf("%w: bring the key back from a copy, or begin a new witness in an empty directory", err)
	case err != nil:
		return nil, fmt.Errorf("%s: %w: --name makes one, or names the existing one", filepath.Join(s.Data, witness.KeyFile), err)
	}
	w, err := witness.Open(s.Data, key, s.Log)
	if errors.Is(err, witness.ErrState) {
		return nil, fmt.Errorf("%w: bring the newest copy of the file back; with an older one, or with none, the witness could cosign a second history, so without it begin a new witness in an empty directory", err)
	}
	return w, err
}

func (s *Serve) tls(log *slog.Logger) (*tls.Config, error) {
	if s.TLSCert == "" {
		return nil, nil // plain HTTP
	}
	certificate, err := edge.LoadCertificate(s.TLSCert, s.TLSKey, log, time.Now)
	if err != nil {
		return nil, err
	}
	return certificate.Config(), nil
}

func (s *Serve) handler(w *witness.Witness, log *slog.Logger, m *watched, readiness *edge.Readiness) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", witness.Handler(w, log, m.count))
	mux.HandleFunc("GET /healthz", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /readyz", func(rw http.ResponseWriter, _ *http.Request) {
		if !readiness.Ready() {
			rw.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		mux.ServeHTTP(rw, r)
		reqctx.Enter(r.Context(), r.Pattern)
	})
}
