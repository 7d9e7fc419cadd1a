package shop

import (
	"crypto/sha256"
	"fmt"

	"tally/internal/httpapi"
	"tally/internal/intent"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
	"tally/scripts/bench/load"
)

// Sale is a redemption of one voucher: the owner's code as a till takes it.
type Sale struct {
	Command voucher.RedeemCommand
	key     string // Idempotency-Key
}

// Order is the amount of every sale, in minor units, and what is taken off.
const (
	Amount   = 6400
	Discount = 3200
)

// Sell signs both halves: the owner shows a code, the first till takes it.
func (s *Shop) Sell(owner ledgertest.Actor, ref voucher.Ref) (Sale, error) {
	now := unix()
	offer := voucher.Redeem{
		Owner: owner.Address, SignedAt: now, Deadline: now + voucher.RedeemLife,
		Lines: []voucher.Line{{Campaign: ref.Campaign, Serial: ref.Serial, Units: 1}},
	}
	signature, err := s.Domain.Sign(owner.Key, offer)
	if err != nil {
		return Sale{}, err
	}
	return s.take(voucher.RedeemCommand{Offer: offer, OfferSignature: signature}, 0, ref)
}

// Again is the same code taken by the second till: a double spend.
func (s *Shop) Again(first Sale) (Sale, error) {
	return s.take(first.Command, 1, first.Command.Offer.Lines[0].Ref())
}

// take is a till's half.
func (s *Shop) take(c voucher.RedeemCommand, till int, ref voucher.Ref) (Sale, error) {
	sale := Sale{Command: c, key: fmt.Sprintf("%s at till %d", ref, till+1)}
	sale.Command.Accept = voucher.Accept{
		Offer: s.Domain.Digest(c.Offer), Merchant: s.Merchant.Address, Till: s.Tills[till].Address, Store: 1,
		Currency: hkd(), Amount: Amount, Details: sha256.Sum256([]byte("details of " + sale.key)),
		Reference: httpapi.Reference(sale.key), Parts: []voucher.Part{{Units: 1, Discount: Discount}},
	}
	signature, err := s.Domain.Sign(s.Tills[till].Key, sale.Command.Accept)
	sale.Command.AcceptSignature = signature
	return sale, err
}

// Request is the sale as it is sent to a server.
func (s *Shop) Request(sale Sale) (load.Request, error) {
	c := sale.Command
	code, err := s.Domain.Text(intent.Code{Offer: c.Offer, Signature: c.OfferSignature})
	if err != nil {
		return load.Request{}, fmt.Errorf("code of a sale: %w", err)
	}
	return post("/v1/redemptions", httpapi.RedemptionRequest{
		Code: code, Accept: c.Accept, Signature: intent.FormatSignature(c.AcceptSignature),
	}, sale.key)
}
