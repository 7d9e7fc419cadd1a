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
	Reason   string `required:"" help:"Why; everybody who reads the ledger sees it." placeholder:"TEXT"`
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
	out, err := s.Merchant(key).Void(ctx, voucher.Void{Merchant: merchant, Campaign: ref.Campaign, Serial: ref.Serial, Reason: c.Reason})
	if err := cli.Unsure(err, "look at `tally history` before you void it again"); err != nil {
		return err
	}
	return a.Accepted(out, terminal.Field{"voided", ref})
}
