package books

import (
	"math/bits"

	"tally/internal/voucher"
)

// Sales are what redemptions and captures took and what rollbacks gave back, in units
// and in money side by side: gross - returned = net, of both. Open holds are no sales.
type Sales struct {
	Currency voucher.Currency `json:"currency"`
	Units    Flow             `json:"units"`    // net are the redeemed units of Units
	Discount Flow             `json:"discount"` // minor units of money
}

// Flow is gross - returned = net.
type Flow struct {
	Gross    uint64 `json:"gross"`
	Returned uint64 `json:"returned"` // restored or forfeited
	Net      uint64 `json:"net"`
}

func (f Flow) holds() bool { return f.Gross >= f.Returned && f.Gross-f.Returned == f.Net }

// Taken is what one redemption or capture took of one voucher, and how many of those
// units rollbacks gave back so far.
type Taken struct{ Units, Discount, Returned uint64 }

// GivenBack is how much of a discount was given back with the returned ones of the
// units that were taken: in proportion, rounded down, so that all units together give
// back the whole discount. The ledger keeps no money of a rollback: this is the rule by
// which books and lists state it.
func GivenBack(t Taken) uint64 {
	if t.Units == 0 {
		return 0
	}
	high, low := bits.Mul64(t.Discount, min(t.Returned, t.Units))
	back, _ := bits.Div64(high, low, t.Units) // high is below t.Units: what is returned is at most that
	return back
}

// GivenBackNow is how much of a discount the latest of the returned units gave back.
func GivenBackNow(t Taken, units uint64) uint64 {
	before := t
	before.Returned -= min(units, t.Returned)
	return GivenBack(t) - GivenBack(before)
}

// Sold finds what a redemption took of a voucher, after the latest rollback.
type Sold func(redemption voucher.Hash, ref voucher.Ref) (Taken, error)

// sale names what a redemption took of one voucher.
type sale struct {
	redemption voucher.Hash
	ref        voucher.Ref
}

// keptSales are the sales of a campaign's books, which keep each.
type keptSales map[sale]Taken

func (k keptSales) took(redemption voucher.Hash, e voucher.VoucherRedeemed) {
	k[sale{redemption, voucher.Ref{Campaign: e.Campaign, Serial: e.Serial}}] = Taken{Units: e.Units, Discount: e.Discount}
}

// gave enters what a rollback gave back, and says what is taken then.
func (k keptSales) gave(redemption voucher.Hash, e voucher.VoucherReturned) Taken {
	of := sale{redemption, voucher.Ref{Campaign: e.Campaign, Serial: e.Serial}}
	t := k[of]
	t.Returned += e.Units
	if t.Units > 0 { // else there was no such redemption: an auditor's replay says so
		k[of] = t
	}
	return t
}
