package shop

import (
	"crypto/sha256"
	"fmt"

	"tally/internal/api"
	"tally/internal/intent"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
	"tally/scripts/bench/load"
)

// Sale is a redemption or a hold of one voucher: the owner's code as a till takes it.
type Sale struct {
	Command voucher.RedeemCommand
	Key     string // Idempotency-Key
}

// Every sale is of this amount in minor units, of which so much is taken off.
const (
	Amount   = 6400
	Discount = 3200
)

// Sell signs both halves: the owner shows a code, the first till takes it.
func (s *Shop) Sell(owner ledgertest.Actor, ref voucher.Ref) (Sale, error) {
	return s.show(owner, s.offer(owner, ref))
}

func (s *Shop) offer(owner ledgertest.Actor, ref voucher.Ref) voucher.Redeem {
	now := unix()
	return voucher.Redeem{
		Owner: owner.Address, SignedAt: now, Deadline: now + voucher.RedeemLife,
		Lines: []voucher.Line{{Campaign: ref.Campaign, Serial: ref.Serial, Units: 1}},
	}
}

// show is the owner's half, and the first till's.
func (s *Shop) show(owner ledgertest.Actor, offer voucher.Redeem) (Sale, error) {
	signature, err := s.Domain.Sign(owner.Key, offer)
	if err != nil {
		return Sale{}, err
	}
	return s.take(voucher.RedeemCommand{Offer: offer, OfferSignature: signature}, 0)
}

// Again is the same code taken by the second till: a double spend.
func (s *Shop) Again(first Sale) (Sale, error) { return s.take(first.Command, 1) }

// take is a till's half.
func (s *Shop) take(c voucher.RedeemCommand, till int) (Sale, error) {
	sale := Sale{Command: c, Key: fmt.Sprintf("%s at till %d", c.Offer.Lines[0].Ref(), till+1)}
	sale.Command.Accept = voucher.Accept{
		Offer: s.Domain.Digest(c.Offer), Merchant: s.Merchant.Address, Till: s.Tills[till].Address, Store: 1,
		Currency: hkd(), Amount: Amount, Details: sha256.Sum256([]byte("details of " + sale.Key)),
		Reference: api.Reference(sale.Key), Parts: []voucher.Part{{Units: 1, Discount: Discount}},
	}
	signature, err := s.Domain.Sign(s.Tills[till].Key, sale.Command.Accept)
	sale.Command.AcceptSignature = signature
	return sale, err
}

// Body is the sale as a server takes it.
func (s *Shop) Body(sale Sale) (api.RedemptionRequest, error) {
	c := sale.Command
	code, err := s.Domain.Text(intent.Code{Offer: c.Offer, Signature: c.OfferSignature})
	if err != nil {
		return api.RedemptionRequest{}, fmt.Errorf("code of a sale: %w", err)
	}
	return api.RedemptionRequest{Code: code, Accept: c.Accept, Signature: intent.FormatSignature(c.AcceptSignature)}, nil
}

// Request is the sale as it is sent to a server.
func (s *Shop) Request(sale Sale) (load.Request, error) {
	body, err := s.Body(sale)
	if err != nil {
		return load.Request{}, err
	}
	return post("/v1/redemptions", body, sale.Key)
}
