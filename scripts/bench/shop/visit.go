package shop

import (
	"crypto/sha256"
	"errors"

	"tally/internal/api"
	"tally/internal/intent"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// What a till and a wallet send one at a time, by httpapi's Client, when nobody
// measures how fast.

// ErrNoVoucher says that an outcome names none.
var ErrNoVoucher = errors.New("the outcome names no voucher")

// ClaimBody is a wallet's claim for httpapi's Client.
func (s *Shop) ClaimBody(by ledgertest.Actor, c voucher.CampaignID) (api.ClaimRequest, error) {
	claim, err := s.Claim(by, c)
	return api.ClaimRequest{Intent: claim.Claim, Signature: intent.FormatSignature(claim.Signature)}, err
}

// Claimed is the voucher that a claim got.
func Claimed(out voucher.Outcome) (voucher.Ref, error) {
	for _, e := range out.Events {
		if ref, _, ok := voucher.VoucherOf(e); ok {
			return ref, nil
		}
	}
	return voucher.Ref{}, ErrNoVoucher
}

// Reserve signs both halves of a hold of one voucher for so many seconds.
func (s *Shop) Reserve(owner ledgertest.Actor, ref voucher.Ref, seconds uint64) (Sale, error) {
	offer := s.offer(owner, ref)
	offer.HoldUntil = offer.SignedAt + seconds
	return s.show(owner, offer)
}

// Capture signs the till's capture of all of a hold. Its key goes with it.
func (s *Shop) Capture(hold voucher.Hash, ref voucher.Ref) (r api.SignedRequest[voucher.Capture], key string, err error) {
	key = "capture of " + ref.String()
	in := voucher.Capture{
		Hold: hold, Merchant: s.Merchant.Address, Till: s.Tills[0].Address, Store: 1,
		Takes:    []voucher.Take{{Campaign: ref.Campaign, Serial: ref.Serial, Units: 1, Discount: Discount}},
		Currency: hkd(), Amount: Amount, Details: sha256.Sum256([]byte(key)), Reference: api.Reference(key), Deadline: unix() + life,
	}
	signature, err := s.Domain.Sign(s.Tills[0].Key, in)
	return api.SignedRequest[voucher.Capture]{Intent: in, Signature: intent.FormatSignature(signature)}, key, err
}

// Release signs the till's release of a hold.
func (s *Shop) Release(hold voucher.Hash, ref voucher.Ref) (api.SignedRequest[voucher.Release], error) {
	in := voucher.Release{
		Hold: hold, Merchant: s.Merchant.Address, Till: s.Tills[0].Address, Store: 1, Vouchers: []voucher.Ref{ref}, Deadline: unix() + life,
	}
	signature, err := s.Domain.Sign(s.Tills[0].Key, in)
	return api.SignedRequest[voucher.Release]{Intent: in, Signature: intent.FormatSignature(signature)}, err
}
