package edge

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"
)

// Limits of a server that no flag changes.
const (
	HeaderTimeout = 5 * time.Second  // for a request's header
	ReadTimeout   = 10 * time.Second // for the whole request
	IdleTimeout   = 2 * time.Minute  // until a connection without a request is closed
	MaxStreams    = 100              // requests under way on one HTTP/2 connection: the least that RFC 9113 recommends
	WriteStall    = 5 * time.Second  // until an HTTP/2 connection is closed that takes no byte of what waits for it

	maxStreamBuffer     = 64 << 10  // bytes of one HTTP/2 stream that nobody has read yet
	maxConnectionBuffer = 128 << 10 // bytes of one HTTP/2 connection that nobody has read yet
)

// Server serves a handler until it is told to end, and then in good order.
type Server struct {
	Handler      http.Handler
	TLS          *tls.Config   // nil for plain HTTP/1.1
	MaxHeader    int           // bytes
	WriteTimeout time.Duration // for the answer, the handler's time included
	Readiness    *Readiness
	DrainGrace   time.Duration // between "not ready" and the end of listening
	DrainTimeout time.Duration // for requests under way after that
	Log          *slog.Logger
	Calm         func() // told of each HTTP/2 connection that is closed for its frames; may be nil
}

// Serve answers until ctx ends. Then it says that it is not ready and goes on
// for DrainGrace, so that a load balancer can send requests elsewhere; then it
// listens no more and lets requests under way finish. It closes the listener.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	server := s.http(ctx)
	two := s.http2(ctx, server)
	failed := make(chan error, 2)
	go func() { failed <- two.serve() }()
	go func() {
		if s.TLS != nil {
			failed <- server.ServeTLS(l, "", "")
		} else {
			failed <- server.Serve(l)
		}
	}()
	select {
	case err := <-failed:
		return errors.Join(fmt.Errorf("serve: %w", err), server.Close(), two.close())
	case <-ctx.Done():
	}
	s.Readiness.Drain()
	ending := context.WithoutCancel(ctx)
	s.Log.InfoContext(ending, "stopping: not ready any more", slog.String("grace", s.DrainGrace.String()))
	select {
	case err := <-failed:
		return errors.Join(fmt.Errorf("serve: %w", err), server.Close(), two.close())
	case <-time.After(s.DrainGrace):
	}
	s.Log.InfoContext(ending, "stopping: requests under way may finish")
	ending, cancel := context.WithTimeout(ending, s.DrainTimeout)
	defer cancel()
	err := shutdown(ending, server, two.Server)
	if err != nil { // somebody does not read the answer
		err = errors.Join(fmt.Errorf("requests were cut off: %w", err), server.Close(), two.close())
	}
	for range cap(failed) {
		if end := <-failed; !errors.Is(end, http.ErrServerClosed) {
			err = errors.Join(err, end)
		}
	}
	return err
}

// shutdown ends servers together, and waits for both.
func shutdown(ctx context.Context, servers ...*http.Server) error {
	ended := make(chan error, len(servers))
	for _, server := range servers {
		go func() { ended <- server.Shutdown(ctx) }()
	}
	var err error
	for range servers {
		if end := <-ended; end != nil && err == nil {
			err = end
		}
	}
	return err
}

func (s *Server) http(ctx context.Context) *http.Server {
	var protocols http.Protocols // HTTP/2 over TLS only
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(s.TLS != nil)
	return &http.Server{
		Handler: s.Handler, TLSConfig: s.TLS, Protocols: &protocols,
		MaxHeaderBytes: s.MaxHeader, ReadHeaderTimeout: HeaderTimeout, ReadTimeout: ReadTimeout,
		WriteTimeout: s.WriteTimeout, IdleTimeout: IdleTimeout,
		ErrorLog: log.New(complaints{s.Log}, "", 0),
		// A request outlives the signal to stop: the drain decides its end.
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
		ConnContext: withConnection,
		ConnState: func(conn net.Conn, state http.ConnState) {
			if k := connectionOf(conn); k != nil {
				k.note(state)
			}
		},
	}
}

// complaints are net/http's, as lines of the log.
type complaints struct{ log *slog.Logger }

// Write implements io.Writer.
func (c complaints) Write(line []byte) (int, error) {
	text, level := strings.TrimSpace(string(line)), slog.LevelWarn
	if strings.HasPrefix(text, "http: TLS handshake error") {
		level = slog.LevelDebug // any stranger can cause as many as they like
	}
	c.log.Log(context.Background(), level, "http server", slog.String("error", text))
	return len(line), nil
}
