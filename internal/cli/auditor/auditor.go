package auditor

import (
	"bytes"
	"context"
	"errors"
	"io"

	"tally/internal/api"
	"tally/internal/audit/pins"
	"tally/internal/audit/receipt"
	"tally/internal/cli"
	"tally/internal/client"
	"tally/internal/disk"
	"tally/internal/exact"
	"tally/internal/terminal"
)

// Token is how an auditor is let in.
type Token struct {
	Token string `help:"File with an auditor's token: what tally key token --out FILE writes, or the token alone." from:"TALLY_TOKEN_FILE" placeholder:"FILE"`
}

// Pinned is what evidence is held against.
type Pinned struct {
	Pins string `help:"File with what you have pinned. Without it the server's evidence is held against what the server says of itself." from:"TALLY_PINS" placeholder:"FILE"`
}

// auditing is a server whose evidence is looked at, and what it is held against.
type auditing struct {
	reader *client.Client
	pinned pins.Pins
}

// inspect connects to a server. reader may show who asks.
func inspect(a *cli.App, ctx context.Context, reader *client.Client, p Pinned) (*auditing, error) {
	info, err := reader.Ledger(ctx)
	if err != nil {
		return nil, err
	}
	pinned := Told(info)
	if p.Pins != "" {
		if pinned, err = readPins(a, p.Pins); err != nil {
			return nil, err
		}
	}
	if a.LedgerID != nil && *a.LedgerID != pinned.Ledger {
		return nil, cli.WrongLedger(*a.LedgerID, pinned.Ledger)
	}
	if info.ID != pinned.Ledger {
		return nil, cli.WrongLedger(pinned.Ledger, info.ID)
	}
	return &auditing{reader, pinned}, nil
}

// Told are the pins that a server says are its own.
func Told(info api.LedgerInfo) pins.Pins {
	p := pins.Pins{Ledger: info.ID}
	if info.Log != nil {
		p.Log = info.Log.Key
	}
	if c := info.Chain; c != nil {
		p.EVM = &pins.EVM{Genesis: c.Genesis, Sealer: c.Sealer, Contract: c.Contract}
	}
	if c := info.Journal; c != nil {
		p.Journal = &pins.Journal{Genesis: c.Genesis, Sealer: c.Sealer}
	}
	if c := info.Channel; c != nil {
		p.Fabric = &pins.Fabric{Genesis: c.Genesis, Chaincode: c.Chaincode}
	}
	return p
}

func readPins(a *cli.App, path string) (pins.Pins, error) {
	raw, err := a.ReadFile(path, pins.MaxFile)
	if err != nil {
		return pins.Pins{}, err
	}
	p, err := pins.Parse(raw)
	if err != nil {
		return p, cli.Misused("%s: %w", path, err)
	}
	return p, nil
}

// open is a client that shows the token.
func (t Token) open(a *cli.App) (*client.Client, error) {
	if t.Token == "" {
		return nil, cli.Misused("--token is missing: only an auditor may read the log, whom operators name with tally operator auditor add; tally key token signs a token")
	}
	raw, err := disk.ReadSecret(t.Token)
	if err != nil {
		return nil, cli.Misused("the file of --token cannot be used: %w", err)
	}
	printed := cli.PrintedToken{Token: string(bytes.TrimSpace(raw))}
	if bytes.HasPrefix(raw, []byte("{")) {
		if err := exact.JSON(raw, &printed); err != nil {
			return nil, cli.Misused("%s has no token: %w", t.Token, err)
		}
	}
	if printed.Token == "" {
		return nil, cli.Misused("%s has no token", t.Token)
	}
	return a.Client().As(printed.Token), nil
}

// deliver writes what was handed out to a file, or to standard output.
func deliver(a *cli.App, path string, raw []byte) error {
	if path == "" {
		_, err := io.WriteString(a.Stdout, terminal.PlainLines(string(raw)))
		return err
	}
	return a.WriteFile(path, raw)
}

// forged says that what the server gave is not what it says it is.
func forged(what string, err error) error {
	if errors.Is(err, receipt.ErrWitnesses) {
		return cli.Failed("the server's %s does not hold: %w: it asks them again and again, so try later; if that does not help, ask its operators (tallyd serve --log-witnesses)", what, err)
	}
	return cli.Failed("the server's %s does not hold: %w", what, err)
}
