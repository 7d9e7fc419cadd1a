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
	list, err := cli.Pages(ctx, a, "commands", func(ctx context.Context, cursor string) (api.Page[api.HistoryItem], error) {
		return reader.History(ctx, ref, cursor)
	})
	if err != nil {
		return err
	}
	of := cli.NewTitles(reader).Campaign(ctx, ref.Campaign)
	history := make(History, len(list))
	for i, item := range list {
		history[i] = HistoryLine{item, of.Clock(item.Time)}
	}
	return a.Say(history)
}

// History is what happened to a voucher, newest first.
type History []HistoryLine

// HistoryLine is one command that touched the voucher.
type HistoryLine struct {
	api.HistoryItem `schema:"HistoryItem"`
	Instant         string `json:"instant" help:"RFC 3339: when the ledger judged it, time, in the campaign's zone."`
}

// Text lists the commands.
func (list History) Text() terminal.Text {
	t := terminal.Text{Titles: []any{"TIME", "VERB", "UNITS LEFT", "SIGNED BY", "COMMAND"}}
	for _, item := range list {
		t.Rows = append(t.Rows, []any{item.Instant, item.Verb, unitsLeft(item.Events), item.Signers, item.Command})
	}
	return t
}

// Answers implements cli.Answerer.
func (*HistoryCmd) Answers() cli.Answer { return History{} }

// unitsLeft is what the voucher has after the last of its events.
func unitsLeft(events voucher.Events) any {
	for i := len(events) - 1; i >= 0; i-- {
		if _, slot, ok := voucher.VoucherOf(events[i]); ok {
			return slot.Unpack().Units
		}
	}
	return ""
}
