package main

import (
	"context"
	"crypto/ecdsa"
	"fmt"
	"net/url"
	"strings"

	"tally/internal/client"
	"tally/internal/intent"
	"tally/internal/voucher"
)

// checkServer tells a mistyped address from a server that is away.
func (a *app) checkServer() error {
	u, err := url.Parse(a.Server)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return misused("--server %q is no address: write http://127.0.0.1:8480, say", a.Server)
	}
	return nil
}

func (a *app) client() *client.Client { return client.Connect(a.Server, a.Timeout) }

// connect asks the server for its ledger, which is what signatures are for.
func (a *app) connect(ctx context.Context) (*client.Session, error) {
	server := a.client()
	info, err := server.Ledger(ctx)
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
	return &client.Session{Client: server, Domain: intent.NewDomain(info.ID), Now: a.Now}, nil
}

// connectAs is connect for a command that signs with a key.
func (a *app) connectAs(ctx context.Context, name string) (*client.Session, *ecdsa.PrivateKey, error) {
	s, err := a.connect(ctx)
	if err != nil {
		return nil, nil, err
	}
	key, err := a.signer(name)
	return s, key, err
}

// reading is connectAs with a client that shows the server who asks.
func (a *app) reading(ctx context.Context, name string) (*client.Session, *ecdsa.PrivateKey, *client.Client, error) {
	s, key, err := a.connectAs(ctx, name)
	if err != nil {
		return nil, nil, nil, err
	}
	reader, err := s.As(key)
	return s, key, reader, err
}

// clientAs is a client that shows who asks, if a key is named.
func (a *app) clientAs(ctx context.Context, name string) (*client.Client, error) {
	if name == "" {
		return a.client(), nil
	}
	_, _, reader, err := a.reading(ctx, name)
	return reader, err
}

func wrongLedger(want, got voucher.Hash) error {
	return &failure{
		Code: codeWrongLedger, Title: fmt.Sprintf("wrong ledger: the server serves %s.", got),
		Detail: fmt.Sprintf("Nothing was signed: --ledger-id pins %s. Check --server.", want), Exit: exitFailed,
	}
}
