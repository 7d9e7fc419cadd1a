package ledger

import (
	"context"

	"tally/internal/voucher"
)

// Records answers all of a Reader but Outcome, for a ledger that keeps the rules' own
// records (voucher.State).
type Records struct {
	// View has read read a state of one moment, which is durable and does not change
	// meanwhile. It returns the error of read.
	View func(read func(voucher.State) error) error
}

// Operators implements Reader.
func (r Records) Operators(context.Context) (o voucher.Operators, err error) {
	err = r.View(func(s voucher.State) (err error) { o, err = voucher.ReadOperators(s); return err })
	return o, err
}

// Merchant implements Reader.
func (r Records) Merchant(_ context.Context, merchant voucher.Address) (m voucher.Merchant, ok bool, err error) {
	err = r.View(func(s voucher.State) (err error) { m, ok, err = voucher.ReadMerchant(s, merchant); return err })
	return m, ok, err
}

// Standing implements Reader.
func (r Records) Standing(_ context.Context, merchant voucher.Address) (st voucher.Standing, err error) {
	err = r.View(func(s voucher.State) (err error) { st, err = voucher.ReadStanding(s, merchant); return err })
	return st, err
}

// Auditor implements Reader.
func (r Records) Auditor(_ context.Context, auditor voucher.Address) (a voucher.Auditor, err error) {
	err = r.View(func(s voucher.State) (err error) { a, err = voucher.ReadAuditor(s, auditor); return err })
	return a, err
}

// Auditors implements Reader.
func (r Records) Auditors(context.Context) (all []voucher.NamedAuditor, err error) {
	err = r.View(func(s voucher.State) (err error) { all, err = voucher.ReadAuditors(s); return err })
	return all, err
}

// Attestors implements Reader.
func (r Records) Attestors(_ context.Context, id voucher.CampaignID) (all []voucher.NamedAttestor, err error) {
	err = r.View(func(s voucher.State) (err error) { all, err = voucher.ReadAttestors(s, id); return err })
	return all, err
}

// Key implements Reader.
func (r Records) Key(_ context.Context, merchant, key voucher.Address) (k voucher.Key, err error) {
	err = r.View(func(s voucher.State) (err error) { k, err = voucher.ReadKey(s, merchant, key); return err })
	return k, err
}

// Campaign implements Reader.
func (r Records) Campaign(_ context.Context, id voucher.CampaignID) (c voucher.Campaign, ok bool, err error) {
	err = r.View(func(s voucher.State) (err error) { c, ok, err = voucher.ReadCampaign(s, id); return err })
	return c, ok, err
}

// Holder implements Reader.
func (r Records) Holder(_ context.Context, id voucher.CampaignID, wallet voucher.Address) (h voucher.Holder, err error) {
	err = r.View(func(s voucher.State) (err error) { h, err = voucher.ReadHolder(s, id, wallet); return err })
	return h, err
}

// Voucher implements Reader.
func (r Records) Voucher(_ context.Context, ref voucher.Ref) (v voucher.Voucher, ok bool, err error) {
	err = r.View(func(s voucher.State) (err error) { v, ok, err = voucher.ReadVoucher(s, ref); return err })
	return v, ok, err
}

// Extension implements Reader.
func (r Records) Extension(_ context.Context, merchant voucher.Address, id voucher.CampaignID) (seconds uint64, err error) {
	err = r.View(func(s voucher.State) (err error) { seconds, err = voucher.ReadExtension(s, merchant, id); return err })
	return seconds, err
}

// Hold implements Reader.
func (r Records) Hold(_ context.Context, ref voucher.Ref) (h voucher.Hold, err error) {
	err = r.View(func(s voucher.State) (err error) { h, err = voucher.ReadHold(s, ref); return err })
	return h, err
}

// Returned implements Reader.
func (r Records) Returned(_ context.Context, redemption voucher.Hash, ref voucher.Ref) (units uint64, err error) {
	err = r.View(func(s voucher.State) (err error) { units, err = voucher.ReadReturned(s, redemption, ref); return err })
	return units, err
}

// Issuance implements Reader.
func (r Records) Issuance(_ context.Context, issue voucher.Hash) (i voucher.Issuance, ok bool, err error) {
	err = r.View(func(s voucher.State) (err error) { i, ok, err = voucher.ReadIssuance(s, issue); return err })
	return i, ok, err
}
