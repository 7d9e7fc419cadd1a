package pricing

import "tally/internal/voucher"

// Use says whether a voucher can be used now, as far as that is known without a cart.
// Without Reasons it can; with Asks it can if these hold, too.
type Use struct {
	Reasons []Reason // why it cannot be used
	Asks    []Ask    // what depends on the order
}

// Ask is a condition that only an order can fulfil. Its code is the one that the reason
// would have.
type Ask struct {
	Code Code
	Need uint64 // of min_spend an amount, of quantity the least number of pieces; 0 is none
}

// Usable says whether a voucher can be used at in.At: what its terms say of time, store
// and first purchase, and what the ledger says. Store 0 is any store. The cart, the
// other vouchers, areas, channel and payment of the input are not looked at.
func Usable(in Input, v Voucher) (use Use) {
	if in.Store == 0 && len(v.Stores) > 0 {
		v.Stores = nil
		use.Asks = []Ask{{Code: CodeStore}}
	}
	in.Cart, in.Vouchers = Cart{Currency: v.Currency}, nil
	e := newEvaluation(in)
	if kind := e.ledger(&v); kind != voucher.KindAccepted {
		return Use{Reasons: []Reason{{Code: Code(kind.String())}}}
	}
	if !supported(&v) {
		return Use{Reasons: []Reason{{Code: CodeUnsupported}}}
	}
	for _, c := range v.Terms.When {
		if ask, asks := asksOrder(c.Test, in.Store); asks {
			use.Asks = append(use.Asks, ask)
		} else if r, fails := e.fails(c.Test, v.Terms.Offer.Selects()); fails {
			r.Said = c.Reason
			use.Reasons = append(use.Reasons, r)
		}
	}
	if ask, asks := offerAsks(v.Terms.Offer); asks {
		use.Asks = append(use.Asks, ask)
	}
	return use
}

// asksOrder reports whether only an order can tell if a test holds.
func asksOrder(test Test, store uint32) (Ask, bool) {
	switch t := test.(type) {
	case MinSpend:
		return Ask{CodeMinSpend, t.Amount}, true
	case Quantity:
		return Ask{CodeQuantity, t.Min}, true
	case Areas: // which areas a store is in, the order says
		return Ask{Code: CodeStore}, true
	case Stores, NotStores:
		return Ask{Code: CodeStore}, store == 0
	case Channels:
		return Ask{Code: CodeChannel}, true
	case Payments:
		return Ask{Code: CodePayment}, true
	case CEL:
		return Ask{Code: CodeCEL}, true
	default: // hours, dates and first purchase are known without one
		return Ask{}, false
	}
}

// offerAsks is what an offer itself asks of a cart, beyond goods of any kind.
func offerAsks(o Offer) (Ask, bool) {
	if off, is := o.(AmountOff); is && off.Every > 0 {
		return Ask{CodeMinSpend, off.Every}, true
	}
	switch o.(type) {
	case Exchange, BuyGet:
		return Ask{Code: CodeNoItem}, true
	default:
		return Ask{Code: CodeNoItem}, !o.Selects().equal(Selector{})
	}
}
