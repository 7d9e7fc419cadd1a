package main

import (
	"context"
	"crypto/ecdsa"

	"tally/internal/api"
	"tally/internal/intent"
	"tally/internal/voucher"
)

// Operated is a merchant that an operator does something about.
type Operated struct {
	As       string `required:"" help:"The operator's key." placeholder:"KEY"`
	Merchant string `required:"" help:"The merchant: its address, or the name of its root key." placeholder:"ADDRESS|KEY"`
}

// open connects, and finds the operator's key and the merchant as it is now.
func (o Operated) open(ctx context.Context, a *app) (*session, *ecdsa.PrivateKey, api.MerchantInfo, error) {
	s, key, err := a.connectAs(ctx, o.As)
	if err != nil {
		return nil, nil, api.MerchantInfo{}, err
	}
	m, err := s.merchant(ctx, a, o.Merchant)
	return s, key, m, err
}

type operatorSuspendCmd struct {
	Operated `embed:""`
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
	s, key, m, err := c.open(ctx, a)
	if err != nil {
		return err
	}
	in := voucher.SuspendMerchant{
		Operator: intent.Address(key), Merchant: m.ID, Version: m.OperatorsVersion, Reason: c.Reason, Deadline: s.deadline(),
	}
	out, err := send(ctx, s, key, in, s.client.SuspendMerchant)
	if err != nil {
		return err
	}
	return a.accepted(out, field{"suspended", m.ID}, field{"name", m.Name})
}

type operatorReinstateCmd struct {
	Operated `embed:""`
}

// Help shows an example.
func (operatorReinstateCmd) Help() string {
	return "Example:\n\n    tally operator reinstate --as operator --merchant root"
}

// Run ends a suspension.
func (c *operatorReinstateCmd) Run(ctx context.Context, a *app) error {
	s, key, m, err := c.open(ctx, a)
	if err != nil {
		return err
	}
	in := voucher.ReinstateMerchant{
		Operator: intent.Address(key), Merchant: m.ID, Version: m.OperatorsVersion, Deadline: s.deadline(),
	}
	out, err := send(ctx, s, key, in, s.client.ReinstateMerchant)
	if err != nil {
		return err
	}
	return a.accepted(out, field{"reinstated", m.ID}, field{"name", m.Name})
}
