package main

import (
	"context"

	"tally/internal/api"
	"tally/internal/intent"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

type walletCmd struct {
	As string `required:"" help:"The wallet's key." placeholder:"KEY"`
}

// Help shows an example.
func (walletCmd) Help() string { return "Example:\n\n    tally wallet --as wallet-1" }

// Run lists a wallet's vouchers.
func (c *walletCmd) Run(ctx context.Context, a *app) error {
	_, key, reader, err := a.reading(ctx, c.As)
	if err != nil {
		return err
	}
	list, err := pages(ctx, func(ctx context.Context, cursor string) (api.Page[api.VoucherInfo], error) {
		return reader.Wallet(ctx, intent.Address(key), cursor)
	})
	if err != nil {
		return err
	}
	rows := make([][]any, len(list))
	for i, v := range list {
		rows[i] = []any{v.ID, v.State, v.Units, v.Expires}
	}
	return a.table(list, []any{"VOUCHER", "STATE", "UNITS", "EXPIRES"}, rows)
}

type showCmd struct {
	As      string `required:"" help:"The holder's key." placeholder:"KEY"`
	Voucher string `arg:"" help:"The voucher's id, vch_…"`
}

// Help shows an example.
func (showCmd) Help() string {
	return "The key signs a read token: nobody but the holder sees a voucher.\n\n" +
		"Example:\n\n    tally show --as wallet-1 vch_000102030405060708090a0b0c0d0e0f0000002a"
}

// Run shows a voucher to its holder.
func (c *showCmd) Run(ctx context.Context, a *app) error {
	ref, err := parseRef(c.Voucher)
	if err != nil {
		return err
	}
	reader, err := a.clientAs(ctx, c.As)
	if err != nil {
		return err
	}
	v, err := reader.Voucher(ctx, ref)
	if err != nil {
		return err
	}
	return a.answer(v, terminal.Field{"voucher", v.ID}, terminal.Field{"campaign", v.Campaign}, terminal.Field{"owner", v.Owner},
		terminal.Field{"state", v.State}, terminal.Field{"units", v.Units}, terminal.Field{"expires", v.Expires})
}

func parseRef(text string) (voucher.Ref, error) {
	ref, err := voucher.ParseRef(text)
	if err != nil {
		return ref, misused("%q is no voucher: vch_ and 40 hex digits", text)
	}
	return ref, nil
}
