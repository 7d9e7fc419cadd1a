package till

import (
	"context"

	"tally/internal/cli"
	"tally/internal/client"
	"tally/internal/pricing"
	"tally/internal/voucher"
)

// sell accepts a code for a cart, at the price that the terms of its vouchers make.
func (c *RedeemCmd) sell(ctx context.Context, a *cli.App) error {
	if c.Amount != "" || c.Currency != (voucher.Currency{}) || len(c.Discount) > 0 || len(c.Units) > 0 || c.Details != "" {
		return errBoth()
	}
	merchant, err := a.Address(c.Merchant)
	if err != nil {
		return err
	}
	s, key, reader, err := a.Reading(ctx, c.As)
	if err != nil {
		return err
	}
	code, err := a.ReadCode(s.Domain, c.Code)
	if err != nil {
		return err
	}
	text, err := s.Domain.Text(code)
	if err != nil {
		return cli.Misused("%w", err)
	}
	ask := c.Circumstances.Ask(merchant, c.Store, nil)
	ask.Code = text
	record, err := c.Basket.Price(ctx, a, s, reader, ask)
	if err != nil {
		return err
	}
	sale, err := saleOf(record, code.Offer)
	if err != nil {
		return err
	}
	named := c.Named
	named.Details = record.Canonical()
	if sale.key, sale.salt, sale.half.Details, err = named.name(a); err != nil {
		return err
	}
	sale.record = c.Record
	titles := cli.NewTitles(s.Client)
	name := titles.Merchant(ctx, merchant)
	out, err := client.Till.Redeem(s.Till(key), ctx, code, sale.half, sale.key)
	if err != nil {
		return err
	}
	answer := saleAnswer(out, sale, merchant, name, clockOf(ctx, titles, out))
	if c.Deposit {
		answer.Deposit = a.Deposit(ctx, reader, out.ID, cli.Kept{As: c.As, File: c.Record, Text: named.Details, Salt: sale.salt})
	}
	return a.Say(answer)
}

// errNoRecord refuses to deposit what has no record.
func errNoRecord() error {
	return cli.Misused("--deposit: only an order of --cart has a record that the server could keep")
}

// errBoth refuses figures beside a cart.
func errBoth() error {
	return cli.Misused("--cart and --record have amount, currency, discounts, units and details: leave those flags out")
}

// saleOf is the sale of a priced order: the vouchers of the code, all of them.
func saleOf(record pricing.Record, offer voucher.Redeem) (s sale, err error) {
	half, ok := client.Half(record, offer)
	if !ok {
		return s, cli.Misused("the order record is of other vouchers than the code offers (%s), or takes more", lineWords(offer))
	}
	s.half = half
	return s, nil
}
