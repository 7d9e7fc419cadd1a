package merchant

import (
	"context"

	"tally/internal/cli"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

// VoidCmd ends a voucher.
type VoidCmd struct {
	As       string `required:"" help:"The merchant's root key, or a key that may void." placeholder:"KEY"`
	Merchant string `required:"" help:"The merchant: its address, or the name of its root key." placeholder:"ADDRESS|KEY"`
	Reason   string `required:"" help:"Why; everybody who reads the ledger sees it." placeholder:"TEXT" type:"reason"`
	Voucher  string `arg:"" help:"The voucher's id, vch_…"`
}

// Help shows an example.
func (VoidCmd) Help() string {
	return `If the campaign allows it. This cannot be undone.

Example:

    tally void --as root --merchant root --reason "printed twice" vch_000102030405060708090a0b0c0d0e0f0000002a`
}

// Run ends a voucher.
func (c *VoidCmd) Run(ctx context.Context, a *cli.App) error {
	ref, err := cli.ParseRef(c.Voucher)
	if err != nil {
		return err
	}
	merchant, err := a.Address(c.Merchant)
	if err != nil {
		return err
	}
	s, key, err := a.ConnectAs(ctx, c.As)
	if err != nil {
		return err
	}
	of := cli.NewTitles(s.Client).Campaign(ctx, ref.Campaign)
	out, err := s.Merchant(key).Void(ctx, voucher.Void{Merchant: merchant, Campaign: ref.Campaign, Serial: ref.Serial, Reason: c.Reason})
	if err != nil {
		return err
	}
	return a.Say(VoidAnswer{cli.Accepted(out), OfCampaign{ref.Campaign, of.Name}, ref.String(), c.Reason})
}

// VoidAnswer is the answer to a void.
type VoidAnswer struct {
	cli.Accepted
	OfCampaign
	Voucher string `json:"voucher" help:"The voucher that is void now, vch_…"`
	Reason  string `json:"reason" help:"Why, as everybody reads it."`
}

// Text shows the voucher.
func (v VoidAnswer) Text() terminal.Text {
	return v.With(terminal.Field{"voided", v.Voucher}, v.field(), terminal.Field{"reason", v.Reason})
}

// Answers implements cli.Answerer.
func (*VoidCmd) Answers() cli.Answer { return VoidAnswer{} }
