package shop

import (
	"crypto/sha256"
	"errors"

	"tally/internal/client"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// What a till and a wallet send one at a time, by package client, when nobody
// measures how fast.

// ErrNoVoucher says that an outcome names none.
var ErrNoVoucher = errors.New("the outcome names no voucher")

// SignClaim is a wallet's claim of its first voucher of a campaign.
func (s *Shop) SignClaim(by ledgertest.Actor, c voucher.CampaignID) (client.Command, error) {
	return s.signer(by).SignClaim(voucher.Claim{Wallet: by.Address, Campaign: c, Deadline: unix() + life}, nil)
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

// Reserve signs both halves of a hold of one voucher, for the given seconds.
func (s *Shop) Reserve(owner ledgertest.Actor, ref voucher.Ref, seconds uint64) (Sale, error) {
	in := offer(ref)
	in.HoldUntil = in.SignedAt + seconds
	return s.show(owner, in)
}

// Capture signs the till's capture of all of a hold.
func (s *Shop) Capture(hold voucher.Hash, ref voucher.Ref) (client.Command, error) {
	key := "capture of " + ref.String()
	return s.signer(s.Tills[0]).SignCapture(voucher.Capture{
		Hold: hold, Merchant: s.Merchant.Address, Store: 1,
		Takes:    []voucher.Take{{Campaign: ref.Campaign, Serial: ref.Serial, Units: 1, Discount: Discount}},
		Currency: hkd(), Amount: Amount, Details: sha256.Sum256([]byte(key)), Deadline: unix() + life,
	}, key)
}

// Release signs the till's release of a hold.
func (s *Shop) Release(hold voucher.Hash, ref voucher.Ref) (client.Command, error) {
	return client.SignAlone(s.signer(s.Tills[0]), voucher.Release{
		Hold: hold, Merchant: s.Merchant.Address, Till: s.Tills[0].Address, Store: 1, Vouchers: []voucher.Ref{ref}, Deadline: unix() + life,
	})
}
