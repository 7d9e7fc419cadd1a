package main

import (
	"tally/internal/books"
	"tally/internal/voucher"
)

// partSales are the sales of a pack that has a part of a history: no replay keeps them. A
// sale that is not in the pack is not known, and nor is what its rollback gave back in money.
type partSales struct{ kept *state }

func saleName(redemption voucher.Hash, ref voucher.Ref) string {
	return "verify/sale/" + redemption.String() + "/" + ref.String()
}

// keep keeps what a command took of each voucher, or gave back.
func (s partSales) keep(o voucher.Outcome) error {
	undone := books.Summarise(o.Events).Redemption
	for _, e := range o.Events {
		switch e := e.(type) {
		case voucher.VoucherRedeemed:
			taken := books.Taken{Units: e.Units, Discount: e.Discount}
			if err := s.kept.putJSON(saleName(o.ID, voucher.Ref{Campaign: e.Campaign, Serial: e.Serial}), taken); err != nil {
				return err
			}
		case voucher.VoucherReturned:
			if err := s.returned(undone, e); err != nil {
				return err
			}
		}
	}
	return nil
}

// returned adds what a rollback gave back of a sale that is in the pack.
func (s partSales) returned(undone *voucher.Hash, e voucher.VoucherReturned) error {
	if undone == nil {
		return nil // no ledger writes such an outcome
	}
	ref := voucher.Ref{Campaign: e.Campaign, Serial: e.Serial}
	t, err := s.sold(*undone, ref)
	if err != nil || t.Units == 0 {
		return err
	}
	t.Returned += e.Units
	return s.kept.putJSON(saleName(*undone, ref), t)
}

// sold implements books.Sold.
func (s partSales) sold(redemption voucher.Hash, ref voucher.Ref) (t books.Taken, err error) {
	_, err = s.kept.getJSON(saleName(redemption, ref), &t)
	return t, err
}
