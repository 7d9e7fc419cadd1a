package pricing

import (
	"fmt"
	"slices"

	"tally/internal/voucher"
)

// CheckCampaign refuses terms that contradict what the ledger enforces of their
// campaign: a promise above its greatest discount, or stores where it is not accepted.
// The error is a RefusalError.
func (t Terms) CheckCampaign(c voucher.CreateCampaign) error {
	amount, _ := t.Offer.(AmountOff)
	_, tender := t.Offer.(StoredValue)
	exchange, pass := t.Offer.(Exchange)
	switch {
	case tender != c.StoredValue:
		return refuse(FaultContradiction, "offer.kind", "%s: a campaign of stored value has this kind of offer, and no other campaign has", KindStoredValue)
	case amount.Amount > c.MaxDiscount:
		return refuse(FaultContradiction, "offer.amount", "%d is more than the greatest discount of a unit, %d", amount.Amount, c.MaxDiscount)
	case pass && exchange.MostUnits != MaxCount && exchange.MostUnits > c.Units:
		return refuse(FaultContradiction, "offer.most_units", "%d is more than the %d units of a voucher", exchange.MostUnits, c.Units)
	case t.Bearer && c.Transfer:
		return refuse(FaultContradiction, "bearer", "who has the code has the voucher: it cannot be transferable, too")
	}
	return t.checkStores(c.Stores)
}

// checkStores refuses a condition that no store of the campaign meets.
func (t Terms) checkStores(accepted []uint32) error {
	for i, when := range t.When {
		stores, ok := when.Test.(Stores)
		if ok && len(accepted) > 0 && !slices.ContainsFunc(stores, func(s uint32) bool { return slices.Contains(accepted, s) }) {
			return refuse(FaultContradiction, fmt.Sprintf("when[%d].stores", i), "the campaign is accepted at none of them")
		}
	}
	return nil
}
