package httpapi

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"

	"tally/internal/intent"
)

// At is the server with more addresses of its own: origins in the form of
// intent.Origin, by which it is asked through a proxy, or by names.
func (s *Server) At(origins ...string) *Server {
	at := *s
	at.origins = slices.Concat(s.origins, origins)
	return &at
}

// here reports whether an origin is this server's: one of those that it was told, or
// the address to which the request's own connection came. The Host header is not
// asked. A server that was given a token for itself would write itself into the
// header, and pass the token on.
func (s *Server) here(r *http.Request) func(origin string) bool {
	return func(origin string) bool {
		return slices.Contains(s.origins, origin) || isSocket(r, origin)
	}
}

// isSocket reports whether an origin names the address and port to which a request's
// connection came. "localhost" is an address of this machine.
func isSocket(r *http.Request, origin string) bool {
	local, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	if !ok {
		return false
	}
	u, err := url.Parse(origin)
	if one, wrong := intent.Origin(origin); err != nil || wrong != nil || one != origin {
		return false
	}
	scheme, port := "http", "80"
	if r.TLS != nil {
		scheme, port = "https", "443"
	}
	if u.Port() != "" {
		port = u.Port()
	}
	address := local.AddrPort().Addr().Unmap()
	named, err := netip.ParseAddr(u.Hostname())
	same := err == nil && named == address || u.Hostname() == "localhost" && address.IsLoopback()
	return same && u.Scheme == scheme && port == strconv.Itoa(local.Port)
}
