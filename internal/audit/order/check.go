// Package order checks what an order cost: that wallet, till and ledger agreed on the
// price that the merchant's terms make of the cart. It takes what the ledger accepted,
// as a receipt proves it, the order record and its salt, and the campaigns' terms. It
// computes the price anew and names the first number that differs.
//
// What the ledger judged by its own clock is not judged again: validity, holds, and who
// may sign.
package order

import (
	"fmt"
	"math"
	"slices"

	"tally/internal/pricing"
	"tally/internal/pricing/clock"
	"tally/internal/voucher"
	"tally/internal/zone"
)

// Report is what a check has found, where the price holds.
type Report struct {
	FirstPurchase bool // the record's word for the first purchase was checked, or nothing rests on it
}

// Check computes the price of a sale anew. The error is a pricing.DifferenceError, which
// names the first number of the record that differs from what has to be there; a
// pricing.RefusalError of an order that no evaluation can have; or ErrNoTerms. The
// details hash is compared last: so that a number is named if one is wrong.
func Check(h *History, ledger voucher.Hash, record pricing.Record, salt voucher.Hash, zones zone.Database) (Report, error) {
	c := checker{history: h, sale: h.sale, record: record, zones: zones}
	for _, check := range []func() error{
		func() error { return c.parties(ledger) }, c.time, c.vouchers, c.campaigns, c.offset, c.facts, c.price,
		func() error { return differ("totals.amount", record.Totals.Amount, c.sale.Amount) },
		func() error { return differ("details", record.Details(salt), c.sale.Details) },
	} {
		if err := check(); err != nil {
			return Report{}, err
		}
	}
	return Report{FirstPurchase: !record.FirstPurchase || h.whole}, nil
}

// Signed reports whether the till signed this record with this salt.
func Signed(sale Sale, record pricing.Record, salt voucher.Hash) bool {
	return record.Details(salt) == sale.Details
}

type checker struct {
	history *History
	sale    Sale
	record  pricing.Record
	zones   zone.Database
}

// differ is the difference of two figures at a place, if there is one.
func differ[T comparable](path string, is, want T) error {
	if is == want {
		return nil
	}
	return &pricing.DifferenceError{Path: path, Is: fmt.Sprint(is), Want: fmt.Sprint(want)}
}

// first is the first error of several.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (c checker) parties(ledger voucher.Hash) error {
	return first(
		differ("ledger", c.record.Ledger, ledger), differ("merchant", c.record.Merchant, c.sale.Merchant),
		differ("store", c.record.Store, c.sale.Store), differ("cart.currency", c.record.Cart.Currency, c.sale.Currency),
	)
}

func (c checker) time() error {
	early, late := window(c.sale.Time)
	if at := c.record.At; at < early || at > late {
		return &pricing.DifferenceError{
			Path: "at", Is: fmt.Sprint(at), Want: fmt.Sprintf("%d to %d: within %d seconds of the ledger's time", early, late, clock.MaxApart),
		}
	}
	return nil
}

// vouchers compares what the record took with what the ledger has.
func (c checker) vouchers() error {
	if is, want := len(c.record.Vouchers), len(c.sale.Vouchers); is != want {
		return &pricing.DifferenceError{Path: "vouchers", Is: fmt.Sprintf("a list of %d", is), Want: fmt.Sprintf("a list of %d", want)}
	}
	for i, taken := range c.record.Vouchers {
		at := func(member string) string { return fmt.Sprintf("vouchers[%d].%s", i, member) }
		sold, ok := c.sale.of(taken.Ref)
		if !ok {
			return &pricing.DifferenceError{Path: at("voucher"), Is: taken.Ref.String(), Want: "a voucher that the ledger took"}
		}
		err := first(
			differ(at("had"), taken.Had, sold.Had), differ(at("units"), taken.Units, sold.Units),
			differ(at("discount"), taken.Discount, sold.Discount),
		)
		if err != nil {
			return err
		}
	}
	return nil
}

// campaigns compares the terms that the record names with those that the merchants signed.
func (c checker) campaigns() error {
	for i, taken := range c.record.Vouchers {
		signed, ok := c.history.campaigns[taken.Ref.Campaign]
		if !ok {
			return fmt.Errorf("%w: %s", ErrNoTerms, taken.Ref.Campaign)
		}
		if err := differ(fmt.Sprintf("vouchers[%d].terms", i), taken.TermsHash, signed.hash); err != nil {
			return err
		}
	}
	return nil
}

// offset compares the offset of the store's clock with what the terms make of it. All
// vouchers whose terms look at the clock must have it.
func (c checker) offset() error {
	var readings []clock.Reading
	for _, taken := range c.record.Vouchers {
		signed := c.history.campaigns[taken.Ref.Campaign]
		reading, err := clock.Read(signed.terms, signed.offsets, c.zones, c.record.Store, c.record.At)
		if err != nil {
			return fmt.Errorf("the clock of store %d: %w", c.record.Store, err)
		}
		readings = append(readings, reading)
	}
	for _, want := range slices.Concat([]clock.Reading{{Offset: clock.Of(readings), Reads: true}}, readings) {
		if want.Reads && c.record.Offset != want.Offset {
			return differ("offset", c.record.Offset, want.Offset)
		}
	}
	return nil
}

// facts checks the ledger's position when the record's facts were asked, and the first purchase where
// the whole history is there. To deny a first purchase gives nothing away.
func (c checker) facts() error {
	switch {
	case c.sale.Position.Before(c.record.AsOf):
		return &pricing.DifferenceError{Path: "facts.as_of", Is: c.record.AsOf.String(), Want: "no later than the sale, " + c.sale.Position.String()}
	case c.history.whole && c.record.FirstPurchase && c.history.bought(c.record.AsOf, c.record.At):
		return differ("facts.first_purchase", true, false)
	default:
		return nil
	}
}

// price evaluates the order anew.
func (c checker) price() error {
	vouchers := make([]pricing.Voucher, 0, len(c.sale.Vouchers))
	for _, sold := range c.sale.Vouchers {
		signed := c.history.campaigns[sold.Ref.Campaign]
		vouchers = append(vouchers, pricing.Voucher{
			Ref: sold.Ref, TermsHash: signed.hash, Terms: signed.terms, Units: sold.Had, Expiry: math.MaxUint64,
			MaxDiscount: signed.create.MaxDiscount, Currency: signed.create.Currency, StoredValue: signed.create.StoredValue,
			Stores: signed.create.Stores,
		})
	}
	return pricing.Check(c.record.Input(vouchers), c.record)
}
