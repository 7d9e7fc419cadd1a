package jsonrpc

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	stdnet "net"
	"net/http"
	"slices"
	"strings"
)

// refusedMethod takes the place of every call that is not served.
const refusedMethod = "tally_refused"

// gate stands before the methods: who may ask, what, and how much at once.
type gate struct {
	next  http.Handler
	token []byte        // SHA-256 of the token; nil if none is asked for
	host  string        // a name that this server may be called by, besides localhost and numbers
	busy  chan struct{} // held by sending while a request is answered
}

// ServeHTTP implements http.Handler.
func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	switch {
	case !g.named(r.Host):
		http.Error(w, "this host name is not served", http.StatusForbidden)
		return
	case !g.authorised(r):
		w.Header().Set("WWW-Authenticate", "Bearer")
		http.Error(w, "a token is wanted", http.StatusUnauthorized)
		return
	case r.Method != http.MethodPost:
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "POST is wanted", http.StatusMethodNotAllowed)
		return
	}
	select {
	case g.busy <- struct{}{}:
		defer func() { <-g.busy }()
	default:
		w.Header().Set("Retry-After", "1")
		http.Error(w, "too many requests at once", http.StatusServiceUnavailable)
		return
	}
	g.pass(w, r)
}

// named reports whether a Host header names this server. A number always does:
// a page that was rebound sends its own name.
func (g *gate) named(host string) bool {
	if name, _, err := stdnet.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.Trim(host, "[]")
	return stdnet.ParseIP(host) != nil || strings.EqualFold(host, "localhost") || g.host != "" && strings.EqualFold(host, g.host)
}

func (g *gate) authorised(r *http.Request) bool {
	if g.token == nil {
		return true
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	sum := sha256.Sum256([]byte(token)) // of one length, so that the comparison tells none
	return strings.EqualFold(scheme, "Bearer") && subtle.ConstantTimeCompare(sum[:], g.token) == 1
}

// call is one call of a request. The methods are given what was read here and
// not what was sent, so no text can mean one thing here and another there.
type call struct {
	Version json.RawMessage `json:"jsonrpc,omitempty"`
	ID      json.RawMessage `json:"id,omitempty"`
	Method  string          `json:"method"`
	Params  json.RawMessage `json:"params,omitempty"`
}

func (g *gate) pass(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		http.Error(w, "the request is too large", http.StatusRequestEntityTooLarge)
		return
	}
	if err != nil {
		return // nobody is there any more
	}
	allowed, failed := allow(body)
	if failed != nil {
		answer(w, failed)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), RequestTime)
	defer cancel()
	r = r.Clone(ctx)
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(allowed)), int64(len(allowed))
	g.next.ServeHTTP(w, r)
}

// allow writes a request anew, with what is not served replaced by a refusal.
func allow(body []byte) ([]byte, *failure) {
	if !json.Valid(body) {
		return nil, fail(codeParse, "parse error")
	}
	var calls []call
	batch := bytes.HasPrefix(bytes.TrimSpace(body), []byte("["))
	var err error
	if batch {
		err = json.Unmarshal(body, &calls)
	} else {
		calls = make([]call, 1)
		err = json.Unmarshal(body, &calls[0])
	}
	if err != nil {
		return nil, fail(codeInvalid, "not a request of JSON-RPC 2.0")
	}
	if len(calls) > MaxBatch {
		return nil, fail(codeInvalid, "%d calls, at most %d at once", len(calls), MaxBatch)
	}
	for i := range calls {
		if err := calls[i].allow(); err != nil {
			return nil, fail(codeInternal, "internal error")
		}
	}
	if batch {
		return write(calls)
	}
	return write(calls[0])
}

func (c *call) allow() (err error) {
	if !slices.Contains(Methods(), c.Method) {
		c.Params, err = json.Marshal([]string{clip(c.Method)})
		c.Method = refusedMethod
	}
	return err
}

func write(v any) ([]byte, *failure) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // so that it grows by no more than the refusals
	if err := e.Encode(v); err != nil {
		return nil, fail(codeInvalid, "not a request of JSON-RPC 2.0")
	}
	return b.Bytes(), nil
}

// answer tells what is wrong with a request as a whole.
func answer(w http.ResponseWriter, f *failure) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{ // who has gone need not be told
		"jsonrpc": "2.0", "id": nil, "error": map[string]any{"code": f.code, "message": f.message},
	})
}
