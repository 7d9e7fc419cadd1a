package operator

import (
	"cmp"
	"context"
	"time"

	"tally/internal/api"
	"tally/internal/cli"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

// auditorCmd is the family of commands about auditors, who are named on
// the ledger by as many operators as a change of the operators takes.
type auditorCmd struct {
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
	Life     time.Duration `help:"How long it is good, at most 366 days." default:"168h" least:"1s" most:"8784h"`
}

// Help shows an example.
func (auditorAddCmd) Help() string {
	return `It is on the ledger, where everybody sees it. The auditor shows a token of its own key: tally key token.

Example:

    tally operator auditor add --as op-1 --as op-2 --auditor 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed --life 720h`
}

// Run names an auditor.
func (c *auditorAddCmd) Run(ctx context.Context, a *cli.App) error {
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
func (c *auditorRevokeCmd) Run(ctx context.Context, a *cli.App) error { return c.set(ctx, a, 0) }

func (c Auditors) set(ctx context.Context, a *cli.App, until uint64) error {
	auditor, err := a.Address(c.Auditor)
	if err != nil {
		return err
	}
	s, err := a.Connect(ctx)
	if err != nil {
		return err
	}
	version, err := s.Client.AuditorVersion(ctx, auditor)
	if err != nil {
		return err
	}
	operators, err := a.Approvers(s, c.As)
	if err != nil {
		return err
	}
	out, err := operators.SetAuditor(ctx, voucher.SetAuditor{
		Approvers: operators.Approvers(), Auditor: auditor, Version: version, Until: until, Deadline: s.Deadline(),
	})
	if err != nil {
		return err
	}
	change := AuditorChange{Accepted: cli.Accepted(out), Auditor: auditor}
	if until != 0 {
		change.Until = terminal.Clock(until, nil)
	}
	return a.Say(change)
}

// AuditorChange is the answer to a change of an auditor's right.
type AuditorChange struct {
	cli.Accepted
	Auditor voucher.Address `json:"auditor" help:"The auditor."`
	Until   string          `json:"until,omitempty" help:"RFC 3339: until when the auditor reads. Left out where it reads no more."`
}

// Text shows the auditor.
func (c AuditorChange) Text() terminal.Text {
	return c.With(terminal.Field{"auditor", c.Auditor}, terminal.Field{"reads until", cmp.Or(c.Until, "no more")})
}

// Answers implements cli.Answerer.
func (*auditorAddCmd) Answers() cli.Answer { return AuditorChange{} }

// Answers implements cli.Answerer.
func (*auditorRevokeCmd) Answers() cli.Answer { return AuditorChange{} }

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
func (auditorListCmd) Run(ctx context.Context, a *cli.App) error {
	info, err := a.Client().Auditors(ctx)
	if err != nil {
		return err
	}
	return a.Say(AuditorsAnswer{info})
}

// AuditorsAnswer lists every auditor that was ever named.
type AuditorsAnswer struct {
	api.AuditorsInfo `schema:"Auditors"`
}

// Text lists auditors.
func (list AuditorsAnswer) Text() terminal.Text {
	t := terminal.Text{Titles: []any{"AUDITOR", "READS UNTIL", "VERSION"}}
	for _, one := range list.Auditors {
		t.Rows = append(t.Rows, []any{one.Auditor, untilWords(one.Until), one.Version})
	}
	return t
}

// Answers implements cli.Answerer.
func (*auditorListCmd) Answers() cli.Answer { return AuditorsAnswer{} }
