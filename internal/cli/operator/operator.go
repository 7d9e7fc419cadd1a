package operator

import (
	"context"
	"fmt"
	"slices"

	"tally/internal/api"
	"tally/internal/cli"
	"tally/internal/intent"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

// Cmd is the family of commands of those who run the system.
type Cmd struct {
	Admit admitCmd `cmd:"" help:"Admit a merchant."`
	Show  showCmd  `cmd:"" help:"Show the operators."`
	Set   setCmd   `cmd:"" help:"Replace the operators."`

	Suspend   suspendCmd   `cmd:"" help:"Stop a merchant."`
	Reinstate reinstateCmd `cmd:"" help:"End a merchant's suspension."`
	Recover   recoverCmd   `cmd:"" help:"Replace a merchant's lost or stolen root key, after a delay."`

	Auditor auditorCmd `cmd:"" help:"Auditors, who read everything."`
}

type admitCmd struct {
	As         string `required:"" help:"The operator's key." placeholder:"KEY"`
	Merchant   string `required:"" help:"The merchant's root: an address, or the name of a key." placeholder:"ADDRESS|KEY"`
	Name       string `required:"" help:"The merchant's name." placeholder:"TEXT" type:"name"`
	cli.Proofs `embed:""`
}

// Help shows an example.
func (admitCmd) Help() string {
	return `The merchant's root key signs, too. Where it is on another machine, a file goes there and back.

Examples:

    tally operator admit --as operator --merchant root --name "Jasmine & Co"
    tally operator admit --as operator --merchant 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed --name "Jasmine & Co" --proofs admit.json`
}

// Run admits a merchant.
func (c *admitCmd) Run(ctx context.Context, a *cli.App) error {
	fresh, err := a.NewKeys(c.Merchant)
	if err != nil {
		return err
	}
	s, key, err := a.ConnectAs(ctx, c.As)
	if err != nil {
		return err
	}
	merchant := fresh[0].Address
	in := voucher.AdmitMerchant{Operator: intent.Address(key), Merchant: merchant, Name: c.Name, Deadline: s.Deadline()}
	proofs, waiting, err := c.Prove(a, s, &in, fresh)
	if err != nil {
		return err
	}
	if waiting {
		return c.Waiting(a)
	}
	out, err := s.Operator(key).Admit(ctx, in, cli.Possession(proofs))
	if err != nil {
		return err
	}
	return a.Say(MerchantChange{cli.Accepted(out), merchant, c.Name})
}

// MerchantChange is the answer to what an operator did about a merchant.
type MerchantChange struct {
	cli.Accepted
	Merchant voucher.Address `json:"merchant" help:"The merchant."`
	Name     string          `json:"name" help:"Its name."`
}

// Text shows the merchant.
func (m MerchantChange) Text() terminal.Text {
	return m.With(terminal.Field{"merchant", m.Merchant}, terminal.Field{"name", m.Name})
}

// Answers implements cli.Answerer.
func (*admitCmd) Answers() cli.Answer { return MerchantChange{} }

type showCmd struct{}

// Help shows an example.
func (showCmd) Help() string { return "Example:\n\n    tally operator show" }

// OperatorsAnswer is who runs the system.
type OperatorsAnswer struct {
	api.OperatorsInfo `schema:"Operators"`
}

// Text shows the operators.
func (o OperatorsAnswer) Text() terminal.Text {
	return terminal.Text{Fields: []terminal.Field{
		{"operators", o.Operators}, {"threshold", fmt.Sprintf("%d of %d", o.Threshold, len(o.Operators))}, {"version", o.Version},
	}}
}

// Answers implements cli.Answerer.
func (*showCmd) Answers() cli.Answer { return OperatorsAnswer{} }

// Run shows the operators.
func (showCmd) Run(ctx context.Context, a *cli.App) error {
	info, err := a.Client().Operators(ctx)
	if err != nil {
		return err
	}
	return a.Say(OperatorsAnswer{info})
}

type setCmd struct {
	As         []string `sep:"none" required:"" help:"The key of an operator who agrees. Repeat it: as many as the threshold in force." placeholder:"KEY"`
	Operator   []string `sep:"none" required:"" help:"A new operator: an address, or the name of a key. Repeat it for more." placeholder:"ADDRESS|KEY"`
	Threshold  uint32   `required:"" help:"How many operators must agree from now on." placeholder:"M"`
	cli.Proofs `embed:""`
}

// Help shows an example.
func (setCmd) Help() string {
	return `Example, from one operator to two of three:

    tally operator set --as op-1 --operator op-1 --operator op-2 --operator op-3 --threshold 2

Every new operator's key signs, too. Where one is on another machine:

    tally operator set --as op-1 --operator op-1 --operator 0x0123… --threshold 2 --proofs operators.json`
}

// OperatorsChange is the answer to a change of the operators.
type OperatorsChange struct {
	cli.Accepted
	Operators []voucher.Address `json:"operators" help:"The operators from now on."`
	Threshold uint32            `json:"threshold" help:"How many of them must agree."`
}

// Text shows the operators.
func (o OperatorsChange) Text() terminal.Text {
	return o.With(terminal.Field{"operators", o.Operators}, terminal.Field{"threshold", fmt.Sprintf("%d of %d", o.Threshold, len(o.Operators))})
}

// Answers implements cli.Answerer.
func (*setCmd) Answers() cli.Answer { return OperatorsChange{} }

// Run replaces the operators.
func (c *setCmd) Run(ctx context.Context, a *cli.App) error {
	operators, err := ascending(a, c.Operator)
	if err != nil {
		return err
	}
	fresh, err := a.NewKeys(c.Operator...)
	if err != nil {
		return err
	}
	s, err := a.Connect(ctx)
	if err != nil {
		return err
	}
	now, err := s.Client.Operators(ctx)
	if err != nil {
		return err
	}
	approvers, err := a.Approvers(s, c.As)
	if err != nil {
		return err
	}
	in := voucher.SetOperators{
		Approvers: approvers.Approvers(), Version: now.Version, Operators: operators, Threshold: c.Threshold, Deadline: s.Deadline(),
	}
	fresh = slices.DeleteFunc(fresh, func(k cli.NewKey) bool { return slices.Contains(now.Operators, k.Address) })
	proofs, waiting, err := c.Prove(a, s, &in, fresh)
	if err != nil {
		return err
	}
	if waiting {
		return c.Waiting(a)
	}
	out, err := approvers.SetOperators(ctx, in, proofs)
	if err != nil {
		return err
	}
	return a.Say(OperatorsChange{cli.Accepted(out), operators, c.Threshold})
}

// ascending finds addresses and puts them in the order that intents want.
func ascending(a *cli.App, texts []string) ([]voucher.Address, error) {
	list := make([]voucher.Address, len(texts))
	for i, text := range texts {
		address, err := a.Address(text)
		if err != nil {
			return nil, err
		}
		list[i] = address
	}
	slices.SortFunc(list, cli.CompareAddresses)
	return list, nil
}
