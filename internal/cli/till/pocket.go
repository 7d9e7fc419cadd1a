package till

import (
	"context"
	"fmt"

	"tally/internal/api"
	"tally/internal/cli"
	"tally/internal/client"
	"tally/internal/money"
	"tally/internal/pricing"
	"tally/internal/voucher"
)

// read reads the cart of a hold.
func (c *holdPlaceCmd) read(a *cli.App) (pricing.Cart, error) {
	if c.Amount != "" || c.Currency != (voucher.Currency{}) || len(c.Discount) > 0 || len(c.Units) > 0 {
		return pricing.Cart{}, cli.Misused("--cart has amount, currency, discounts and units: leave those flags out")
	}
	raw, err := a.ReadCart(c.Cart)
	if err != nil {
		return pricing.Cart{}, err
	}
	return pricing.ReadCart(raw)
}

// most reserves all units that a code offers, and says for each voucher the most that they
// may take off the cart. A card of stored value pays what it takes, so what is reserved of
// all cards together is what the order costs, and a unit of each at least.
func (c *holdPlaceCmd) most(cart pricing.Cart, merchant voucher.Address, offer voucher.Redeem, campaign func(voucher.CampaignID) cli.Campaign) (s sale, err error) {
	bare, err := pricing.Evaluate(pricing.Input{Mode: pricing.ModeAll, Store: c.Store, Cart: cart})
	if err != nil {
		return s, cli.Misused("the cart: %w", err)
	}
	s.half = voucher.Accept{
		Merchant: merchant, Store: c.Store, Currency: cart.Currency, Amount: bare.Totals.Amount, Parts: make([]voucher.Part, len(offer.Lines)),
	}
	left, cards := bare.Totals.Amount, uint64(0)
	of := make([]voucher.CreateCampaign, len(offer.Lines))
	for i, line := range offer.Lines {
		known := campaign(line.Campaign)
		if !known.Known {
			return s, cli.Misused("the server does not tell what %s takes off: give --amount, --currency and --discount", line.Ref())
		}
		of[i] = known.Create
		if of[i].StoredValue {
			cards++
		}
	}
	if cards > left {
		return s, cli.Misused("the order costs %s: there is nothing to pay for some of the %d cards", money.Text(left, cart.Currency), cards)
	}
	for i, line := range offer.Lines {
		if of[i].StoredValue {
			cards--
			units := min(line.Units, left-cards)
			left -= units
			s.half.Parts[i] = voucher.Part{Units: units, Discount: units}
		}
	}
	for i, line := range offer.Lines {
		if !of[i].StoredValue {
			discount := mostOff(line.Units, of[i].MaxDiscount, left)
			left -= discount
			s.half.Parts[i] = voucher.Part{Units: line.Units, Discount: discount}
		}
	}
	return s, nil
}

// mostOff is units times what each takes off, and at most what is left. A product that is
// more is never computed: it may not fit.
func mostOff(units, each, left uint64) uint64 {
	if each == 0 || units <= left/each {
		return units * each
	}
	return left
}

// priced is the capture of the best lawful part of what is held, and its order record.
func (c *holdCaptureCmd) priced(ctx context.Context, a *cli.App, s *client.Session, h held) (in voucher.Capture, record string, err error) {
	order, err := c.Basket.PriceBy(ctx, a, s, c.Circumstances.Ask(h.merchant, c.Store, nil), func(ask api.QuoteRequest) (pricing.Record, error) {
		order, result, err := s.PriceHeld(ctx, h.hold, ask)
		if err == nil && len(result.Taken) == 0 {
			err = noneHeld(order, result)
		}
		return order, err
	})
	if err != nil {
		return in, "", err
	}
	in = voucher.Capture{Hold: c.ID, Merchant: h.merchant, Store: c.Store, Currency: order.Cart.Currency, Amount: order.Totals.Amount}
	left := len(order.Vouchers)
	for _, of := range h.vouchers {
		take := voucher.Take{Campaign: of.Campaign, Serial: of.Serial}
		for _, taken := range order.Vouchers {
			if taken.Ref == refOf(of) && taken.Units <= of.Units {
				take.Units, take.Discount, left = taken.Units, taken.Discount, left-1
			}
		}
		in.Takes = append(in.Takes, take)
	}
	if left > 0 {
		return in, "", cli.Misused("the order record is of other vouchers than the hold has, or takes more: tally hold show")
	}
	return in, order.Canonical(), nil
}

// noneHeld says why nothing that is held can be used.
func noneHeld(order pricing.Record, result pricing.Result) error {
	for _, n := range result.NotTaken {
		reason := n.Reasons[0]
		return &cli.ExitError{
			Code: string(reason.Code), Title: "Nothing that is held can be used for this cart.",
			Detail: fmt.Sprintf("%s: %s Release the hold.", n.Ref, reason.Sentence("en", order.Cart.Currency, order.Offset)), Exit: cli.ExitRefused,
		}
	}
	return &cli.ExitError{Code: "no_voucher", Title: "The hold has no voucher.", Exit: cli.ExitRefused}
}
