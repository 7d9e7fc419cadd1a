package till

import (
	"encoding/json"
	"errors"
	"fmt"

	"tally/internal/api"
	"tally/internal/intent"
	"tally/internal/pricing"
	"tally/internal/voucher"
)

// CartOrder is what a POS asks to have redeemed where the terms of the vouchers make the
// price. The agent takes all vouchers of the code, or none.
type CartOrder struct {
	Reference string          `json:"reference"` // the POS's own name of the order: see ValidReference
	Code      string          `json:"code"`      // as it was scanned; a secret
	Cart      json.RawMessage `json:"cart"`      // see pricing.Cart
	Channel   string          `json:"channel,omitempty"`
	Payment   string          `json:"payment,omitempty"` // what pays the rest
	Areas     []string        `json:"areas,omitempty"`   // of the store
	Locale    string          `json:"locale,omitempty"`  // of the reasons; en if it is left out
	// Record is the order record that a wallet signed, with its salt: this order is sold,
	// and no other.
	Record string        `json:"record,omitempty"`
	Salt   *voucher.Hash `json:"salt,omitempty"` // 32 random bytes; made where there is none
}

// order is a CartOrder that was read.
type order struct {
	ask    api.QuoteRequest
	cart   pricing.Cart
	record *pricing.Record // that a wallet signed
	salt   *voucher.Hash
}

// read holds an order against the code, and against the rules of carts.
func (o CartOrder) read(s signer, offer voucher.Redeem) (in order, err error) {
	if in.cart, err = pricing.ReadCart(o.Cart); err != nil {
		return in, orderProblem("cart", err)
	}
	switch {
	case len(o.Locale) > api.MaxLocale:
		return in, invalid(fmt.Sprintf("locale: at most %d bytes.", api.MaxLocale))
	case len(o.Record) > MaxDetails:
		return in, invalid(fmt.Sprintf("record: at most %d bytes.", MaxDetails))
	case o.Record == "" && !offer.Order.IsZero():
		return in, invalid("record: the code is for one order: its record and salt are wanted.")
	case o.Record != "" && o.Salt == nil:
		return in, invalid("salt: the one of the record is wanted.")
	}
	in.salt = o.Salt
	in.ask = api.QuoteRequest{
		Merchant: s.merchant, Store: s.store, Areas: o.Areas, Channel: o.Channel, Payment: o.Payment, Locale: o.Locale,
		Mode: string(pricing.ModeAll), Code: o.Code, Cart: o.Cart,
	}
	if o.Record == "" {
		return in, nil
	}
	record, err := pricing.ReadRecord([]byte(o.Record))
	if err != nil {
		return in, orderProblem("record", err)
	}
	if !offer.Order.IsZero() && record.Details(*o.Salt) != offer.Order {
		return in, invalid("record: the code is for another order, or the salt is not the record's.")
	}
	in.record = &record
	return in, nil
}

// orderProblem is the problem of an order that cannot be priced. It names the place below a
// member, and what is wrong there, but repeats no code.
func orderProblem(member string, err error) error {
	var refused *pricing.RefusalError
	if !errors.As(err, &refused) {
		return err
	}
	at := *refused
	at.Path = member
	if refused.Path != "" {
		at.Path += "." + refused.Path
	}
	return api.FaultOrder.Because(intent.HideCodes(at.Error()) + ".")
}

// UnusableError says that vouchers of a code do not apply to a cart. Nothing was signed.
type UnusableError struct {
	Problem *api.Problem
	TakeOut []string  // the vouchers of the code that do not apply; without them the rest does
	Quote   api.Quote // of the rest, with the reasons of each voucher that does not apply
}

// Error is that of the problem.
func (e *UnusableError) Error() string { return e.Problem.Error() }

// Unwrap is the problem.
func (e *UnusableError) Unwrap() error { return e.Problem }

// unusable is the refusal of a code by a quote of what applies of it.
func unusable(offer voucher.Redeem, q api.Quote) *UnusableError {
	e := &UnusableError{Problem: faultUnusable.problem(), Quote: q}
	applies := map[string]bool{}
	for _, v := range q.Chosen {
		applies[v.Voucher] = true
	}
	why := map[string]string{}
	for _, list := range [][]api.QuoteUnused{q.Usable, q.Almost, q.No} {
		for _, v := range list {
			why[v.Voucher] = v.Reasons[0].Text
		}
	}
	for _, v := range q.TillDecides {
		why[v.Voucher] = "The store decides: send amount, currency and discounts instead of a cart."
	}
	for _, line := range offer.Lines {
		name := line.Ref().String()
		if applies[name] {
			continue
		}
		if len(e.TakeOut) == 0 && why[name] != "" {
			e.Problem.Detail = clip(name + ": " + why[name])
		}
		e.TakeOut = append(e.TakeOut, name)
	}
	return e
}
