package operator

import (
	"context"
	"crypto/ecdsa"

	"tally/internal/api"
	"tally/internal/cli"
	"tally/internal/client"
	"tally/internal/voucher"
)

// Operated is a merchant that an operator does something about.
type Operated struct {
	As       string `required:"" help:"The operator's key." placeholder:"KEY"`
	Merchant string `required:"" help:"The merchant: its address, or the name of its root key." placeholder:"ADDRESS|KEY"`
}

// open connects, and finds the operator's key and the merchant as it is now.
func (o Operated) open(ctx context.Context, a *cli.App) (*client.Session, *ecdsa.PrivateKey, api.MerchantInfo, error) {
	s, key, err := a.ConnectAs(ctx, o.As)
	if err != nil {
		return nil, nil, api.MerchantInfo{}, err
	}
	m, err := a.Merchant(ctx, s, o.Merchant)
	return s, key, m, err
}

type suspendCmd struct {
	Operated `embed:""`
	Reason   string `required:"" help:"Why; everybody who reads the ledger sees it." placeholder:"TEXT" type:"reason"`
}

// Help shows an example.
func (suspendCmd) Help() string {
	return `Its vouchers are neither claimed nor spent until it is reinstated, and expire so much later. What its tills hold
they still capture or release.

Example:

    tally operator suspend --as operator --merchant root --reason "a till was stolen"`
}

// Answers implements cli.Answerer.
func (*suspendCmd) Answers() cli.Answer { return MerchantChange{} }

// Run stops a merchant.
func (c *suspendCmd) Run(ctx context.Context, a *cli.App) error {
	s, key, m, err := c.open(ctx, a)
	if err != nil {
		return err
	}
	out, err := s.Operator(key).Suspend(ctx, voucher.SuspendMerchant{Merchant: m.ID, Version: m.OperatorsVersion, Reason: c.Reason})
	if err != nil {
		return err
	}
	return a.Say(MerchantChange{cli.Accepted(out), m.ID, m.Name})
}

type reinstateCmd struct {
	Operated `embed:""`
}

// Help shows an example.
func (reinstateCmd) Help() string {
	return "Example:\n\n    tally operator reinstate --as operator --merchant root"
}

// Answers implements cli.Answerer.
func (*reinstateCmd) Answers() cli.Answer { return MerchantChange{} }

// Run ends a suspension.
func (c *reinstateCmd) Run(ctx context.Context, a *cli.App) error {
	s, key, m, err := c.open(ctx, a)
	if err != nil {
		return err
	}
	out, err := s.Operator(key).Reinstate(ctx, voucher.ReinstateMerchant{Merchant: m.ID, Version: m.OperatorsVersion})
	if err != nil {
		return err
	}
	return a.Say(MerchantChange{cli.Accepted(out), m.ID, m.Name})
}
