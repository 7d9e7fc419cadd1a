package till

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"tally/internal/intent"
)

// MaxOrigins is how many web pages may use one agent.
const MaxOrigins = 16

// ErrOrigin says that a text is not the origin of a web page.
var ErrOrigin = errors.New("not an origin: write https://pos.example, without a path, a trailing slash or a *")

// CheckOrigins refuses what is not a list of origins as a browser sends them: scheme,
// host and, unless it is the scheme's own, port, in lower case. There is no wildcard: a
// page that reaches the agent can redeem the codes that it has.
func CheckOrigins(list []string) error {
	if len(list) > MaxOrigins {
		return fmt.Errorf("%d origins: at most %d", len(list), MaxOrigins)
	}
	for _, origin := range list {
		if one, err := intent.Origin(origin); err != nil || one != origin || strings.Contains(origin, "*") {
			return fmt.Errorf("%q: %w", origin, ErrOrigin)
		}
	}
	return nil
}

// What a page may send and read, beyond what every page may.
const (
	corsMethods = "GET, POST"
	corsHeaders = "Authorization, Content-Type"
	corsExposes = "Location, Retry-After, WWW-Authenticate"
	corsMaxAge  = "7200" // seconds; browsers keep it no longer
)

// allowed reports whether a request comes from a page that may use the agent.
func (g *gate) allowed(h http.Header) bool {
	list := h.Values("Origin")
	return len(list) == 1 && slices.Contains(g.origins, list[0])
}

// admit writes what a browser wants to hear about a page that may use the agent. It is
// true where the request is a preflight, which is answered then: it has no token, and
// does nothing. A browser asks for an agent on loopback with one header more (Private
// Network Access).
func (g *gate) admit(w http.ResponseWriter, r *http.Request) (preflight bool) {
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
	if r.Method != http.MethodOptions || r.Header.Get("Access-Control-Request-Method") == "" {
		h.Set("Access-Control-Expose-Headers", corsExposes)
		return false
	}
	h.Set("Access-Control-Allow-Methods", corsMethods)
	h.Set("Access-Control-Allow-Headers", corsHeaders)
	h.Set("Access-Control-Max-Age", corsMaxAge)
	if r.Header.Get("Access-Control-Request-Private-Network") == "true" {
		h.Set("Access-Control-Allow-Private-Network", "true")
	}
	w.WriteHeader(http.StatusNoContent)
	return true
}
