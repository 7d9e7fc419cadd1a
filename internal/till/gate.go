package till

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"mime"
	"net"
	"net/http"
	"strings"

	"tally/internal/api"
)

// ErrNoToken says that an address other than loopback needs a token.
var ErrNoToken = errors.New("listening beyond loopback needs a token")

// MinToken is how many characters a token has at least.
const MinToken = 32

// CheckListen refuses an address that others than this machine can reach, unless
// a token is asked for. A name counts as such an address, localhost apart.
func CheckListen(address, token string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	ip := net.ParseIP(host)
	if strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback() {
		return nil
	}
	if len(token) < MinToken {
		return ErrNoToken
	}
	return nil
}

// gate stands before the routes: who may ask, and how much at once. See the
// package's doc for why.
type gate struct {
	next    http.Handler
	token   string        // "" if none is asked for
	origins []string      // of the web pages that may ask; see CheckOrigins
	busy    chan struct{} // held by sending while a request is answered
}

// ServeHTTP implements http.Handler.
func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	if len(g.origins) > 0 {
		w.Header().Add("Vary", "Origin")
	}
	if p := g.refuse(r); p != nil {
		fail(w, p)
		return
	}
	if g.allowed(r.Header) && g.admit(w, r) {
		return
	}
	if p := g.refuseUnproven(r); p != nil {
		fail(w, p)
		return
	}
	select {
	case g.busy <- struct{}{}:
		defer func() { <-g.busy }()
	default:
		fail(w, faultBusy.problem())
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, MaxBody)
	g.next.ServeHTTP(w, r)
}

// refuse refuses what a browser on this machine could be made to send by any page.
func (g *gate) refuse(r *http.Request) *api.Problem {
	switch {
	case !named(r.Host):
		return faultHost.problem()
	case causedByPage(r.Header) && !g.allowed(r.Header):
		return faultOrigin.problem()
	default:
		return nil
	}
}

// refuseUnproven refuses what does not show the token, or says that it is no JSON.
func (g *gate) refuseUnproven(r *http.Request) *api.Problem {
	switch {
	case !g.authorised(r):
		return faultToken.problem()
	case r.Method == http.MethodPost && !isJSON(r.Header):
		return faultMediaType.problem()
	default:
		return nil
	}
}

// named reports whether a Host is one that a program of this machine sends: a
// number, or localhost. A page that was rebound sends its own name.
func named(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.EqualFold(host, "localhost") || net.ParseIP(strings.Trim(host, "[]")) != nil
}

// causedByPage tells a request that a browser sends for a page, and not for
// somebody who typed the address.
func causedByPage(h http.Header) bool {
	_, origin := h["Origin"]
	site := h.Get("Sec-Fetch-Site")
	return origin || site != "" && site != "none"
}

func isJSON(h http.Header) bool {
	kind, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	return err == nil && kind == "application/json"
}

func (g *gate) authorised(r *http.Request) bool {
	if g.token == "" {
		return true
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	want, got := sha256.Sum256([]byte(g.token)), sha256.Sum256([]byte(token)) // of one length
	return strings.EqualFold(scheme, "Bearer") && subtle.ConstantTimeCompare(want[:], got[:]) == 1
}
