package till

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"tally/internal/cli"
	"tally/internal/client"
	"tally/internal/intent"
	"tally/internal/keystore"
	"tally/internal/till"
	"tally/internal/voucher"
)

// AgentCmd runs the agent of a till that cannot sign.
type AgentCmd struct {
	As          string        `required:"" help:"The till's key." placeholder:"KEY"`
	Merchant    string        `required:"" help:"The merchant: its address, or the name of its root key." placeholder:"ADDRESS|KEY"`
	Store       uint32        `required:"" help:"The till's store." placeholder:"N" type:"store"`
	Listen      string        `help:"Address to take orders on. Beyond loopback it needs --token-file." default:"127.0.0.1:8481" placeholder:"HOST:PORT"`
	TokenFile   string        `help:"File whose first line is the token that the POS must show: openssl rand -hex 32." placeholder:"FILE"`
	AllowOrigin []string      `help:"Origin of a web page that may use the agent, as https://pos.example; once for each. All others are refused." placeholder:"ORIGIN"`
	Data        string        `help:"Directory of the journal; ~/.tally/till/KEY if not set." placeholder:"DIR"`
	Deposit     bool          `help:"Have the server keep the order record of each sale of a cart, so that a lost till loses no books."`
	Keep        time.Duration `help:"How long settled sales are kept." default:"2160h" least:"1h" most:"87600h"`
}

// Help says how it works and shows an example.
func (AgentCmd) Help() string {
	return `Runs beside a point of sale that cannot sign. It holds the till's key, takes scanned codes and orders as JSON over
loopback, signs and sends them, and settles what was left unknown, also after a crash: every sale is in its journal
before anything of it is sent. Codes are secrets: they are in the journal until their sale is settled, and in no log.

    POST /redemptions                      {"reference": "A-1041", "code": "TALLY1-…", "amount": 6400,
                                            "currency": "HKD", "discounts": [3200]}
                                           201 redeemed; 202 pending, ask again; else refused, with why and what to do.
                                           With "cart" instead of figures, the terms of the vouchers make the price
    GET  /redemptions/{reference}          settles and shows a sale
    POST /redemptions/{reference}/cancel   {}: makes sure that it is not redeemed, for a cashier who gives up
    POST /codes                            {"code": "TALLY1-…"}: what a code offers
    GET  /healthz                          the agent, and the server as it sees it

Every POST has Content-Type: application/json. Requests of web pages are refused, but for those of --allow-origin. A
reference is percent-encoded in an address. The first start asks the server for its
ledger, unless --ledger-id names it; later starts need no server.

Example:

    tally till --as till-central --merchant root --store 1`
}

// Run serves until ctx ends.
func (c *AgentCmd) Run(ctx context.Context, a *cli.App) (err error) {
	merchant, err := a.Address(c.Merchant)
	if err != nil {
		return err
	}
	token, err := c.token()
	if err != nil {
		return err
	}
	if err := till.CheckOrigins(c.AllowOrigin); err != nil {
		return cli.Misused("--allow-origin %w", err)
	}
	dir, err := c.journalDir(a)
	if err != nil {
		return err
	}
	key, err := a.Signer(c.As)
	if err != nil {
		return err
	}
	journal, err := till.OpenJournal(dir)
	if err != nil {
		return explainJournal(err)
	}
	defer func() { err = errors.Join(err, journal.Close()) }()
	domain, err := c.connect(ctx, a, journal, merchant, intent.Address(key))
	if err != nil {
		return err
	}
	return c.serve(ctx, a, journal, domain, key, merchant, token)
}

func (c *AgentCmd) serve(
	ctx context.Context, a *cli.App, journal *till.Journal, domain *intent.Domain, key *ecdsa.PrivateKey, merchant voucher.Address, token string,
) error {
	log := tillLog(a)
	agent, err := till.New(till.Options{
		Client: client.Connect(a.Server, min(a.Timeout, till.AttemptTimeout)),
		Domain: domain, Key: key, Merchant: merchant, Store: c.Store, Journal: journal, Now: a.Now, Log: log, Keep: c.Keep, Origins: c.AllowOrigin, Deposit: c.Deposit,
	})
	if err != nil {
		return explainJournal(err)
	}
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return cli.Misused("--listen %s: %w", c.Listen, err)
	}
	log.InfoContext(ctx, "listening", slog.String("address", l.Addr().String()), slog.Any("till", intent.Address(key)),
		slog.Any("ledger", domain.Ledger()), slog.Bool("token", token != ""))
	return agent.Serve(ctx, l, token)
}

