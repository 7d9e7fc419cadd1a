package httpapi

import (
	"context"
	"errors"
	"slices"

	"tally/internal/delegation"
	"tally/internal/index"
	"tally/internal/voucher"
)

// matter is a kind of thing that not everybody may read.
type matter uint8

// The matters.
const (
	matterMerchant matter = iota // commands that admit, change, suspend or reinstate merchants and operators
	matterCampaign               // a campaign's figures, books and issues
	matterOrder                  // redemptions, holds and captures: one, by reference, or a list
	matterVoucher                // vouchers, their history, and the commands that touched them
	matterLog                    // the log's checkpoints and tiles, and the ledger's blocks and proofs
	matterDelivery               // to bring an issued voucher in, which takes no signature
	mattersEnd
)

// rule says who may read a matter, beside the merchant's root, who always may.
type rule struct {
	parties  bool             // the wallets that hold it or took part; the operators who signed it
	scope    delegation.Scope // delegations with this scope, and the merchant's keys that could give it
	auditor  bool
	operator bool
}

// access is the table of who may read what. Terms of campaigns, merchants'
// stores and keys, the operators and the ledger's description are public; the
// rest is here. A reader that the table does not name is a stranger.
func access() [mattersEnd]rule {
	return [mattersEnd]rule{
		matterMerchant: {parties: true, auditor: true, operator: true},
		matterCampaign: {scope: delegation.ReadCampaigns, auditor: true, operator: true},
		matterOrder:    {parties: true, scope: delegation.ReadRedemptions, auditor: true},
		matterVoucher:  {parties: true, scope: delegation.ReadVouchers, auditor: true},
		matterLog:      {auditor: true},
		matterDelivery: {parties: true, scope: delegation.Relay},
	}
}

// gives reports whether a merchant's scoped key may itself do what a scope
// allows at a store (0: at all of them), and so may give it to others.
func gives(k voucher.Key, scope delegation.Scope, store uint32) bool {
	switch scope {
	case delegation.ReadRedemptions:
		return k.Scopes&voucher.ScopeRollback != 0 || k.Scopes&voucher.ScopeRedeem != 0 && k.Store == store
	case delegation.ReadCampaigns, delegation.Relay:
		return k.Scopes&voucher.ScopeIssue != 0
	case delegation.ReadVouchers:
		return k.Scopes&voucher.ScopeVoid != 0
	default:
		return false
	}
}

// subject is whom a thing concerns. All zero is what is not there: it is judged
// with as much work as what is.
type subject struct {
	parties  []voucher.Address
	merchant voucher.Address
	store    uint32
}

// may reports whether a reader may read a matter of a subject. What it reads to
// know that does not depend on the answer, but for a party, who needs no more and
// hides nothing from itself: most who read look at what is theirs.
func (s *Server) may(ctx context.Context, r reader, m matter, of subject) (bool, error) {
	allowed := access()[m]
	isKey := r.delegation == nil
	if isKey && allowed.parties && slices.Contains(of.parties, r.address) {
		return true, nil
	}
	merchant, known, err1 := s.teller.Ledger().Merchant(ctx, of.merchant)
	key, err2 := s.teller.Ledger().Key(ctx, of.merchant, r.address)
	operators, err3 := s.teller.Ledger().Operators(ctx)
	auditor, err4 := s.teller.Ledger().Auditor(ctx, r.address)
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return false, err
	}
	switch {
	case r.delegation != nil:
		return known && r.delegation.Issuer == of.merchant && delegates(*r.delegation, allowed.scope, of.store), nil
	case allowed.operator && slices.Contains(operators.Members, r.address),
		known && merchant.RootAt(s.unix()) == r.address,
		known && gives(key, allowed.scope, of.store),
		allowed.auditor && auditor.At(s.unix()):
		return true, nil
	default:
		return false, nil
	}
}

// delegates reports whether a delegation reaches a scope at a store. Only
// redemptions are a store's.
func delegates(d delegation.Delegation, scope delegation.Scope, store uint32) bool {
	return scope != "" && d.Has(scope) && (scope != delegation.ReadRedemptions || d.Store == 0 || d.Store == store)
}

// about is whom an accepted command concerns, and in what matter. Of nothing it
// is as much work as of something.
func (s *Server) about(ctx context.Context, out voucher.Outcome) (matter, subject, error) {
	var (
		m        matter
		of       subject
		campaign voucher.CampaignID
	)
	for _, e := range out.Events {
		if ref, slot, ok := voucher.VoucherOf(e); ok {
			m, campaign, of.parties = matterVoucher, ref.Campaign, append(of.parties, slot.Unpack().Owner)
			of.name(e)
			continue
		}
		switch e := e.(type) {
		case voucher.CampaignCreated:
			m, campaign = matterCampaign, e.Campaign
		case voucher.CampaignChanged:
			m, campaign = matterCampaign, e.Campaign
		case voucher.CampaignIssued:
			m, campaign = matterCampaign, e.Campaign
		case voucher.AttestorPut:
			m, campaign = matterCampaign, e.Campaign
		default:
			of.name(e)
		}
	}
	record, _, err := s.teller.Ledger().Campaign(ctx, campaign)
	if of.merchant.IsZero() {
		of.merchant = record.Merchant
	}
	if merchant, store, ok := index.Order(out); ok {
		m, of.merchant, of.store = matterOrder, merchant, store
	}
	of.parties = slices.DeleteFunc(of.parties, voucher.Address.IsZero) // of voided serials that nobody had
	return m, of, err
}

// name adds whom an event of merchants and operators names, and who signed what
// is about others' vouchers: the sender of a command may have to settle it.
func (of *subject) name(e voucher.Event) {
	switch e := e.(type) {
	case voucher.VoucherTransferred:
		of.parties = append(of.parties, e.From)
	case voucher.HoldReleased:
		of.parties = append(of.parties, e.Till)
	case voucher.OfferCancelled:
		of.parties = append(of.parties, e.Author)
	case voucher.RolledBack:
		of.parties = append(of.parties, e.Author)
	case voucher.OperatorsSet:
		of.parties = append(of.parties, e.Operators...)
	case voucher.AuditorSet:
		of.parties = append(of.parties, e.Auditor)
	case voucher.MerchantAdmitted:
		of.merchant = e.Merchant
	case voucher.MerchantSuspended:
		of.merchant = e.Merchant
	case voucher.MerchantReinstated:
		of.merchant = e.Merchant
	case voucher.StorePut:
		of.merchant = e.Merchant
	case voucher.KeyPut:
		of.merchant = e.Merchant
	case voucher.RootSet:
		of.merchant = e.Merchant
	}
}
