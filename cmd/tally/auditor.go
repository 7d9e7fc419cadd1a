package main

import (
	"context"
	"time"

	"tally/internal/intent"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

// operatorAuditorCmd is the family of commands about auditors, who are named on
// the ledger by as many operators as a change of the operators takes.
type operatorAuditorCmd struct {
	Add    auditorAddCmd    `cmd:"" help:"Let an auditor read everything, until an instant."`
	Revoke auditorRevokeCmd `cmd:"" help:"End that at once."`
	List   auditorListCmd   `cmd:"" help:"List every auditor that was ever named."`
}

// Auditors is whom operators name.
type Auditors struct {
	As      []string `sep:"none" required:"" help:"The key of an operator who agrees. Repeat it: as many as the threshold in force." placeholder:"KEY"`
	Auditor string   `required:"" help:"The auditor: an address, or the name of a key." placeholder:"ADDRESS|KEY"`
}

type auditorAddCmd struct {
	Auditors `embed:""`
	Life     time.Duration `help:"How long it is good, at most 366 days." default:"168h"`
}

// Help shows an example.
func (auditorAddCmd) Help() string {
	return `It is on the ledger, where everybody sees it. The auditor shows a token of its own key: tally key token.

Example:

    tally operator auditor add --as op-1 --as op-2 --auditor 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed --life 720h`
}

// Run names an auditor.
func (c *auditorAddCmd) Run(ctx context.Context, a *app) error {
	if c.Life < time.Second || c.Life > voucher.AuditorLife*time.Second {
		return misused("--life %s: from a second to 8784h, which are 366 days", c.Life)
	}
	return c.set(ctx, a, voucher.Unix(a.Now().Add(c.Life)))
}

type auditorRevokeCmd struct {
	Auditors `embed:""`
}

// Help shows an example.
func (auditorRevokeCmd) Help() string {
	return "Example:\n\n    tally operator auditor revoke --as op-1 --as op-2 --auditor 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
}

// Run ends an auditor's right.
func (c *auditorRevokeCmd) Run(ctx context.Context, a *app) error { return c.set(ctx, a, 0) }

func (c Auditors) set(ctx context.Context, a *app, until uint64) error {
	auditor, err := a.address(c.Auditor)
	if err != nil {
		return err
	}
	s, err := a.connect(ctx)
	if err != nil {
		return err
	}
	version, err := s.Client.AuditorVersion(ctx, auditor)
	if err != nil {
		return err
	}
	operators, err := a.approvers(s, c.As)
	if err != nil {
		return err
	}
	out, err := operators.SetAuditor(ctx, voucher.SetAuditor{
		Approvers: operators.Approvers(), Auditor: auditor, Version: version, Until: until, Deadline: s.Deadline(),
	})
	if err := unsure(err, "look at `tally operator auditor list`"); err != nil {
		return err
	}
	return a.accepted(out, terminal.Field{"auditor", auditor}, terminal.Field{"until", untilWords(until)})
}

func untilWords(until uint64) string {
	if until == 0 {
		return "no more"
	}
	return terminal.Clock(until, nil)
}

type auditorListCmd struct{}

// Help shows an example.
func (auditorListCmd) Help() string { return "Example:\n\n    tally operator auditor list" }

// Run lists auditors.
func (auditorListCmd) Run(ctx context.Context, a *app) error {
	info, err := a.client().Auditors(ctx)
	if err != nil {
		return err
	}
	var rows [][]any
	for _, one := range info.Auditors {
		rows = append(rows, []any{one.Auditor, untilWords(one.Until), one.Version})
	}
	return a.table(info, []any{"auditor", "until", "version"}, rows)
}

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

// printedToken is what --json prints of a token.
type printedToken struct {
	Holder  voucher.Address `json:"holder"`
	Expires string          `json:"expires"` // RFC 3339
	Token   string          `json:"token"`
}

// Run signs a token.
func (c *keyTokenCmd) Run(ctx context.Context, a *app) error {
	if c.Life < time.Second || c.Life > time.Hour {
		return misused("--life %s: from a second to 1h", c.Life)
	}
	s, key, err := a.connectAs(ctx, c.As)
	if err != nil {
		return err
	}
	expires := s.Now().Add(c.Life).Truncate(time.Second)
	token, err := s.Client.Token(s.Domain, key, expires)
	if err != nil {
		return err
	}
	out := printedToken{intent.Address(key), expires.UTC().Format(time.RFC3339), token}
	return a.answer(out, terminal.Field{"holder", out.Holder}, terminal.Field{"expires", out.Expires}, terminal.Field{"token", out.Token})
}
