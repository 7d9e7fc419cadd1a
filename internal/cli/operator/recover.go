package operator

import (
	"context"

	"tally/internal/cli"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

type recoverCmd struct {
	As         []string `sep:"none" required:"" help:"The key of an operator who agrees. Repeat it: as many as the threshold in force." placeholder:"KEY"`
	Merchant   string   `required:"" help:"The merchant: its address, or the name of its first root key." placeholder:"ADDRESS|KEY"`
	Root       string   `required:"" help:"The new root: an address, or the name of a key. The root in force takes back a recovery that waits." placeholder:"ADDRESS|KEY"`
	cli.Proofs `embed:""`
}

// Help shows an example.
func (recoverCmd) Help() string {
	return `A lost root: everybody sees it coming, and who has the root key after all stops it with any change to a store or a key.
A stolen root: suspend the merchant first. While it is suspended nothing that the thief does stops the recovery, and it is
not reinstated before the new root is in force. The new root then revokes the keys that the thief let in, and only then
an operator reinstates the merchant.

Example:

    tally operator recover --as op-1 --as op-2 --merchant 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed --root root-2027`
}

// Recovery is the answer to a recovery.
type Recovery struct {
	cli.Accepted
	Merchant voucher.Address `json:"merchant" help:"The merchant."`
	Name     string          `json:"name" help:"Its name."`
	Root     voucher.Address `json:"root" help:"The new root key."`
	From     string          `json:"from,omitempty" help:"RFC 3339: when the new root is in force. Left out where it is so at once."`
}

// Text shows the new root.
func (r Recovery) Text() terminal.Text {
	fields := []terminal.Field{{"merchant", r.Merchant}, {"name", r.Name}, {"root", r.Root}}
	if r.From != "" {
		fields = append(fields, terminal.Field{"from", r.From})
	}
	return r.With(fields...)
}

// Answers implements cli.Answerer.
func (*recoverCmd) Answers() cli.Answer { return Recovery{} }

// Run replaces a lost root.
func (c *recoverCmd) Run(ctx context.Context, a *cli.App) error {
	fresh, err := a.NewKeys(c.Root)
	if err != nil {
		return err
	}
	root := fresh[0].Address
	s, err := a.Connect(ctx)
	if err != nil {
		return err
	}
	m, err := a.Merchant(ctx, s, c.Merchant)
	if err != nil {
		return err
	}
	operators, err := a.Approvers(s, c.As)
	if err != nil {
		return err
	}
	in := voucher.RecoverRoot{
		Approvers: operators.Approvers(), Merchant: m.ID, Version: m.OperatorsVersion, Root: root, Deadline: s.Deadline(),
	}
	proofs, waiting, err := c.Prove(a, s, &in, fresh)
	if err != nil {
		return err
	}
	if waiting {
		return c.Waiting(a)
	}
	out, err := operators.RecoverRoot(ctx, in, proofs)
	if err != nil {
		return err
	}
	recovery := Recovery{Accepted: cli.Accepted(out), Merchant: m.ID, Name: m.Name, Root: root}
	if m, err := s.Client.Merchant(ctx, m.ID); err == nil && m.NextFrom != 0 {
		recovery.From = terminal.Clock(m.NextFrom, nil)
	}
	return a.Say(recovery)
}
