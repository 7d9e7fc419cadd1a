package cli

import (
	"context"
	"time"

	"tally/internal/intent"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

type keyTokenCmd struct {
	As   string        `required:"" help:"The key that reads." placeholder:"KEY"`
	Life time.Duration `help:"How long it is good, at most an hour." default:"55m"`
}

// Help shows an example.
func (keyTokenCmd) Help() string {
	return `Signs a bearer token with which a program reads what the key may read: an auditor's, for one. It is good at
--server only, and is a secret.

Example:

    tally key token --as auditor --json > auditor.json`
}

// PrintedToken is what --json prints of a token.
type PrintedToken struct {
	Holder  voucher.Address `json:"holder"`
	Expires string          `json:"expires"` // RFC 3339
	Token   string          `json:"token"`
}

// Run signs a token.
func (c *keyTokenCmd) Run(ctx context.Context, a *App) error {
	if c.Life < time.Second || c.Life > time.Hour {
		return Misused("--life %s: from a second to 1h", c.Life)
	}
	s, key, err := a.ConnectAs(ctx, c.As)
	if err != nil {
		return err
	}
	expires := s.Now().Add(c.Life).Truncate(time.Second)
	token, err := s.Client.Token(s.Domain, key, expires)
	if err != nil {
		return err
	}
	out := PrintedToken{intent.Address(key), expires.UTC().Format(time.RFC3339), token}
	return a.Answer(out, terminal.Field{"holder", out.Holder}, terminal.Field{"expires", out.Expires}, terminal.Field{"token", out.Token})
}
