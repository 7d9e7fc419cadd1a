package main

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"crypto/ecdsa"

	"tally/internal/api"
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
	in := voucher.AdmitMerchant{Operator: intent.Address(key), Merchant: merchant, Name: c.Name, Deadline: s.deadline()}
	proofs, waiting, err := c.prove(a, s, &in, fresh)
	if err != nil {
		return err
	}
	if waiting {
		return c.waiting(a)
	}
	out, err := sendProven(ctx, s, key, in, proofs, s.client.AdmitMerchant)
	if err != nil {
		return err
	}
	return a.accepted(out, field{"merchant", merchant}, field{"name", c.Name})
}

// admit admits a merchant whose root key is here.
func (s *session) admit(ctx context.Context, operator, root *ecdsa.PrivateKey, name string) (voucher.Outcome, error) {
	in := voucher.AdmitMerchant{
		Operator: intent.Address(operator), Merchant: intent.Address(root), Name: name, Deadline: s.deadline(),
	}
	proof, _, err := s.sign(root, in)
	if err != nil {
		return voucher.Outcome{}, err
	}
	proofs := []api.PossessionProof{{Holder: in.Merchant, Signature: proof}}
	return sendProven(ctx, s, operator, in, proofs, s.client.AdmitMerchant)
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
	now, err := s.client.Operators(ctx)
	if err != nil {
		return err
	}
	keys, err := a.approvers(c.As)
	if err != nil {
		return err
	}
	in := voucher.SetOperators{
		Approvers: addresses(keys), Version: now.Version, Operators: operators, Threshold: c.Threshold, Deadline: s.deadline(),
	}
	fresh = slices.DeleteFunc(fresh, func(k newKey) bool { return slices.Contains(now.Operators, k.address) })
	proofs, waiting, err := c.prove(a, s, &in, fresh)
	if err != nil {
		return err
	}
	if waiting {
		return c.waiting(a)
	}
	out, err := s.setOperators(ctx, keys, in, proofs)
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

func (s *session) setOperators(
	ctx context.Context, keys []*ecdsa.PrivateKey, in voucher.SetOperators, proofs []api.PossessionProof,
) (voucher.Outcome, error) {
	approvals, id, err := s.approve(keys, in)
	if err != nil {
		return voucher.Outcome{}, err
	}
	out, err := s.client.SetOperators(ctx, api.OperatorsRequest{Intent: in, Approvals: approvals, Possessions: proofs})
	return out, uncertain(err, id, "look at `tally operator show`")
}
