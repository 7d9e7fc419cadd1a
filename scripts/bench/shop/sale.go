package shop

import (
	"crypto/sha256"
	"errors"
	"fmt"

	"tally/internal/api"
	"tally/internal/client"
	"tally/internal/intent"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
	"tally/scripts/bench/load"
)

// Sale is a redemption or a hold of one voucher: the owner's code as a till takes it.
type Sale struct {
	Command voucher.RedeemCommand // as a ledger takes it
	Both    api.RedemptionRequest // as a server does
	Key     string                // Idempotency-Key
}

// Every sale has this amount, and this discount, in minor units.
const (
	Amount   = 6400
	Discount = 3200
)

// Sell signs both halves: the owner shows a code, the first till takes it.
func (s *Shop) Sell(owner ledgertest.Actor, ref voucher.Ref) (Sale, error) {
	return s.show(owner, offer(ref))
}

func offer(ref voucher.Ref) voucher.Redeem {
	now := unix()
	return voucher.Redeem{
		SignedAt: now, Deadline: now + voucher.RedeemLife,
		Lines: []voucher.Line{{Campaign: ref.Campaign, Serial: ref.Serial, Units: 1}},
	}
}

// show is the owner's half, and the first till's.
func (s *Shop) show(owner ledgertest.Actor, in voucher.Redeem) (Sale, error) {
	code, err := s.signer(owner).SignOffer(in)
	if err != nil {
		return Sale{}, err
	}
	return s.take(code, 0)
}

// Again is the same code taken by the second till: a double spend.
func (s *Shop) Again(first Sale) (Sale, error) {
	return s.take(intent.Code{Offer: first.Command.Offer, Signature: first.Command.OfferSignature}, 1)
}

// take is a till's half.
func (s *Shop) take(code intent.Code, till int) (Sale, error) {
	key := fmt.Sprintf("%s at till %d", code.Offer.Lines[0].Ref(), till+1)
	both, err1 := s.signer(s.Tills[till]).SignAccept(code, voucher.Accept{
		Merchant: s.Merchant.Address, Store: 1, Currency: hkd(), Amount: Amount,
		Details: sha256.Sum256([]byte("details of " + key)), Parts: []voucher.Part{{Units: 1, Discount: Discount}},
	}, key)
	signature, err2 := intent.ParseSignature(both.Signature)
	command := voucher.RedeemCommand{
		Offer: code.Offer, OfferSignature: code.Signature, Accept: both.Accept, AcceptSignature: signature,
	}
	return Sale{Command: command, Both: both, Key: key}, errors.Join(err1, err2)
}

// Request is the sale as it is sent to a server.
func (s *Shop) Request(sale Sale) (load.Request, error) {
	return request(client.Redemption(sale.Both, sale.Key))
}
