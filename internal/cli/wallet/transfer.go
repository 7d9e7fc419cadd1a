package wallet

import (
	"context"

	"tally/internal/cli"
	"tally/internal/terminal"
)

// TransferCmd gives a voucher away.
type TransferCmd struct {
	As      string `required:"" help:"The owner's key." placeholder:"KEY"`
	To      string `required:"" help:"The new owner: an address, or the name of a key." placeholder:"ADDRESS|KEY"`
	Voucher string `arg:"" help:"The voucher's id, vch_…"`
}

// Help shows an example.
func (TransferCmd) Help() string {
	return `If the campaign allows it. Codes that the old owner signed are void from then on.

Example:

    tally transfer --as wallet-1 --to 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed vch_000102030405060708090a0b0c0d0e0f0000002a`
}

// Run gives a voucher away.
func (c *TransferCmd) Run(ctx context.Context, a *cli.App) error {
	ref, err := cli.ParseRef(c.Voucher)
	if err != nil {
		return err
	}
	to, err := a.Address(c.To)
	if err != nil {
		return err
	}
	s, key, err := a.ConnectAs(ctx, c.As)
	if err != nil {
		return err
	}
	out, err := s.Wallet(key).Transfer(ctx, ref, to)
	if err := cli.Unsure(err, "look at `tally show` before you give it away again"); err != nil {
		return err
	}
	return a.Accepted(out, terminal.Field{"voucher", ref}, terminal.Field{"owner", to})
}
