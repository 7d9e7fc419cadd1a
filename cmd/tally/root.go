package main

import (
	"context"

	"tally/internal/intent"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

type merchantRootCmd struct {
	Root   `embed:""`
	New    string `name:"new" required:"" help:"The new root: an address, or the name of a key." placeholder:"ADDRESS|KEY"`
	Proofs `embed:""`
}

// Help shows an example.
func (merchantRootCmd) Help() string {
	return `At once, and for good: the old key signs nothing for the merchant any more. The merchant keeps its first root's
address as its name, so later commands want --of.

Example:

    tally merchant root --as root --new root-2027

The new key signs, too. Where it is on another machine, a file goes there and back:

    tally merchant root --as root --new 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed --proofs rotation.json`
}

// Run replaces the root.
func (c *merchantRootCmd) Run(ctx context.Context, a *app) error {
	fresh, err := a.newKeys(c.New)
	if err != nil {
		return err
	}
	root := fresh[0].address
	s, key, m, err := c.open(ctx, a)
	if err != nil {
		return err
	}
	in := voucher.RotateRoot{
		Author: intent.Address(key), Merchant: m.ID, Version: m.Version, Root: root, Deadline: s.Deadline(),
	}
	proofs, waiting, err := c.prove(a, s, &in, fresh)
	if err != nil {
		return err
	}
	if waiting {
		return c.waiting(a)
	}
	out, err := s.Merchant(key).RotateRoot(ctx, in, possession(proofs))
	if err != nil {
		return err
	}
	return a.accepted(out, terminal.Field{"merchant", m.ID}, terminal.Field{"root", root})
}

type operatorRecoverCmd struct {
	As       []string `sep:"none" required:"" help:"The key of an operator who agrees. Repeat it: as many as the threshold in force." placeholder:"KEY"`
	Merchant string   `required:"" help:"The merchant: its address, or the name of its first root key." placeholder:"ADDRESS|KEY"`
	Root     string   `required:"" help:"The new root: an address, or the name of a key. The root in force takes back a recovery that waits." placeholder:"ADDRESS|KEY"`
	Proofs   `embed:""`
}

// Help shows an example.
func (operatorRecoverCmd) Help() string {
	return `A lost root: everybody sees it coming, and who has the root key after all stops it with any change to a store or a key.
A stolen root: suspend the merchant first. While it is suspended nothing that the thief does stops the recovery, and it is
not reinstated before the new root is in force. The new root then revokes the keys that the thief let in, and only then
an operator reinstates the merchant.

Example:

    tally operator recover --as op-1 --as op-2 --merchant 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed --root root-2027`
}

// Run replaces a lost root.
func (c *operatorRecoverCmd) Run(ctx context.Context, a *app) error {
	fresh, err := a.newKeys(c.Root)
	if err != nil {
		return err
	}
	root := fresh[0].address
	s, err := a.connect(ctx)
	if err != nil {
		return err
	}
	m, err := a.merchant(ctx, s, c.Merchant)
	if err != nil {
		return err
	}
	operators, err := a.approvers(s, c.As)
	if err != nil {
		return err
	}
	in := voucher.RecoverRoot{
		Approvers: operators.Approvers(), Merchant: m.ID, Version: m.OperatorsVersion, Root: root, Deadline: s.Deadline(),
	}
	proofs, waiting, err := c.prove(a, s, &in, fresh)
	if err != nil {
		return err
	}
	if waiting {
		return c.waiting(a)
	}
	out, err := operators.RecoverRoot(ctx, in, proofs)
	if err := unsure(err, "look at `tally merchant show`"); err != nil {
		return err
	}
	fields := []terminal.Field{{"merchant", m.ID}, {"root", root}}
	if m, err := s.Client.Merchant(ctx, m.ID); err == nil && m.NextFrom != 0 {
		fields = append(fields, terminal.Field{"from", terminal.Clock(m.NextFrom, nil)})
	}
	return a.accepted(out, fields...)
}
