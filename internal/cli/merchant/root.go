package merchant

import (
	"context"

	"tally/internal/cli"
	"tally/internal/intent"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

type rootCmd struct {
	Root       `embed:""`
	New        string `name:"new" required:"" help:"The new root: an address, or the name of a key." placeholder:"ADDRESS|KEY"`
	cli.Proofs `embed:""`
}

// Help shows an example.
func (rootCmd) Help() string {
	return `At once, and for good: the old key signs nothing for the merchant any more. The merchant keeps its first root's
address as its name, so later commands want --of.

Example:

    tally merchant root --as root --new root-2027

The new key signs, too. Where it is on another machine, a file goes there and back:

    tally merchant root --as root --new 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed --proofs rotation.json`
}

// RootChange is the answer to a change of the root.
type RootChange struct {
	cli.Accepted
	Named
	Root voucher.Address `json:"root" help:"The root key from now on."`
}

// Text shows the root.
func (r RootChange) Text() terminal.Text { return r.With(r.field(), terminal.Field{"root", r.Root}) }

// Answers implements cli.Answerer.
func (*rootCmd) Answers() cli.Answer { return RootChange{} }

// Run replaces the root.
func (c *rootCmd) Run(ctx context.Context, a *cli.App) error {
	fresh, err := a.NewKeys(c.New)
	if err != nil {
		return err
	}
	root := fresh[0].Address
	s, key, m, err := c.open(ctx, a)
	if err != nil {
		return err
	}
	in := voucher.RotateRoot{
		Author: intent.Address(key), Merchant: m.ID, Version: m.Version, Root: root, Deadline: s.Deadline(),
	}
	proofs, waiting, err := c.Prove(a, s, &in, fresh)
	if err != nil {
		return err
	}
	if waiting {
		return c.Waiting(a)
	}
	out, err := s.Merchant(key).RotateRoot(ctx, in, cli.Possession(proofs))
	if err != nil {
		return err
	}
	return a.Say(RootChange{cli.Accepted(out), Named{m.ID, m.Name}, root})
}
