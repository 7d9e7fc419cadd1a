package wallet

import (
	"context"
	"fmt"

	"tally/internal/api"
	"tally/internal/cli"
	"tally/internal/intent"
	"tally/internal/terminal"
	"tally/internal/voucher"
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
	list, err := cli.Pages(ctx, a, "vouchers", func(ctx context.Context, cursor string) (api.Page[api.VoucherInfo], error) {
		return reader.Wallet(ctx, intent.Address(key), cursor)
	})
	if err != nil {
		return err
	}
	titles, answers := cli.NewTitles(reader), make(VoucherAnswers, len(list))
	for i, v := range list {
		answers[i] = voucherAnswer(ctx, titles, v)
	}
	return a.Say(answers)
}

// VoucherAnswer is a voucher with its campaign's name.
type VoucherAnswer struct {
	api.VoucherInfo `schema:"VoucherInfo"`
	CampaignName    string `json:"campaign_name,omitempty" help:"The campaign's name."`
	Expires         string `json:"expires" help:"RFC 3339, in the campaign's zone: the first instant too late to spend it."`
	HeldUntil       string `json:"held_until,omitempty" help:"RFC 3339, in the campaign's zone: until when units of it are held."`
}

func voucherAnswer(ctx context.Context, titles *cli.Titles, v api.VoucherInfo) VoucherAnswer {
	answer := VoucherAnswer{VoucherInfo: v, Expires: v.Expires}
	if id, err := voucher.ParseCampaignID(v.Campaign); err == nil {
		of := titles.Campaign(ctx, id)
		answer.CampaignName, answer.Expires = of.Name, of.Local(v.Expires)
		if v.Held != nil {
			answer.HeldUntil = of.Clock(v.Held.Until)
		}
	}
	return answer
}

// Text shows a voucher.
func (v VoucherAnswer) Text() terminal.Text {
	fields := []terminal.Field{
		{"voucher", v.ID}, {"campaign", cli.Titled(v.CampaignName, v.Campaign)}, {"owner", v.Owner},
		{"state", v.State}, {"units", v.Units}, {"expires", v.Expires},
	}
	if v.Held != nil {
		fields = append(fields, terminal.Field{"held", fmt.Sprintf("%d units until %s", v.Held.Units, v.HeldUntil)}, terminal.Field{"hold", v.Held.Hold})
	}
	return terminal.Text{Fields: fields}
}

// VoucherAnswers are a wallet's vouchers.
type VoucherAnswers []VoucherAnswer

// Text lists vouchers.
func (list VoucherAnswers) Text() terminal.Text {
	t := terminal.Text{Titles: []any{"VOUCHER", "STATE", "UNITS", "EXPIRES", "CAMPAIGN"}}
	for _, v := range list {
		t.Rows = append(t.Rows, []any{v.ID, v.State, v.Units, v.Expires, v.CampaignName})
	}
	return t
}

// Answers implements cli.Answerer.
func (*ListCmd) Answers() cli.Answer { return VoucherAnswers{} }

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
	return a.Say(voucherAnswer(ctx, cli.NewTitles(reader), v))
}

// Answers implements cli.Answerer.
func (*ShowCmd) Answers() cli.Answer { return VoucherAnswer{} }