// token is the first line of the token's file, and "" where none is asked for.
func (c *AgentCmd) token() (token string, err error) {
	if c.TokenFile != "" {
		if token, err = cli.ReadSecret("--token-file", c.TokenFile); err != nil {
			return "", err
		}
		if len(token) < till.MinToken {
			return "", cli.Misused("the token in %s has fewer than %d characters: make one with openssl rand -hex 32", c.TokenFile, till.MinToken)
		}
	}
	err = till.CheckListen(c.Listen, token)
	switch {
	case errors.Is(err, till.ErrNoToken):
		return "", cli.Misused("--listen %s: others than this machine could reach it: name a token with --token-file, or listen on 127.0.0.1", c.Listen)
	case err != nil:
		return "", cli.Misused("--listen: %w", err)
	}
	return token, nil
}

func (c *AgentCmd) journalDir(a *cli.App) (string, error) {
	if c.Data != "" {
		return c.Data, nil
	}
	home, ok := a.Env("HOME")
	if !ok || home == "" {
		return "", cli.Misused("there is no home directory: name the journal's with --data")
	}
	if err := keystore.CheckName(c.As); err != nil {
		return "", cli.KeyError(c.As, err)
	}
	return filepath.Join(home, ".tally", "till", c.As), nil
}

// connect finds the ledger to sign for, in this order: as it is pinned, as the
// journal has it, as the server says. A server that is away stops only an agent
// that knows no ledger; one that is there must serve the ledger and know the till.
func (c *AgentCmd) connect(ctx context.Context, a *cli.App, j *till.Journal, merchant, key voucher.Address) (*intent.Domain, error) {
	owner, owned := j.Identity()
	pinned := a.LedgerID != nil
	if !pinned && owned {
		a.LedgerID = &owner.Ledger
	}
	s, err := a.Connect(ctx)
	var f *cli.ExitError
	if errors.As(err, &f) && f.Code == cli.CodeWrongLedger && !pinned {
		f.Detail = fmt.Sprintf("Nothing was signed: the journal is of ledger %s. Check --server, or choose another --data.", owner.Ledger)
	}
	if err == nil {
		err = till.CheckTill(ctx, s.Client, merchant, c.Store, key)
	}
	switch {
	case errors.Is(err, till.ErrNotTill):
		return nil, cli.Misused("key %q is no till of store %d: the merchant lets it in with `tally merchant till --as ROOT --store %d --till %s`",
			c.As, c.Store, c.Store, key)
	case err == nil:
		return s.Domain, nil
	case a.LedgerID != nil && away(err):
		tillLog(a).WarnContext(ctx, "no server: sales stay pending until there is one", slog.String("server", a.Server))
		return intent.NewDomain(*a.LedgerID), nil
	default:
		return nil, err
	}
}

// away reports whether there was no answer, or one that a server gives which cannot
// serve now.
func away(err error) bool {
	f := cli.AsExitError(err)
	return f.Exit == cli.ExitNotSent || f.Status >= http.StatusInternalServerError
}

// tillLog is lines for people, or for machines under --json.
func tillLog(a *cli.App) *slog.Logger {
	if a.JSON {
		return slog.New(slog.NewJSONHandler(a.Stderr, nil))
	}
	return slog.New(slog.NewTextHandler(a.Stderr, nil))
}

// explainJournal adds what to do to errors of a journal.
func explainJournal(err error) error {
	switch {
	case errors.Is(err, till.ErrInUse):
		return cli.Misused("%w: another agent runs on it: stop that one, or choose another --data", err)
	case errors.Is(err, till.ErrOtherTill):
		return cli.Misused("%w: choose another --data, or the key, merchant, store and server that it is of", err)
	case errors.Is(err, till.ErrIdentity):
		return cli.Failed("%w: no sale is in it: remove it, and the agent writes it again", err)
	case errors.Is(err, till.ErrDamaged):
		return cli.Failed("%w: an open sale is not forgotten by itself: bring the file back, or settle its order by hand and remove it", err)
	default:
		return fmt.Errorf("journal: %w", err)
	}
}
