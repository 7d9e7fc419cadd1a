package wallet

import (
	"context"

	"tally/internal/api"
	"tally/internal/cli"
	"tally/internal/intent"
	"tally/internal/terminal"
)

// ListCmd lists a wallet's vouchers.
type ListCmd struct {
	As string `required:"" help:"The wallet's key." placeholder:"KEY"`
}

// Help shows an example.
func (ListCmd) Help() string { return "Example:\n\n    tally wallet --as wallet-1" }

// Run lists a wallet's vouchers.
func (c *ListCmd) Run(ctx context.Context, a *cli.App) error {
	_, key, reader, err := a.Reading(ctx, c.As)
	if err != nil {
		return err
	}
	list, err := cli.Pages(ctx, func(ctx context.Context, cursor string) (api.Page[api.VoucherInfo], error) {
		return reader.Wallet(ctx, intent.Address(key), cursor)
	})
	if err != nil {
		return err
	}
	rows := make([][]any, len(list))
	for i, v := range list {
		rows[i] = []any{v.ID, v.State, v.Units, v.Expires}
	}
	return a.Table(list, []any{"VOUCHER", "STATE", "UNITS", "EXPIRES"}, rows)
}

// ShowCmd shows a voucher to its holder.
type ShowCmd struct {
	As      string `required:"" help:"The holder's key." placeholder:"KEY"`
	Voucher string `arg:"" help:"The voucher's id, vch_…"`
}

// Help shows an example.
func (ShowCmd) Help() string {
	return "The key signs a read token: nobody but the holder sees a voucher.\n\n" +
		"Example:\n\n    tally show --as wallet-1 vch_000102030405060708090a0b0c0d0e0f0000002a"
}

// Run shows a voucher to its holder.
func (c *ShowCmd) Run(ctx context.Context, a *cli.App) error {
	ref, err := cli.ParseRef(c.Voucher)
	if err != nil {
		return err
	}
	reader, err := a.ClientAs(ctx, c.As)
	if err != nil {
		return err
	}
	v, err := reader.Voucher(ctx, ref)
	if err != nil {
		return err
	}
	return a.Answer(v, terminal.Field{"voucher", v.ID}, terminal.Field{"campaign", v.Campaign}, terminal.Field{"owner", v.Owner},
		terminal.Field{"state", v.State}, terminal.Field{"units", v.Units}, terminal.Field{"expires", v.Expires})
}
