package pricing

import (
	"bytes"
	"cmp"

	"tally/internal/voucher"
)

// phase is when an offer applies. Percentages come before amounts: that favours the
// customer.
type phase int

const (
	phaseExchange phase = iota
	phaseBuyGet
	phasePercent      // off some lines
	phaseAmount       // off some lines
	phaseOrderPercent // off all goods
	phaseOrderAmount  // off all goods
	phaseFees         // off fees, whether or not goods are among them
	phaseTender
)

func phaseOf(o Offer) phase {
	narrow := !o.Selects().equal(Selector{})
	switch o := o.(type) {
	case Exchange:
		return phaseExchange
	case BuyGet:
		return phaseBuyGet
	case PercentOff:
		return phaseOff(o.On, narrow, phasePercent, phaseOrderPercent)
	case AmountOff:
		return phaseOff(o.On, narrow, phaseAmount, phaseOrderAmount)
	default:
		return phaseTender
	}
}

func phaseOff(on Selector, narrow bool, some, all phase) phase {
	switch {
	case on.Fees:
		return phaseFees
	case narrow:
		return some
	default:
		return all
	}
}

// before is the order in which vouchers apply: phase, the terms' own order, campaign,
// serial. The order in which they are given means nothing.
func before(a, b *candidate) int {
	return cmp.Or(
		cmp.Compare(a.phase, b.phase), cmp.Compare(a.terms.Combine.Order, b.terms.Combine.Order), compareRef(a.v.Ref, b.v.Ref),
	)
}

func compareRef(a, b voucher.Ref) int {
	return cmp.Or(bytes.Compare(a.Campaign[:], b.Campaign[:]), cmp.Compare(a.Serial, b.Serial))
}
