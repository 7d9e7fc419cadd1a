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
	MaxStreams    = 128              // requests under way on one HTTP/2 connection
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
}

// Serve answers until ctx ends. Then it says that it is not ready and goes on
// for DrainGrace, so that a load balancer can send requests elsewhere; then it
// listens no more and lets requests under way finish. It closes the listener.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	server := s.http(ctx)
	failed := make(chan error, 1)
	go func() {
		if s.TLS != nil {
			failed <- server.ServeTLS(l, "", "")
		} else {
			failed <- server.Serve(l)
		}
	}()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	s.Readiness.Drain()
	ending := context.WithoutCancel(ctx)
	s.Log.InfoContext(ending, "stopping: not ready any more", slog.String("grace", s.DrainGrace.String()))
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-time.After(s.DrainGrace):
	}
	s.Log.InfoContext(ending, "stopping: requests under way may finish")
	ending, cancel := context.WithTimeout(ending, s.DrainTimeout)
	defer cancel()
	err := server.Shutdown(ending)
	if err != nil { // somebody does not read the answer
		err = errors.Join(fmt.Errorf("requests were cut off: %w", err), server.Close())
	}
	if end := <-failed; !errors.Is(end, http.ErrServerClosed) {
		err = errors.Join(err, end)
	}
	return err
}

func (s *Server) http(ctx context.Context) *http.Server {
	var protocols http.Protocols // HTTP/2 over TLS only
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(s.TLS != nil)
	return &http.Server{
		Handler: s.Handler, TLSConfig: s.TLS, Protocols: &protocols,
		HTTP2:          &http.HTTP2Config{MaxConcurrentStreams: MaxStreams},
		MaxHeaderBytes: s.MaxHeader, ReadHeaderTimeout: HeaderTimeout, ReadTimeout: ReadTimeout,
		WriteTimeout: s.WriteTimeout, IdleTimeout: IdleTimeout,
		ErrorLog: log.New(complaints{s.Log}, "", 0),
		// A request outlives the signal to stop: the drain decides its end.
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
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
