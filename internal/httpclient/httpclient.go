// Package httpclient makes the HTTP clients of this project. They go where they
// were told to go and nowhere else: a server that answers with a redirect could
// have a client send a code, a token or a command to an address of the server's
// choosing, inside the client's own network for one.
package httpclient

import (
	"net/http"
	"time"
)

// New is a client that follows no redirect: the redirect is the answer. transport
// nil is net/http's default; timeout is for a whole exchange, 0 for none.
func New(transport http.RoundTripper, timeout time.Duration) *http.Client {
	return Direct(&http.Client{Transport: transport, Timeout: timeout})
}

// Direct is a copy of a client that follows no redirect.
func Direct(client *http.Client) *http.Client {
	direct := *client
	direct.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &direct
}
