package main

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"crypto/ecdsa"

	"tally/internal/httpapi"
	"tally/internal/intent"
	"tally/internal/voucher"
)

// operatorCmd is the family of commands of those who run the system.
type operatorCmd struct {
	Admit operatorAdmitCmd `cmd:"" help:"Admit a merchant."`
	Show  operatorShowCmd  `cmd:"" help:"Show the operators."`
	Set   operatorSetCmd   `cmd:"" help:"Replace the operators."`

	Suspend   operatorSuspendCmd   `cmd:"" help:"Stop a merchant."`
	Reinstate operatorReinstateCmd `cmd:"" help:"End a merchant's suspension."`
	Recover   operatorRecoverCmd   `cmd:"" help:"Replace a merchant's lost root key, after a delay."`

	Auditor operatorAuditorCmd `cmd:"" help:"Let an auditor read everything."`
}

type operatorAdmitCmd struct {
	As       string `required:"" help:"The operator's key." placeholder:"KEY"`
	Merchant string `required:"" help:"The merchant's root: an address, or the name of a key." placeholder:"ADDRESS|KEY"`
	Name     string `required:"" help:"The merchant's name." placeholder:"TEXT"`
}

// Help shows an example.
func (operatorAdmitCmd) Help() string {
	return "Example:\n\n    tally operator admit --as operator --merchant root --name \"Jasmine & Co\""
}

// Run admits a merchant.
func (c *operatorAdmitCmd) Run(ctx context.Context, a *app) error {
	merchant, err := a.address(c.Merchant)
	if err != nil {
		return err
	}
	s, key, err := a.connectAs(ctx, c.As)
	if err != nil {
		return err
	}
	out, err := s.admit(ctx, key, merchant, c.Name)
	if err != nil {
		return err
	}
	return a.accepted(out, field{"merchant", merchant}, field{"name", c.Name})
}

func (s *session) admit(ctx context.Context, operator *ecdsa.PrivateKey, merchant voucher.Address, name string) (voucher.Outcome, error) {
	in := voucher.AdmitMerchant{
		Operator: intent.Address(operator), Merchant: merchant, Name: name, Deadline: s.deadline(),
	}
	return send(ctx, s, operator, in, s.client.AdmitMerchant)
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
		field{"operators", joined(info.Operators)}, field{"threshold", info.Threshold}, field{"version", info.Version})
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
}

// Help shows an example.
func (operatorSetCmd) Help() string {
	return `Example, from one operator to two of three:

    tally operator set --as op-1 --operator op-1 --operator op-2 --operator 0x0123… --threshold 2`
}

// Run replaces the operators.
func (c *operatorSetCmd) Run(ctx context.Context, a *app) error {
	operators, err := a.ascending(c.Operator)
	if err != nil {
		return err
	}
	s, err := a.connect(ctx)
	if err != nil {
		return err
	}
	now, err := s.client.Operators(ctx)
	if err != nil {
		return err
	}
	keys, err := a.approvers(c.As)
	if err != nil {
		return err
	}
	in := voucher.SetOperators{
		Version: now.Version, Operators: operators, Threshold: c.Threshold, Deadline: s.deadline(),
	}
	out, err := s.setOperators(ctx, keys, in)
	if err != nil {
		return err
	}
	return a.accepted(out, field{"operators", joined(operators)}, field{"threshold", c.Threshold})
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

// approvers opens several keys, in the order of their addresses.
func (a *app) approvers(names []string) ([]*ecdsa.PrivateKey, error) {
	keys := make([]*ecdsa.PrivateKey, len(names))
	for i, name := range names {
		key, err := a.signer(name)
		if err != nil {
			return nil, err
		}
		keys[i] = key
	}
	slices.SortFunc(keys, func(a, b *ecdsa.PrivateKey) int {
		return compareAddresses(intent.Address(a), intent.Address(b))
	})
	return keys, nil
}

func addresses(keys []*ecdsa.PrivateKey) []voucher.Address {
	list := make([]voucher.Address, len(keys))
	for i, key := range keys {
		list[i] = intent.Address(key)
	}
	return list
}

// approve signs what several operators have to agree to.
func (s *session) approve(keys []*ecdsa.PrivateKey, in any) (approvals []string, id voucher.Hash, err error) {
	approvals = make([]string, len(keys))
	for i, key := range keys {
		if approvals[i], id, err = s.sign(key, in); err != nil {
			return nil, id, err
		}
	}
	return approvals, id, nil
}

func (s *session) setOperators(ctx context.Context, keys []*ecdsa.PrivateKey, in voucher.SetOperators) (voucher.Outcome, error) {
	in.Approvers = addresses(keys)
	approvals, id, err := s.approve(keys, in)
	if err != nil {
		return voucher.Outcome{}, err
	}
	out, err := s.client.SetOperators(ctx, httpapi.OperatorsRequest{Intent: in, Approvals: approvals})
	return out, uncertain(err, id, "look at `tally operator show`")
}
