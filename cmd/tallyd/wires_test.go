package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/edge"
)

// wires are HTTP/2 connections to one server. A request takes one in turn, and
// waits there while the server has as many under way on it as it allows: in a
// queue of its own, because the transport wakes all that wait to let one go.
type wires struct {
	each []*http.Transport
	room []chan struct{} // each holds a token for every request under way
	next atomic.Uint64
}

var errProtocol = errors.New("the answer came by another protocol than HTTP/2.0")

// newWires are n connections to whom the pool vouches for.
func newWires(t *testing.T, n int, pool *x509.CertPool) *wires {
	t.Helper()
	w := &wires{each: make([]*http.Transport, n), room: make([]chan struct{}, n)}
	for i := range w.each {
		w.room[i] = make(chan struct{}, edge.MaxStreams)
		w.each[i] = &http.Transport{
			TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true,
			HTTP2: &http.HTTP2Config{StrictMaxConcurrentRequests: true},
		}
		t.Cleanup(w.each[i].CloseIdleConnections)
	}
	return w
}

// open makes every connection, so that a crowd finds them.
func (w *wires) open(t *testing.T, url string) {
	t.Helper()
	h := &http.Client{Transport: w}
	for range w.each {
		status, _ := get(t, h, url+"/healthz", "")
		require.Equal(t, http.StatusOK, status)
	}
}

// RoundTrip implements http.RoundTripper.
func (w *wires) RoundTrip(r *http.Request) (*http.Response, error) {
	i := w.next.Add(1) % uint64(len(w.each))
	select {
	case w.room[i] <- struct{}{}:
		defer func() { <-w.room[i] }()
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	answer, err := w.each[i].RoundTrip(r)
	if err == nil && answer.Proto != "HTTP/2.0" {
		return nil, errors.Join(fmt.Errorf("%w: %s", errProtocol, answer.Proto), answer.Body.Close())
	}
	return answer, err
}
