package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"time"

	"tally/internal/api"
	"tally/internal/audit/pins"
	"tally/internal/audit/receipt"
	"tally/internal/client"
	"tally/internal/terminal"
)

// Token is how an auditor is let in.
type Token struct {
	Token string `help:"File with an auditor's token: what tally --json key token prints, or the token alone." from:"TALLY_TOKEN_FILE" placeholder:"FILE"`
}

// Pinned is what evidence is held against.
type Pinned struct {
	Pins string `help:"File with what you have pinned. Without it the server's evidence is held against what the server says of itself." from:"TALLY_PINS" placeholder:"FILE"`
}

// maxTokenFile is how much of a file with a token is read, in bytes.
const maxTokenFile = 64 << 10

// auditing is a server whose evidence is looked at, and what it is held against.
type auditing struct {
	reader *client.Client
	pinned pins.Pins
}

// audit connects to a server. reader may show who asks.
func (a *app) audit(ctx context.Context, reader *client.Client, p Pinned) (*auditing, error) {
	info, err := reader.Ledger(ctx)
	if err != nil {
		return nil, err
	}
	pinned := told(info)
	if p.Pins != "" {
		if pinned, err = readPins(p.Pins); err != nil {
			return nil, err
		}
	}
	if a.LedgerID != nil && *a.LedgerID != pinned.Ledger {
		return nil, wrongLedger(*a.LedgerID, pinned.Ledger)
	}
	if info.ID != pinned.Ledger {
		return nil, wrongLedger(pinned.Ledger, info.ID)
	}
	return &auditing{reader, pinned}, nil
}

// told are the pins that a server says are its own.
func told(info api.LedgerInfo) pins.Pins {
	p := pins.Pins{Ledger: info.ID}
	if info.Log != nil {
		p.Log = info.Log.Key
	}
	if c := info.Chain; c != nil {
		p.EVM = &pins.EVM{Genesis: c.Genesis, Sealer: c.Sealer, Contract: c.Contract}
	}
	if c := info.Channel; c != nil {
		p.Fabric = &pins.Fabric{Genesis: c.Genesis, Chaincode: c.Chaincode}
	}
	return p
}

func readPins(path string) (pins.Pins, error) {
	raw, err := readNamed(path, pins.MaxFile)
	if err != nil {
		return pins.Pins{}, err
	}
	p, err := pins.Parse(raw)
	if err != nil {
		return p, misused("%s: %w", path, err)
	}
	return p, nil
}

// readNamed reads a file that the user names, or as much of it as says that it
// is too long.
func readNamed(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path) //nolint:gosec // the user names it
	if err != nil {
		return nil, misused("%w", err)
	}
	raw, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, misused("%w", err)
	}
	return raw, nil
}

// open is a client that shows the token.
func (t Token) open(a *app) (*client.Client, error) {
	if t.Token == "" {
		return nil, misused("--token is missing: only an auditor may read the log, whom operators name with tally operator auditor add; tally key token signs a token")
	}
	raw, err := readNamed(t.Token, maxTokenFile)
	if err != nil {
		return nil, err
	}
	var printed delegated
	if json.Unmarshal(raw, &printed) != nil {
		printed.Token = string(bytes.TrimSpace(raw))
	}
	if printed.Token == "" {
		return nil, misused("%s has no token", t.Token)
	}
	return a.client().As(printed.Token), nil
}

// How long the same is asked again of a server that says "not now".
const (
	mostAsked  = 120
	askedAgain = time.Second
)

// patiently asks until the answer is something else than "not now".
func patiently[T any](ctx context.Context, ask func(context.Context) (T, error)) (answer T, err error) {
	for range mostAsked {
		var p *api.Problem
		if answer, err = ask(ctx); !errors.As(err, &p) || !passing(p.Code) {
			return answer, err
		}
		select {
		case <-time.After(askedAgain):
		case <-ctx.Done():
			return answer, ctx.Err()
		}
	}
	return answer, err
}

// passing tells whether a problem goes away by itself, soon.
func passing(code string) bool {
	return code == "receipt_pending" || code == "rate_limited" || code == "unavailable" || code == "ledger_unavailable"
}

// deliver writes what was handed out to a file, or to standard output.
func (a *app) deliver(path string, raw []byte) error {
	if path == "" {
		_, err := io.WriteString(a.Stdout, terminal.PlainLines(string(raw)))
		return err
	}
	return writeNamed(path, raw)
}

// writeNamed writes a file that the user names, whole.
func writeNamed(path string, raw []byte) error {
	if err := os.WriteFile(path, raw, ownersFile); err != nil {
		return misused("%w", err)
	}
	return nil
}

// forged says that what the server gave is not what it says it is.
func forged(what string, err error) error {
	if errors.Is(err, receipt.ErrWitnesses) {
		return failed("the server's %s does not hold: %w: it asks them again and again, so try later; if that does not help, ask its operators (tallyd serve --log-witnesses)", what, err)
	}
	return failed("the server's %s does not hold: %w", what, err)
}
