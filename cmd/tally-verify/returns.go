package main

import (
	"tally/internal/books"
	"tally/internal/voucher"
)

// returned is what one rollback gave back to one voucher.
type returned struct {
	ref      voucher.Ref
	Units    uint64
	Forfeit  bool
	Discount uint64 // in minor units of money
	Currency string
	Unknown  bool // the sale is not in the pack, so what it was worth is not known
}

// givenBack is what a command that was counted gave back: nothing where it is no rollback.
func (a *account) givenBack(events voucher.Events) (all []returned, err error) {
	undone := books.Summarise(events).Redemption
	if undone == nil {
		return nil, nil
	}
	for _, e := range events {
		e, ok := e.(voucher.VoucherReturned)
		if !ok {
			continue
		}
		r := returned{ref: voucher.Ref{Campaign: e.Campaign, Serial: e.Serial}, Units: e.Units, Forfeit: e.Forfeit}
		taken, err := a.sold(*undone, r.ref)
		if err != nil {
			return nil, err
		}
		c, known, err := a.campaign(e.Campaign)
		if err != nil {
			return nil, err
		}
		if r.Unknown = !known || taken.Units == 0; !r.Unknown {
			r.Discount, r.Currency = books.GivenBackNow(taken, e.Units), c.Currency.String()
		}
		all = append(all, r)
	}
	return all, nil
}
