package order

import (
	"bytes"
	"cmp"
	"errors"
	"slices"

	"tally/internal/ledger"
	"tally/internal/pricing"
	"tally/internal/pricing/clock"
	"tally/internal/voucher"
)

// ErrNoSale says that a command sold nothing: it is no redemption and no capture of a hold.
var ErrNoSale = errors.New("the command is no redemption and no capture: no order was paid with it")

// Sale is what a ledger has of an order that vouchers were taken for.
type Sale struct {
	Owner    voucher.Address
	Merchant voucher.Address
	Store    uint32
	Currency voucher.Currency
	Amount   uint64       // of the order before vouchers
	Details  voucher.Hash // what the till signed of the order's content
	Time     uint64       // of the ledger when it judged
	Position voucher.Position
	Vouchers []Sold // ascending
}

// Sold is what a sale took of one voucher.
type Sold struct {
	Ref      voucher.Ref
	Had      uint64 // units before
	Units    uint64
	Discount uint64
}

// SaleOf is the sale that an accepted command made. The error is ErrNoSale.
func SaleOf(e ledger.Entry) (Sale, error) { return saleOf(e.Outcome) }

func saleOf(out voucher.Outcome) (Sale, error) {
	sale, ok := Sale{Time: out.Time, Position: out.Position}, false
	for _, event := range out.Events {
		switch event := event.(type) {
		case voucher.Redeemed:
			ok = true
			sale.Merchant, sale.Store, sale.Currency = event.Merchant, event.Store, event.Currency
			sale.Amount, sale.Details = event.Amount, event.Details
		case voucher.HoldCaptured:
			ok = true
			sale.Merchant, sale.Store, sale.Currency = event.Merchant, event.Store, event.Currency
			sale.Amount, sale.Details = event.Amount, event.Details
		case voucher.VoucherRedeemed:
			sale.add(event)
		}
	}
	if !ok {
		return Sale{}, ErrNoSale
	}
	slices.SortFunc(sale.Vouchers, func(a, b Sold) int {
		if a.Ref.Campaign != b.Ref.Campaign {
			return bytes.Compare(a.Ref.Campaign[:], b.Ref.Campaign[:])
		}
		return cmp.Compare(a.Ref.Serial, b.Ref.Serial)
	})
	return sale, nil
}

// add adds a voucher of the sale. The event has the units that are left after it.
func (s *Sale) add(e voucher.VoucherRedeemed) {
	after := e.Voucher.Unpack()
	s.Owner = after.Owner
	s.Vouchers = append(s.Vouchers, Sold{
		Ref: voucher.Ref{Campaign: e.Campaign, Serial: e.Serial}, Had: after.Units + e.Units, Units: e.Units, Discount: e.Discount,
	})
}

// of is what the sale took of a voucher.
func (s Sale) of(ref voucher.Ref) (Sold, bool) {
	at := slices.IndexFunc(s.Vouchers, func(v Sold) bool { return v.Ref == ref })
	if at < 0 {
		return Sold{}, false
	}
	return s.Vouchers[at], true
}

// early is the earliest time of an order that the ledger may have judged at t, and late
// the latest: the wallet's signature is good for ten minutes, and clocks differ by one.
func window(t uint64) (early, late uint64) {
	return t - min(t, clock.MaxApart), min(t+clock.MaxApart, pricing.MaxAmount)
}
