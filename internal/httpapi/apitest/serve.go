package apitest

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/deposit"
	"tally/internal/httpapi"
	"tally/internal/index"
	indexmemory "tally/internal/index/memory"
	"tally/internal/ledger"
	"tally/internal/teller"
)

// Server is an API over a ledger, with an index in memory and a store of records.
// Whatever is asked of it and answered is held to the OpenAPI document.
type Server struct {
	URL     string
	Records *deposit.Store

	t      testing.TB
	api    *httpapi.Server
	handle atomic.Pointer[http.Handler]
}

// Serve serves a ledger, by a clock, until the test ends, and then closes the ledger.
func Serve(t testing.TB, l ledger.Ledger, now func() time.Time) *Server {
	t.Helper()
	records, err := deposit.Open(deposit.Options{Dir: t.TempDir(), Now: now})
	require.NoError(t, err)
	log := slog.New(slog.DiscardHandler)
	x, pipeline := indexmemory.Trusted(), ledger.NewPipeline(l, 2)
	ctx, cancel := context.WithCancel(context.Background())
	projected := make(chan struct{})
	go func() {
		defer close(projected)
		index.Project(ctx, l, x, log, nil)
	}()
	s := &Server{t: t, Records: records}
	s.api = httpapi.New(teller.New(l, pipeline, x, log), log, now, func() bool { return true }).With(Evidence(t, l)).Records(records)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*s.handle.Load()).ServeHTTP(w, r) }))
	s.URL = server.URL
	s.Know(s.URL)
	t.Cleanup(func() {
		server.Close()
		pipeline.Close()
		cancel()
		<-projected
		require.NoError(t, l.Close())
	})
	return s
}

// Know tells the server one more address of its own: that of a proxy in front of it.
func (s *Server) Know(origin string) {
	s.api = s.api.At(origin)
	handler := Handler(s.t, s.api.Handler())
	s.handle.Store(&handler)
}

// Host is the server's host and port.
func (s *Server) Host() string { return strings.TrimPrefix(s.URL, "http://") }
