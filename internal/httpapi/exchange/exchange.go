// Package exchange carries what the edge and the API tell each other about one
// request: the edge names it, the API names its route.
package exchange

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"sync/atomic"
)

// HeaderID is the header that carries a request's id, in both directions.
const HeaderID = "X-Request-Id"

// An Exchange is one request and its answer.
type Exchange struct {
	ID    string // of the request: NewID's, or one that a trusted proxy gave it
	route atomic.Pointer[string]
}

type key struct{}

// NewID makes an id: 32 hex digits, of which nobody can guess another.
func NewID() string {
	var id [16]byte
	_, _ = rand.Read(id[:]) // never fails, by its documentation
	return hex.EncodeToString(id[:])
}

// With is a context of an exchange.
func With(ctx context.Context, e *Exchange) context.Context {
	return context.WithValue(ctx, key{}, e)
}

// Enter says that a request has reached a route, by its pattern ("" where none
// matched), and returns the request's id. Without an edge it makes one.
func Enter(ctx context.Context, route string) (id string) {
	e, ok := ctx.Value(key{}).(*Exchange)
	if !ok {
		return NewID()
	}
	e.route.Store(&route)
	return e.ID
}

// Route is the pattern of the route, "unmatched" if there was none, "none" if
// the request was answered before it reached the API. It is never the path.
func (e *Exchange) Route() string {
	switch route := e.route.Load(); {
	case route == nil:
		return "none"
	case *route == "":
		return "unmatched"
	default:
		return *route
	}
}
