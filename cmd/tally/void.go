package main

import (
	"context"

	"tally/internal/api"
	"tally/internal/intent"
	"tally/internal/voucher"
)

type voidCmd struct {
	As       string `required:"" help:"The merchant's root key, or a key that may void." placeholder:"KEY"`
	Merchant string `required:"" help:"The merchant: its address, or the name of its root key." placeholder:"ADDRESS|KEY"`
	Reason   string `required:"" help:"Why; everybody who reads the ledger sees it." placeholder:"TEXT"`
	Voucher  string `arg:"" help:"The voucher's id, vch_…"`
}

// Help shows an example.
func (voidCmd) Help() string {
	return `If the campaign allows it. This cannot be undone.

Example:

    tally void --as root --merchant root --reason "printed twice" vch_000102030405060708090a0b0c0d0e0f0000002a`
}

// Run ends a voucher.
func (c *voidCmd) Run(ctx context.Context, a *app) error {
	ref, err := parseRef(c.Voucher)
	if err != nil {
		return err
	}
	merchant, err := a.address(c.Merchant)
	if err != nil {
		return err
	}
	s, key, err := a.connectAs(ctx, c.As)
	if err != nil {
		return err
	}
	in := voucher.Void{
		Author: intent.Address(key), Merchant: merchant, Campaign: ref.Campaign, Serial: ref.Serial,
		Reason: c.Reason, Deadline: s.deadline(),
	}
	signature, id, err := s.sign(key, in)
	if err != nil {
		return err
	}
	out, err := s.client.Void(ctx, api.PlacedRequest[voucher.Void]{Intent: in, Signature: signature})
	if err := uncertain(err, id, "look at `tally history` before you void it again"); err != nil {
		return err
	}
	return a.accepted(out, field{"voided", ref})
}
