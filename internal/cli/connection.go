package cli

import (
	"context"
	"crypto/ecdsa"
	"fmt"
	"net/url"
	"strings"
	"time"

	"tally/internal/client"
	"tally/internal/intent"
	"tally/internal/voucher"
)

// checkServer tells a mistyped address from a server that is away.
func (a *App) checkServer() error {
	u, err := url.Parse(a.Server)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return Misused("--server %q is no address: write http://127.0.0.1:8480, say", a.Server)
	}
	return nil
}

// Client is a client of the server, which shows nobody who asks.
func (a *App) Client() *client.Client { return a.clientOf(a.Server) }

// longestWait is how long a request waits, at most, for a server that asks to wait.
const longestWait = 2 * time.Minute

// clientOf is a client of a server, which waits as the server asks, and says so.
func (a *App) clientOf(server string) *client.Client {
	return client.Connect(server, a.Timeout).Patient(longestWait, func(wait time.Duration) {
		a.note("the server asks to wait %s", wait)
	})
}

// Connect asks the server for its ledger, which is what signatures are for.
func (a *App) Connect(ctx context.Context) (*client.Session, error) {
	server := a.Client()
	info, err := server.Ledger(ctx)
	if err != nil {
		return nil, err
	}
	if a.LedgerID != nil && *a.LedgerID != info.ID {
		return nil, WrongLedger(*a.LedgerID, info.ID)
	}
	known, err := a.known()
	if err != nil {
		return nil, err
	}
	if err := known.check(strings.TrimSuffix(a.Server, "/"), info.ID, a.LedgerID != nil); err != nil {
		return nil, err
	}
	domain := intent.NewDomain(info.ID)
	return &client.Session{Client: server, Domain: domain, Now: a.Now, Keep: a.keep(domain)}, nil
}

// ConnectAs is connect for a command that signs with a key.
func (a *App) ConnectAs(ctx context.Context, name string) (*client.Session, *ecdsa.PrivateKey, error) {
	s, err := a.Connect(ctx)
	if err != nil {
		return nil, nil, err
	}
	key, err := a.Signer(name)
	return s, key, err
}

// Reading is connectAs with a client that shows the server who asks.
func (a *App) Reading(ctx context.Context, name string) (*client.Session, *ecdsa.PrivateKey, *client.Client, error) {
	s, key, err := a.ConnectAs(ctx, name)
	if err != nil {
		return nil, nil, nil, err
	}
	reader, err := s.As(key)
	return s, key, reader, err
}

// ClientAs is a client that shows who asks, if a key is named.
func (a *App) ClientAs(ctx context.Context, name string) (*client.Client, error) {
	if name == "" {
		return a.Client(), nil
	}
	_, _, reader, err := a.Reading(ctx, name)
	return reader, err
}

// WrongLedger says that the server serves another ledger than the pinned one.
func WrongLedger(want, got voucher.Hash) error {
	return &ExitError{
		Code: CodeWrongLedger, Title: fmt.Sprintf("wrong ledger: the server serves %s.", got),
		Detail: fmt.Sprintf("Nothing was signed: --ledger-id pins %s. Check --server.", want), Exit: ExitFailed,
	}
}
