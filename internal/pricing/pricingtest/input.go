package pricingtest

import (
	"fmt"

	"pgregory.net/rapid"

	"tally/internal/pricing"
	"tally/internal/voucher"
)

// Monday is 2027-01-04 12:00 UTC.
const Monday = 1799064000

// HKD is the currency of random carts.
func HKD() voucher.Currency { return voucher.Currency([]byte("HKD")) }

// Cart draws a small cart: few prices, so that ties are frequent, reductions that do not
// divide by the quantity, add-ons, fees, and two classes of tax.
func Cart(t *rapid.T) pricing.Cart {
	cart := pricing.Cart{
		Currency: HKD(), Taxes: []pricing.TaxClass{{Class: "a", Rate: 90_000}, {Class: "b", Rate: 88_750}},
		Prices:   rapid.SampledFrom([]pricing.Prices{pricing.PricesIncluded, pricing.PricesAdded}).Draw(t, "prices"),
		TaxRound: rapid.SampledFrom([]pricing.Rounding{pricing.RoundHalfUp, pricing.RoundDown, pricing.RoundHalfEven, pricing.RoundUp}).Draw(t, "tax round"),
	}
	for i := range 6 - rapid.IntRange(1, 5).Draw(t, "lines") {
		l := pricing.Line{
			ID: fmt.Sprint(i), SKU: rapid.SampledFrom([]string{"A", "B", "C", ""}).Draw(t, "sku"),
			Tags: subset(t, "tags", "t1", "t2"), Unit: rapid.SampledFrom([]uint64{100, 50, 60, 333, 99, 1, 0}).Draw(t, "unit"),
			Quantity: rapid.SampledFrom([]uint64{2, 1, 3, 7, 4}).Draw(t, "quantity"),
			Tax:      rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "tax"),
		}
		l.Amount = l.Unit * l.Quantity
		if rapid.IntRange(0, 3).Draw(t, "is reduced") == 0 {
			l.Reduced = rapid.Uint64Range(0, l.Amount).Draw(t, "reduced")
		}
		switch rapid.IntRange(0, 7).Draw(t, "is") {
		case 0:
			l.Fee = true
		case 1:
			if i > 0 && cart.Lines[0].Of == "" {
				l.Of = "0"
			}
		}
		cart.Lines = append(cart.Lines, l)
	}
	return cart
}

// Input draws a cart and at most the given number of vouchers, of at most five campaigns. All terms
// are such as the engine evaluates, and conditions hold more often than not.
func Input(t *rapid.T, most int) pricing.Input {
	in := pricing.Input{
		Mode: rapid.SampledFrom([]pricing.Mode{pricing.ModeBest, pricing.ModeBest, pricing.ModeAll}).Draw(t, "mode"),
		At:   Monday + rapid.Uint64Range(0, 14*86400).Draw(t, "at"), Offset: 480, Store: 1, Areas: []string{"north"},
		Channel: "counter", Payment: rapid.SampledFrom([]string{"", "tng"}).Draw(t, "payment"),
		FirstPurchase: rapid.Bool().Draw(t, "first"), Cart: Cart(t),
	}
	campaigns := rapid.SliceOfN(rapid.Custom(campaign), 2, 5).Draw(t, "campaigns")
	for i := range most - rapid.IntRange(0, most).Draw(t, "vouchers") {
		n := rapid.IntRange(0, len(campaigns)-1).Draw(t, "campaign")
		v := campaigns[n]
		v.Ref = voucher.Ref{Campaign: voucher.CampaignID{byte(n)}, Serial: uint32((i * 7) % 31)}
		v.TermsHash = voucher.Hash{byte(n)}
		v.Expiry = Monday + 20*86400 + rapid.SampledFrom([]uint64{0, 900, 1800}).Draw(t, "expiry")
		if v.StoredValue {
			v.Units = rapid.SampledFrom([]uint64{1, 100, 500}).Draw(t, "value")
		} else {
			v.Units = rapid.Uint64Range(1, 4).Draw(t, "units")
			v.Most = rapid.Uint64Range(0, v.Units).Draw(t, "most")
		}
		in.Vouchers = append(in.Vouchers, v)
	}
	return in
}

// campaign draws what vouchers of one campaign have in common.
func campaign(t *rapid.T) pricing.Voucher {
	terms := Terms(t)
	terms.When = nil
	for rapid.IntRange(0, 3).Draw(t, "one more condition") == 3 && len(terms.When) < 3 {
		if c := condition(t); c.Test != pricing.Test(pricing.CEL{Expression: "true"}) {
			terms.When = append(terms.When, c)
		}
	}
	if rapid.IntRange(0, 4).Draw(t, "open") < 3 {
		terms.Combine.Group, terms.Combine.With, terms.Combine.Most = "a", groups(), 3
	}
	_, tender := terms.Offer.(pricing.StoredValue)
	return pricing.Voucher{
		Terms: &terms, Currency: HKD(), StoredValue: tender,
		MaxDiscount: rapid.SampledFrom([]uint64{75, 500, 150, 10_000, 1}).Draw(t, "max discount"),
	}
}
