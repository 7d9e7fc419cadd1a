package books

import (
	"slices"

	"tally/internal/voucher"
)

// Summary is what one accepted command did, as one line of a list: to which vouchers,
// for how many units and how much money.
type Summary struct {
	Merchant   *voucher.Address // who took an order; nil where there is none
	Store      uint32           // of an order; a rollback names none
	Amount     uint64           // of an order before discounts, in minor units of money
	Discount   uint64           // taken off, in minor units; of a hold, at most. The ledger keeps none of a rollback: see GivenBack
	Currency   voucher.Currency // of both; zero where there is no order
	Units      uint64           // of all vouchers: claimed, delivered, moved, taken, held, freed, given back or voided
	Vouchers   []voucher.Ref    // in the order of the events, each once
	Campaigns  []voucher.CampaignID
	Redemption *voucher.Hash // what a rollback gave back of
}

// Summarise reads the events of one command.
func Summarise(events voucher.Events) (s Summary) {
	var appeared uint64
	used, freed := false, false
	for _, e := range events {
		s.whole(e)
		switch e := e.(type) {
		case voucher.HoldReleased:
			freed = true
		case voucher.VoucherDelivered:
			appeared += e.Voucher.Unpack().Units
			s.touch(e)
		case voucher.VoucherReleased:
			if freed { // else what a capture left
				s.Units += e.Units
			}
			s.touch(e)
		default:
			used = s.part(e) || used
		}
	}
	if !used { // a voucher that was issued appears with the command that uses it first: its units are those of the use
		s.Units += appeared
	}
	return s
}

// whole reads what a command was as a whole.
func (s *Summary) whole(e voucher.Event) {
	switch e := e.(type) {
	case voucher.Redeemed:
		s.Merchant, s.Store, s.Amount, s.Currency = &e.Merchant, e.Store, e.Amount, e.Currency
	case voucher.OrderHeld:
		s.Merchant, s.Store, s.Amount, s.Currency = &e.Merchant, e.Store, e.Amount, e.Currency
	case voucher.HoldCaptured:
		s.Merchant, s.Store, s.Amount, s.Currency = &e.Merchant, e.Store, e.Amount, e.Currency
	case voucher.HoldReleased:
		s.Merchant, s.Store = &e.Merchant, e.Store
	case voucher.RolledBack:
		s.Redemption = &e.Redemption
	case voucher.CampaignCreated:
		s.Merchant = &e.Create.Merchant
		s.about(e.Campaign)
	case voucher.CampaignChanged:
		s.about(e.Campaign)
	case voucher.CampaignIssued:
		s.about(e.Campaign)
	case voucher.AttestorPut:
		s.about(e.Campaign)
	case voucher.MerchantAdmitted:
		s.Merchant = &e.Merchant
	case voucher.MerchantSuspended:
		s.Merchant = &e.Merchant
	case voucher.MerchantReinstated:
		s.Merchant = &e.Merchant
	case voucher.StorePut:
		s.Merchant, s.Store = &e.Merchant, e.Store
	case voucher.KeyPut:
		s.Merchant, s.Store = &e.Merchant, e.Store
	case voucher.RootSet:
		s.Merchant = &e.Merchant
	}
}

// part adds what a command did to one voucher. used is false for other events.
func (s *Summary) part(e voucher.Event) (used bool) {
	switch e := e.(type) {
	case voucher.VoucherClaimed:
		s.Units += e.Voucher.Unpack().Units
	case voucher.VoucherTransferred:
		s.Units += e.Voucher.Unpack().Units
	case voucher.VoucherVoided:
		s.Units += e.Voucher.Unpack().Units
	case voucher.VoucherRedeemed:
		s.Units, s.Discount = s.Units+e.Units, s.Discount+e.Discount
	case voucher.VoucherHeld:
		s.Units, s.Discount = s.Units+e.Units, s.Discount+e.Discount
	case voucher.VoucherReturned:
		s.Units += e.Units
	}
	return s.touch(e)
}

// touch adds the voucher of an event. ok is false where it has none.
func (s *Summary) touch(e voucher.Event) (ok bool) {
	ref, _, ok := voucher.VoucherOf(e)
	if !ok {
		return false
	}
	s.about(ref.Campaign)
	if !slices.Contains(s.Vouchers, ref) {
		s.Vouchers = append(s.Vouchers, ref)
	}
	return true
}

// about adds a campaign, once.
func (s *Summary) about(c voucher.CampaignID) {
	if !slices.Contains(s.Campaigns, c) {
		s.Campaigns = append(s.Campaigns, c)
	}
}
