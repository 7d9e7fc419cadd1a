package pricingtest

import (
	"fmt"
	"slices"
	"time"

	"tally/internal/pricing"
)

// Selects reports whether a selection is on a line.
func Selects(s pricing.Selector, l pricing.Line) bool {
	any := func(tags []string) bool {
		return slices.ContainsFunc(tags, func(tag string) bool { return slices.Contains(l.Tags, tag) })
	}
	return (s.Tags == nil || any(s.Tags)) && !any(s.NotTags) &&
		(s.SKUs == nil || slices.Contains(s.SKUs, l.SKU)) && !slices.Contains(s.NotSKUs, l.SKU) &&
		(s.MaxUnit == 0 || l.Unit <= s.MaxUnit) &&
		(s.Reduced != pricing.NotReduced || l.Reduced == 0) && (s.Reduced != pricing.OnlyReduced || l.Reduced > 0) &&
		(s.AddOns || l.Of == "") && (s.Fees || !l.Fee)
}

// Stands reports whether a voucher passes all that is not about other vouchers.
func Stands(in pricing.Input, v pricing.Voucher) bool {
	_, tender := v.Terms.Offer.(pricing.StoredValue)
	if v.Currency != in.Cart.Currency || in.At < v.ValidFrom || in.At >= v.Expiry || v.Held || v.Units == 0 ||
		len(v.Stores) > 0 && !slices.Contains(v.Stores, in.Store) || tender != v.StoredValue {
		return false
	}
	for _, c := range v.Terms.When {
		if !holds(in, v.Terms.Offer.Selects(), c.Test) {
			return false
		}
	}
	return true
}

func holds(in pricing.Input, offer pricing.Selector, test pricing.Test) bool {
	local := time.Unix(int64(in.At), 0).UTC().Add(time.Duration(in.Offset) * time.Minute)
	switch test := test.(type) {
	case pricing.MinSpend:
		return test.Basis == pricing.BasisLeft || spent(in, selectionOf(test.On, offer), test.Basis) >= test.Amount
	case pricing.Quantity:
		n := pieces(in, selectionOf(test.On, offer))
		return n >= test.Min && (test.Max == 0 || n <= test.Max)
	case pricing.Hours:
		return slices.ContainsFunc(test, func(s pricing.Span) bool { return open(s, local) })
	case pricing.NotDates:
		return !slices.Contains(test, local.Format(time.DateOnly))
	case pricing.Stores:
		return slices.Contains(test, in.Store)
	case pricing.NotStores:
		return !slices.Contains(test, in.Store)
	case pricing.Areas:
		return slices.ContainsFunc(test, func(a string) bool { return slices.Contains(in.Areas, a) })
	case pricing.Channels:
		return slices.Contains(test, in.Channel)
	case pricing.Payments:
		return slices.Contains(test, in.Payment)
	case pricing.FirstPurchase:
		return in.FirstPurchase
	case pricing.CEL:
		return false
	default:
		panic(fmt.Sprintf("no such test: %T", test))
	}
}

func selectionOf(own *pricing.Selector, offer pricing.Selector) pricing.Selector {
	if own != nil {
		return *own
	}
	return offer
}

func spent(in pricing.Input, on pricing.Selector, basis pricing.Basis) (sum uint64) {
	for _, l := range in.Cart.Lines {
		switch {
		case !Selects(on, l):
		case basis == pricing.BasisList:
			sum += l.Amount
		default:
			sum += l.Amount - l.Reduced
		}
	}
	return sum
}

func pieces(in pricing.Input, on pricing.Selector) (n uint64) {
	for _, l := range in.Cart.Lines {
		if Selects(on, l) {
			n += l.Quantity
		}
	}
	return n
}

// open goes through the minutes of a span's day, and of the one after it.
func open(s pricing.Span, local time.Time) bool {
	minute := uint16(local.Hour()*60 + local.Minute())
	began := local
	switch {
	case s.From < s.Until && (minute < s.From || minute >= s.Until):
		return false
	case s.From > s.Until && minute < s.Until:
		began = local.AddDate(0, 0, -1)
	case s.From > s.Until && minute < s.From:
		return false
	}
	day := uint32(began.Weekday()+6)%7 + 1
	return len(s.Days) == 0 || slices.Contains(s.Days, day)
}
