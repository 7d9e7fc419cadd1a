package client

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"tally/internal/httpclient"
)

// ErrNotSent says that no connection came about: the server cannot have seen
// anything. Only a client that is Traced, as those of Connect are, knows that.
var ErrNotSent = errors.New("not sent")

// idleConnections are kept open to the server.
const idleConnections = 256

// Connect is a client with connections of its own. Its errors are ErrNotSent, too,
// where a request cannot have left. timeout bounds each request; 0 is no bound.
func Connect(base string, timeout time.Duration) *Client {
	return New(base, httpclient.New(Traced(&http.Transport{
		Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true,
		MaxIdleConnsPerHost: idleConnections, IdleConnTimeout: time.Minute,
	}), timeout))
}

// Traced is a transport whose errors are ErrNotSent, too, where no connection came
// about. next must report to net/http/httptrace, as *http.Transport does.
func Traced(next http.RoundTripper) http.RoundTripper { return tracing{next} }

type tracing struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (t tracing) RoundTrip(r *http.Request) (*http.Response, error) {
	var connected atomic.Bool
	ctx := httptrace.WithClientTrace(r.Context(), &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	})
	res, err := t.next.RoundTrip(r.WithContext(ctx))
	if err != nil && !connected.Load() {
		err = fmt.Errorf("%w: %w", ErrNotSent, err)
	}
	return res, err
}
