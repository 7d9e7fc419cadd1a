package wallet

import (
	"context"
	"fmt"
	"strings"

	"tally/internal/api"
	"tally/internal/cli"
	"tally/internal/intent"
	"tally/internal/money"
	"tally/internal/pricing"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

// ListCmd lists a wallet's vouchers.
type ListCmd struct {
	As     string `required:"" help:"The wallet's key." placeholder:"KEY"`
	Usable bool   `help:"Say of each voucher whether it can be used now, and why not."`
	Store  uint32 `help:"With --usable: the number of the store where you stand. Left out: any store." placeholder:"N" type:"store"`
	Locale string `help:"With --usable: the language of the reasons: en, ja, zh-Hans or zh-Hant." default:"en" placeholder:"LOCALE"`
}

// Help shows an example.
func (ListCmd) Help() string {
	return "With --usable, NOW is yes, no and why, or what it depends on: tally quote knows that of a cart.\n\n" +
		"Examples:\n\n    tally wallet --as wallet-1\n    tally wallet --as wallet-1 --usable --store 1"
}

// Run lists a wallet's vouchers.
func (c *ListCmd) Run(ctx context.Context, a *cli.App) error {
	_, key, reader, err := a.Reading(ctx, c.As)
	if err != nil {
		return err
	}
	list, err := cli.Pages(ctx, a, "vouchers", func(ctx context.Context, cursor string) (api.Page[api.VoucherInfo], error) {
		if c.Usable {
			return reader.Usable(ctx, intent.Address(key), c.Store, c.Locale, cursor)
		}
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
	usable := len(list) > 0 && list[0].Use != nil
	if usable {
		t.Titles = append(t.Titles, "NOW")
	}
	for _, v := range list {
		row := []any{v.ID, v.State, v.Units, v.Expires, v.CampaignName}
		if usable && v.Use != nil {
			row = append(row, useText(*v.Use))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// useText says whether a voucher can be used now.
func useText(use api.VoucherUse) string {
	var more []string
	for _, reason := range use.Reasons {
		more = append(more, reason.Text)
	}
	for _, ask := range use.Asks {
		more = append(more, askText(ask, use.Currency))
	}
	if len(more) == 0 {
		return use.Now
	}
	return use.Now + ": " + strings.Join(more, ", ")
}

// askText says what a voucher asks of an order.
func askText(ask api.VoucherAsk, currency voucher.Currency) string {
	switch {
	case ask.Code == string(pricing.CodeMinSpend):
		return "from " + money.Text(ask.Need, currency)
	case ask.Code == string(pricing.CodeQuantity) && ask.Need > 0:
		return fmt.Sprintf("from %d pieces", ask.Need)
	case ask.Code == string(pricing.CodeNoItem):
		return "for some items"
	default:
		return strings.ReplaceAll(ask.Code, "_", " ")
	}
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
