package main

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"crypto/ecdsa"

	"tally/internal/client"
	"tally/internal/intent"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

// operatorCmd is the family of commands of those who run the system.
type operatorCmd struct {
	Admit operatorAdmitCmd `cmd:"" help:"Admit a merchant."`
	Show  operatorShowCmd  `cmd:"" help:"Show the operators."`
	Set   operatorSetCmd   `cmd:"" help:"Replace the operators."`

	Suspend   operatorSuspendCmd   `cmd:"" help:"Stop a merchant."`
	Reinstate operatorReinstateCmd `cmd:"" help:"End a merchant's suspension."`
	Recover   operatorRecoverCmd   `cmd:"" help:"Replace a merchant's lost or stolen root key, after a delay."`

	Auditor operatorAuditorCmd `cmd:"" help:"Auditors, who read everything."`
}

type operatorAdmitCmd struct {
	As       string `required:"" help:"The operator's key." placeholder:"KEY"`
	Merchant string `required:"" help:"The merchant's root: an address, or the name of a key." placeholder:"ADDRESS|KEY"`
	Name     string `required:"" help:"The merchant's name." placeholder:"TEXT"`
	Proofs   `embed:""`
}

// Help shows an example.
func (operatorAdmitCmd) Help() string {
	return `The merchant's root key signs, too. Where it is on another machine, a file goes there and back.

Examples:

    tally operator admit --as operator --merchant root --name "Jasmine & Co"
    tally operator admit --as operator --merchant 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed --name "Jasmine & Co" --proofs admit.json`
}

// Run admits a merchant.
func (c *operatorAdmitCmd) Run(ctx context.Context, a *app) error {
	fresh, err := a.newKeys(c.Merchant)
	if err != nil {
		return err
	}
	s, key, err := a.connectAs(ctx, c.As)
	if err != nil {
		return err
	}
	merchant := fresh[0].address
	in := voucher.AdmitMerchant{Operator: intent.Address(key), Merchant: merchant, Name: c.Name, Deadline: s.Deadline()}
	proofs, waiting, err := c.prove(a, s, &in, fresh)
	if err != nil {
		return err
	}
	if waiting {
		return c.waiting(a)
	}
	out, err := s.Operator(key).Admit(ctx, in, possession(proofs))
	if err != nil {
		return err
	}
	return a.accepted(out, terminal.Field{"merchant", merchant}, terminal.Field{"name", c.Name})
}

type operatorShowCmd struct{}

// Help shows an example.
func (operatorShowCmd) Help() string { return "Example:\n\n    tally operator show" }

// Run shows the operators.
func (operatorShowCmd) Run(ctx context.Context, a *app) error {
	info, err := a.client().Operators(ctx)
	if err != nil {
		return err
	}
	return a.answer(info,
		terminal.Field{"operators", joined(info.Operators)}, terminal.Field{"threshold", info.Threshold}, terminal.Field{"version", info.Version})
}

func joined(list []voucher.Address) string {
	texts := make([]string, len(list))
	for i, address := range list {
		texts[i] = address.String()
	}
	return strings.Join(texts, " ")
}

type operatorSetCmd struct {
	As        []string `sep:"none" required:"" help:"The key of an operator who agrees. Repeat it: as many as the threshold in force." placeholder:"KEY"`
	Operator  []string `sep:"none" required:"" help:"A new operator: an address, or the name of a key. Repeat it for more." placeholder:"ADDRESS|KEY"`
	Threshold uint32   `required:"" help:"How many operators must agree from now on." placeholder:"M"`
	Proofs    `embed:""`
}

// Help shows an example.
func (operatorSetCmd) Help() string {
	return `Example, from one operator to two of three:

    tally operator set --as op-1 --operator op-1 --operator op-2 --operator op-3 --threshold 2

Every new operator's key signs, too. Where one is on another machine:

    tally operator set --as op-1 --operator op-1 --operator 0x0123… --threshold 2 --proofs operators.json`
}

// Run replaces the operators.
func (c *operatorSetCmd) Run(ctx context.Context, a *app) error {
	operators, err := a.ascending(c.Operator)
	if err != nil {
		return err
	}
	fresh, err := a.newKeys(c.Operator...)
	if err != nil {
		return err
	}
	s, err := a.connect(ctx)
	if err != nil {
		return err
	}
	now, err := s.Client.Operators(ctx)
	if err != nil {
		return err
	}
	approvers, err := a.approvers(s, c.As)
	if err != nil {
		return err
	}
	in := voucher.SetOperators{
		Approvers: approvers.Approvers(), Version: now.Version, Operators: operators, Threshold: c.Threshold, Deadline: s.Deadline(),
	}
	fresh = slices.DeleteFunc(fresh, func(k newKey) bool { return slices.Contains(now.Operators, k.address) })
	proofs, waiting, err := c.prove(a, s, &in, fresh)
	if err != nil {
		return err
	}
	if waiting {
		return c.waiting(a)
	}
	out, err := approvers.SetOperators(ctx, in, proofs)
	if err := unsure(err, "look at `tally operator show`"); err != nil {
		return err
	}
	return a.accepted(out, terminal.Field{"operators", joined(operators)}, terminal.Field{"threshold", c.Threshold})
}

// ascending finds addresses and puts them in the order that intents want.
func (a *app) ascending(texts []string) ([]voucher.Address, error) {
	list := make([]voucher.Address, len(texts))
	for i, text := range texts {
		address, err := a.address(text)
		if err != nil {
			return nil, err
		}
		list[i] = address
	}
	slices.SortFunc(list, compareAddresses)
	return list, nil
}

func compareAddresses(a, b voucher.Address) int { return bytes.Compare(a[:], b[:]) }

// approvers opens the keys of operators who decide together.
func (a *app) approvers(s *client.Session, names []string) (client.Operators, error) {
	keys := make([]*ecdsa.PrivateKey, len(names))
	for i, name := range names {
		key, err := a.signer(name)
		if err != nil {
			return client.Operators{}, err
		}
		keys[i] = key
	}
	return s.Operators(keys), nil
}
