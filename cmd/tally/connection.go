package main

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"tally/internal/httpapi"
	"tally/internal/httpclient"
	"tally/internal/intent"
	"tally/internal/voucher"
)

// errNotSent says that no connection came about: the server cannot have seen
// anything.
var errNotSent = errors.New("not sent")

// tracing is a transport that knows whether a request can have left at all.
// It speaks to one server on connections of its own.
type tracing struct{ next *http.Transport }

func newTracing() tracing {
	next := &http.Transport{
		Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true,
		MaxIdleConnsPerHost: idleConnections, IdleConnTimeout: time.Minute,
	}
	return tracing{next}
}

const idleConnections = 256

// RoundTrip implements http.RoundTripper.
func (t tracing) RoundTrip(r *http.Request) (*http.Response, error) {
	var connected atomic.Bool
	ctx := httptrace.WithClientTrace(r.Context(), &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	})
	res, err := t.next.RoundTrip(r.WithContext(ctx))
	if err != nil && !connected.Load() {
		err = fmt.Errorf("%w: %w", errNotSent, err)
	}
	return res, err
}

func newClient(server string, timeout time.Duration) *httpapi.Client {
	return httpapi.NewClient(server, httpclient.New(newTracing(), timeout))
}

// checkServer tells a mistyped address from a server that is away.
func (a *app) checkServer() error {
	u, err := url.Parse(a.Server)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return misused("--server %q is no address: write http://127.0.0.1:8480, say", a.Server)
	}
	return nil
}

func (a *app) client() *httpapi.Client { return newClient(a.Server, a.Timeout) }

// connect asks the server for its ledger, which is what signatures are for.
func (a *app) connect(ctx context.Context) (*session, error) {
	client := a.client()
	info, err := client.Ledger(ctx)
	if err != nil {
		return nil, err
	}
	if a.LedgerID != nil && *a.LedgerID != info.ID {
		return nil, wrongLedger(*a.LedgerID, info.ID)
	}
	known, err := a.known()
	if err != nil {
		return nil, err
	}
	if err := known.check(strings.TrimSuffix(a.Server, "/"), info.ID, a.LedgerID != nil); err != nil {
		return nil, err
	}
	return &session{client: client, domain: intent.NewDomain(info.ID), now: a.Now}, nil
}

// connectAs is connect for a command that signs with a key.
func (a *app) connectAs(ctx context.Context, name string) (*session, *ecdsa.PrivateKey, error) {
	s, err := a.connect(ctx)
	if err != nil {
		return nil, nil, err
	}
	key, err := a.signer(name)
	return s, key, err
}

// reading is connectAs with a client that shows the server who asks.
func (a *app) reading(ctx context.Context, name string) (*session, *ecdsa.PrivateKey, *httpapi.Client, error) {
	s, key, err := a.connectAs(ctx, name)
	if err != nil {
		return nil, nil, nil, err
	}
	token, err := s.token(key)
	return s, key, s.client.As(token), err
}

// clientAs is a client that shows who asks, if a key is named.
func (a *app) clientAs(ctx context.Context, name string) (*httpapi.Client, error) {
	if name == "" {
		return a.client(), nil
	}
	_, _, client, err := a.reading(ctx, name)
	return client, err
}

func wrongLedger(want, got voucher.Hash) error {
	return &failure{
		Code: codeWrongLedger, Title: fmt.Sprintf("wrong ledger: the server serves %s.", got),
		Detail: fmt.Sprintf("Nothing was signed: --ledger-id pins %s. Check --server.", want), Exit: exitFailed,
	}
}
