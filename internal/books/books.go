// Package books counts campaigns: how many vouchers and units there are, what
// became of them, and whether both add up. It counts the ledger's events in their
// order and reads no index, so it is the auditor's arithmetic.
//
// There is one way to count, and two ways to know what each voucher holds in the
// end. Campaign keeps every voucher of one campaign and needs nothing but the
// events. Books has the books of all campaigns in memory that does not grow with
// the number of vouchers, and asks the state that a replay ended with.
package books

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"

	"tally/internal/voucher"
)

// State is the state that a replay ends with, and can list what is in it.
type State interface {
	voucher.State
	// Vouchers yields every voucher that a campaign has, each once, in any order.
	Vouchers(c voucher.CampaignID) iter.Seq2[voucher.Ref, error]
}

// Books are the books of every campaign while a history is replayed.
type Books struct {
	campaigns map[voucher.CampaignID]*sums
	lost      map[voucher.Address]uint64 // seconds of suspension so far, by merchant
	sold      Sold                       // nil where the sales are kept here
	kept      keptSales
}

// New starts the books. sold finds the sales that rollbacks are about, in a state that
// is at the command that is counted; without it each sale is kept in memory.
func New(sold Sold) *Books {
	return &Books{campaigns: map[voucher.CampaignID]*sums{}, lost: map[voucher.Address]uint64{}, sold: sold, kept: keptSales{}}
}

// Campaigns are those that were met, in ascending order.
func (b *Books) Campaigns() []voucher.CampaignID {
	return slices.SortedFunc(maps.Keys(b.campaigns), func(x, y voucher.CampaignID) int { return slices.Compare(x[:], y[:]) })
}

// Count adds what one accepted command did. The error is that of finding a sale.
func (b *Books) Count(o voucher.Outcome) error {
	undone := redemptionOf(o)
	for _, e := range o.Events {
		if err := b.count(o.ID, undone, e); err != nil {
			return err
		}
	}
	return nil
}

// redemptionOf is the redemption that a rollback is about, or the command itself.
func redemptionOf(o voucher.Outcome) voucher.Hash {
	for _, e := range o.Events {
		if e, ok := e.(voucher.RolledBack); ok {
			return e.Redemption
		}
	}
	return o.ID
}

func (b *Books) count(id, undone voucher.Hash, e voucher.Event) error {
	switch e := e.(type) {
	case voucher.MerchantReinstated:
		b.lost[e.Merchant] = e.Lost
	case voucher.CampaignCreated:
		b.created(e)
	case voucher.CampaignChanged:
		b.of(e.Campaign).supply = e.Supply
	case voucher.VoucherClaimed:
		b.of(e.Campaign).appeared(voucher.VoucherOf(e))
	case voucher.VoucherDelivered:
		b.of(e.Campaign).appeared(voucher.VoucherOf(e))
	case voucher.VoucherTransferred:
		b.of(e.Campaign).unheld(voucher.VoucherOf(e)) // the hold had lapsed
	case voucher.VoucherCancelled:
		b.of(e.Campaign).moved(voucher.VoucherOf(e))
	case voucher.VoucherRedeemed:
		if b.of(e.Campaign).redeemed(e) && b.sold == nil {
			b.kept.took(id, e)
		}
	case voucher.VoucherHeld:
		b.of(e.Campaign).held(e)
	case voucher.VoucherReleased:
		b.of(e.Campaign).unheld(voucher.VoucherOf(e))
	case voucher.VoucherReturned:
		return b.returned(undone, e)
	case voucher.VoucherVoided:
		b.of(e.Campaign).voided(e)
	}
	return nil
}

// returned counts what a rollback gave back, in units and in money.
func (b *Books) returned(redemption voucher.Hash, e voucher.VoucherReturned) (err error) {
	s := b.of(e.Campaign)
	if !s.returned(e) {
		return nil
	}
	var taken Taken
	if b.sold == nil {
		taken = b.kept.gave(redemption, e)
	} else if taken, err = b.sold(redemption, voucher.Ref{Campaign: e.Campaign, Serial: e.Serial}); err != nil {
		return err
	}
	s.sales.Discount.Returned += GivenBackNow(taken, e.Units)
	return nil
}

func (b *Books) created(e voucher.CampaignCreated) {
	s, ok := b.campaigns[e.Campaign]
	if !ok {
		s = &sums{}
		b.campaigns[e.Campaign] = s
	}
	s.known, s.merchant, s.units, s.supply = true, e.Create.Merchant, e.Create.Units, e.Create.Supply
	s.sales.Currency = e.Create.Currency
	s.lostBefore = b.lost[e.Create.Merchant]
}

// of is the sums of a campaign. Of one that was never created nothing is kept: a
// history in which a voucher of it appears does not follow from the rules.
func (b *Books) of(c voucher.CampaignID) *sums {
	if s, ok := b.campaigns[c]; ok {
		return s
	}
	return &sums{}
}

// Report is a campaign's books at an instant, in Unix seconds, by the state at the
// end. The error is that of reading the state.
func (b *Books) Report(state State, id voucher.CampaignID, now uint64) (Report, error) {
	return b.report(id, now, replayed(state, id))
}

// replayed are a campaign's vouchers as a state has them.
func replayed(state State, id voucher.CampaignID) iter.Seq2[holding, error] {
	return func(yield func(holding, error) bool) {
		for ref, err := range state.Vouchers(id) {
			if err != nil {
				yield(holding{}, err)
				return
			}
			v, _, err1 := voucher.ReadVoucher(state, ref)
			hold, err2 := voucher.ReadHold(state, ref)
			if err = cmp.Or(err1, err2); err != nil {
				err = fmt.Errorf("books of %s: %w", ref, err)
			}
			if !yield(holding{v, hold}, err) {
				return
			}
		}
	}
}

// holding is what one voucher holds, and its latest hold.
type holding struct {
	voucher voucher.Voucher
	hold    voucher.Hold
}

// report makes up a campaign's books from its sums and its vouchers.
func (b *Books) report(id voucher.CampaignID, now uint64, vouchers iter.Seq2[holding, error]) (Report, error) {
	s := b.of(id)
	r := Report{Campaign: id.String(), At: now, Broken: s.broken}
	r.Vouchers.Minted = uint64(s.supply)
	r.Units.Redeemed, r.Units.Forfeited = s.taken, s.forfeited
	r.Sales = s.sales
	r.Sales.Units.Net = s.taken
	r.Sales.Discount.Net = s.sales.Discount.Gross - s.sales.Discount.Returned
	extension := b.lost[s.merchant] - s.lostBefore
	there, kept := uint64(0), uint64(0)
	for h, err := range vouchers {
		if err != nil {
			return r, err
		}
		there++
		if !h.voucher.Owner.IsZero() { // else it was voided before anybody had it, and never held units
			r.Units.Issued += s.units
			kept += h.voucher.Units
		}
		r.add(h, now, extension)
	}
	r.Vouchers.Unclaimed = r.Vouchers.Minted - min(r.Vouchers.Minted, there)
	r.balance(s, there, kept)
	return r, nil
}
