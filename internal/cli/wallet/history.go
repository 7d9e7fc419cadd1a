package wallet

import (
	"context"

	"tally/internal/api"
	"tally/internal/cli"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

// HistoryCmd lists what happened to a voucher.
type HistoryCmd struct {
	As      string `required:"" help:"The holder's key, or the merchant's, or an auditor's." placeholder:"KEY"`
	Voucher string `arg:"" help:"The voucher's id, vch_…"`
}

// Help shows an example.
func (HistoryCmd) Help() string {
	return `Newest first: each command that touched the voucher, and who signed it.

Example:

    tally history --as wallet-1 vch_000102030405060708090a0b0c0d0e0f0000002a`
}

// Run lists what happened to a voucher.
func (c *HistoryCmd) Run(ctx context.Context, a *cli.App) error {
	ref, err := cli.ParseRef(c.Voucher)
	if err != nil {
		return err
	}
	reader, err := a.ClientAs(ctx, c.As)
	if err != nil {
		return err
	}
	list, err := cli.Pages(ctx, func(ctx context.Context, cursor string) (api.Page[api.HistoryItem], error) {
		return reader.History(ctx, ref, cursor)
	})
	if err != nil {
		return err
	}
	rows := make([][]any, len(list))
	for i, item := range list {
		rows[i] = []any{terminal.Clock(item.Time, nil), item.Verb, unitsLeft(item.Events), cli.Joined(item.Signers), item.Command}
	}
	return a.Table(list, []any{"TIME", "VERB", "UNITS LEFT", "SIGNED BY", "COMMAND"}, rows)
}

// unitsLeft is what the voucher has after the last of its events.
func unitsLeft(events voucher.Events) any {
	for i := len(events) - 1; i >= 0; i-- {
		if _, slot, ok := voucher.VoucherOf(events[i]); ok {
			return slot.Unpack().Units
		}
	}
	return ""
}
