package wallet

import (
	"context"
	"time"

	"tally/internal/cli"
	"tally/internal/client"
	"tally/internal/intent"
	"tally/internal/pricing"
	"tally/internal/voucher"
)

// order signs a code for one order: its vouchers, their units, and the hash of its record.
// The ledger refuses another order.
func (c *CodeCmd) order(ctx context.Context, a *cli.App) error {
	switch {
	case c.Merchant == "" || c.Store == 0:
		return cli.Misused("--merchant and --store are wanted: a quoted order is of one store")
	case c.Units != nil || c.Amount != "" || c.Hold != 0:
		return cli.Misused("--cart says how much is taken, and at once: leave --units, --amount and --hold out")
	}
	merchant, err := a.Address(c.Merchant)
	if err != nil {
		return err
	}
	s, key, reader, err := a.Reading(ctx, c.As)
	if err != nil {
		return err
	}
	wallet := intent.Address(key)
	ask := c.Circumstances.Ask(merchant, c.Store, nil)
	ask.Wallet, ask.Vouchers = &wallet, c.Vouchers
	record, err := c.Basket.Price(ctx, a, s, reader, ask)
	if err != nil {
		return err
	}
	salt, details := cli.Salted(record.Canonical(), c.Salt)
	code, err := client.Signer{Domain: s.Domain, Key: key}.SignOffer(offerOf(record, details, a.Now(), c.Life))
	if err != nil {
		return cli.Misused("%w", err)
	}
	text, err := s.Domain.Text(code)
	if err != nil {
		return cli.Misused("%w", err)
	}
	if err := c.draw(a, text); err != nil {
		return err
	}
	of := cli.NewTitles(s.Client).Campaign(ctx, code.Offer.Lines[0].Campaign)
	return printCode(a, SignedCode{
		Code: text, ID: s.Domain.Digest(code.Offer), Until: of.Clock(code.Offer.Deadline), Lines: offeredLines(code.Offer),
		Files: c.pictures(), Record: c.Record, Salt: &salt,
	})
}

// offerOf offers what a record takes, for its order alone.
func offerOf(record pricing.Record, details voucher.Hash, now time.Time, life time.Duration) voucher.Redeem {
	refs, parts := record.Parts()
	offer := voucher.Redeem{SignedAt: voucher.Unix(now), Deadline: voucher.Unix(now.Add(life)), Order: details}
	for i, ref := range refs {
		offer.Lines = append(offer.Lines, voucher.Line{Campaign: ref.Campaign, Serial: ref.Serial, Units: parts[i].Units})
	}
	return offer
}
