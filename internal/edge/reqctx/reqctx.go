// Package reqctx carries, in a request's context, what the edge and the API tell
// each other: the edge gives the request an id, the API names its route.
package reqctx

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"sync/atomic"
	"time"
)

// HeaderID is the header that carries a request's id, in both directions.
const HeaderID = "X-Request-Id"

// Request is one request, as the edge and the API know it.
type Request struct {
	ID    string // of the request: NewID's, or one that a trusted proxy gave it
	Purse Purse  // of the client; nil where it has no limit
	route atomic.Pointer[string]
}

type key struct{}

// NewID makes an id: 32 hex digits that nobody can guess.
func NewID() string {
	var id [16]byte
	_, _ = rand.Read(id[:]) // never fails, by its documentation
	return hex.EncodeToString(id[:])
}

// With is a context that carries a request.
func With(ctx context.Context, r *Request) context.Context {
	return context.WithValue(ctx, key{}, r)
}

// Enter says that a request has reached a route, by its pattern ("" where none
// matched), and returns the request's id. Without an edge it makes one.
func Enter(ctx context.Context, route string) (id string) {
	r, ok := ctx.Value(key{}).(*Request)
	if !ok {
		return NewID()
	}
	r.route.Store(&route)
	return r.ID
}

// A Purse is what a client may still have written to the ledger for nothing.
type Purse interface {
	// MaySpend reports whether it may have more, and else how long it has to wait.
	MaySpend(ctx context.Context) (wait time.Duration, ok bool)
	// Spend counts bytes that were written for it.
	Spend(ctx context.Context, bytes int64)
}

// MaySpend asks the purse of a request's client. Without an edge there is none, and
// no limit.
func MaySpend(ctx context.Context) (wait time.Duration, ok bool) {
	if r, there := ctx.Value(key{}).(*Request); there && r.Purse != nil {
		return r.Purse.MaySpend(ctx)
	}
	return 0, true
}

// Spend counts bytes in the purse of a request's client.
func Spend(ctx context.Context, bytes int64) {
	if r, there := ctx.Value(key{}).(*Request); there && r.Purse != nil {
		r.Purse.Spend(ctx, bytes)
	}
}

// Route is the pattern of the route, "unmatched" if there was none, "none" if
// the request was answered before it reached the API. It is never the path.
func (r *Request) Route() string {
	switch route := r.route.Load(); {
	case route == nil:
		return "none"
	case *route == "":
		return "unmatched"
	default:
		return *route
	}
}
