package edge

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// ErrOrigin says that a text is no origin.
var ErrOrigin = errors.New("want an origin, as in https://wallet.example or http://localhost:3000, or *")

// Origins are the web pages whose scripts may use the API: their origins, or
// "*" for all. A browser is never told that it may add credentials: who may
// read is said by a token that the script itself must have.
type Origins []string

// Check reports whether every origin is one. The error is ErrOrigin.
func (o Origins) Check() error {
	for _, origin := range o {
		if origin == "*" {
			continue
		}
		if !isOrigin(origin) {
			return fmt.Errorf("%q: %w", origin, ErrOrigin)
		}
	}
	return nil
}

// isOrigin reports whether a text is an origin as browsers write it.
func isOrigin(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" &&
		u.Scheme+"://"+u.Host == text && strings.ToLower(text) == text && !strings.Contains(text, "*")
}

// What the API takes and gives beyond what every script may send and read.
const (
	corsMethods = "GET, POST, PUT, DELETE"
	corsHeaders = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Prefer"
	corsExposes = "ETag, Idempotency-Replayed, Link, Location, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate, X-Request-Id"
	corsMaxAge  = "7200" // seconds; browsers keep it no longer
)

// pass writes what a browser asks for, and answers its preflight. It is false
// when the request is answered.
func (o Origins) pass(w http.ResponseWriter, r *http.Request) bool {
	if len(o) == 0 {
		return true
	}
	h := w.Header()
	all := slices.Contains(o, "*")
	if !all {
		h.Add("Vary", "Origin")
	}
	origin := r.Header.Get("Origin")
	if origin == "" || !all && !slices.Contains(o, origin) {
		return true
	}
	if all {
		origin = "*"
	}
	h.Set("Access-Control-Allow-Origin", origin)
	if r.Method != http.MethodOptions || r.Header.Get("Access-Control-Request-Method") == "" {
		h.Set("Access-Control-Expose-Headers", corsExposes)
		return true
	}
	h.Set("Access-Control-Allow-Methods", corsMethods)
	h.Set("Access-Control-Allow-Headers", corsHeaders)
	h.Set("Access-Control-Max-Age", corsMaxAge)
	w.WriteHeader(http.StatusNoContent)
	return false
}
