package main

import (
	"context"

	"tally/internal/intent"
	"tally/internal/voucher"
)

type operatorSuspendCmd struct {
	As       string `required:"" help:"The operator's key." placeholder:"KEY"`
	Merchant string `required:"" help:"The merchant: its address, or the name of its root key." placeholder:"ADDRESS|KEY"`
	Reason   string `required:"" help:"Why; everybody who reads the ledger sees it." placeholder:"TEXT"`
}

// Help shows an example.
func (operatorSuspendCmd) Help() string {
	return `Its vouchers are neither claimed nor spent until it is reinstated, and expire so much later. What its tills hold
they still capture or release.

Example:

    tally operator suspend --as operator --merchant root --reason "a till was stolen"`
}

// Run stops a merchant.
func (c *operatorSuspendCmd) Run(ctx context.Context, a *app) error {
	s, key, err := a.connectAs(ctx, c.As)
	if err != nil {
		return err
	}
	m, err := s.merchant(ctx, a, c.Merchant)
	if err != nil {
		return err
	}
	in := voucher.SuspendMerchant{
		Operator: intent.Address(key), Merchant: m.ID, Version: m.Version, Reason: c.Reason, Deadline: s.deadline(),
	}
	out, err := send(ctx, s, key, in, s.client.SuspendMerchant)
	if err != nil {
		return err
	}
	return a.accepted(out, field{"suspended", m.ID}, field{"name", m.Name})
}

type operatorReinstateCmd struct {
	As       string `required:"" help:"The operator's key." placeholder:"KEY"`
	Merchant string `required:"" help:"The merchant: its address, or the name of its root key." placeholder:"ADDRESS|KEY"`
}

// Help shows an example.
func (operatorReinstateCmd) Help() string {
	return "Example:\n\n    tally operator reinstate --as operator --merchant root"
}

// Run ends a suspension.
func (c *operatorReinstateCmd) Run(ctx context.Context, a *app) error {
	s, key, err := a.connectAs(ctx, c.As)
	if err != nil {
		return err
	}
	m, err := s.merchant(ctx, a, c.Merchant)
	if err != nil {
		return err
	}
	in := voucher.ReinstateMerchant{
		Operator: intent.Address(key), Merchant: m.ID, Version: m.Version, Deadline: s.deadline(),
	}
	out, err := send(ctx, s, key, in, s.client.ReinstateMerchant)
	if err != nil {
		return err
	}
	return a.accepted(out, field{"reinstated", m.ID}, field{"name", m.Name})
}
