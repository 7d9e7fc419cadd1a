package cli

import (
	"context"
	"encoding/json"
	"time"

	"tally/internal/intent"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

type keyTokenCmd struct {
	As   string        `required:"" help:"The key that reads." placeholder:"KEY"`
	Life time.Duration `help:"How long it is good, at most an hour." default:"55m" least:"1s" most:"1h"`
	Out  string        `help:"File to write the token to, which nobody else can read; else it is printed." placeholder:"FILE"`
}

// Help shows an example.
func (keyTokenCmd) Help() string {
	return `Signs a bearer token with which a program reads what the key may read: an auditor's, for one. It is good at
--server only, and is a secret.

Example:

    tally key token --as auditor --out auditor.json`
}

// PrintedToken is what --json prints of a token.
type PrintedToken struct {
	Holder  voucher.Address `json:"holder" help:"Whose key signed it."`
	Expires string          `json:"expires" help:"RFC 3339: the first instant too late."`
	Token   string          `json:"token,omitempty" help:"The token: a secret."`
	File    string          `json:"file,omitempty" help:"Where it was written instead."`
}

// Text shows a token.
func (p PrintedToken) Text() terminal.Text {
	last := terminal.Field{"token", p.Token}
	if p.File != "" {
		last = terminal.Field{"file", p.File}
	}
	return terminal.Text{Fields: []terminal.Field{{"holder", p.Holder}, {"expires", p.Expires}, last}}
}

// Answers implements Answerer.
func (*keyTokenCmd) Answers() Answer { return PrintedToken{} }

// Run signs a token.
func (c *keyTokenCmd) Run(ctx context.Context, a *App) error {
	s, key, err := a.ConnectAs(ctx, c.As)
	if err != nil {
		return err
	}
	expires := s.Now().Add(c.Life).Truncate(time.Second)
	token, err := s.Client.Token(s.Domain, key, expires)
	if err != nil {
		return err
	}
	printed := PrintedToken{Holder: intent.Address(key), Expires: expires.UTC().Format(time.RFC3339), Token: token}
	if c.Out == "" {
		return a.Say(printed)
	}
	text, err := json.Marshal(printed)
	if err != nil {
		return err
	}
	if err := a.WriteSecret(c.Out, append(text, '\n')); err != nil || c.Out == "-" {
		return err
	}
	printed.Token, printed.File = "", c.Out
	return a.Say(printed)
}
