package client

import (
	"crypto/ecdsa"

	"tally/internal/api"
	"tally/internal/intent"
	"tally/internal/voucher"
)

// Signer signs for one ledger with one key. It needs no server. It signs intents as
// they are given, but for the members that a method says it fills in.
type Signer struct {
	Domain *intent.Domain
	Key    *ecdsa.PrivateKey
}

// Address is the key's.
func (s Signer) Address() voucher.Address { return intent.Address(s.Key) }

// Sign is the signature of an intent in the form of requests.
func (s Signer) Sign(in any) (string, error) {
	signature, err := s.Domain.Sign(s.Key, in)
	if err != nil {
		return "", err
	}
	return intent.FormatSignature(signature), nil
}

// SignAlone is the command of an intent that one author signs alone.
func SignAlone[T voucher.SingleIntent](s Signer, in T) (Command, error) {
	signature, err := s.Sign(in)
	return Command{ID: s.Domain.Digest(in), Request: api.SignedRequest[T]{Intent: in, Signature: signature}}, err
}

// SignProven is the command of an intent that brings a key into force. possession is
// that key's signature of the same intent; "" is none, which the server refuses.
func SignProven[T voucher.ProvenIntent](s Signer, in T, possession string) (Command, error) {
	signature, err := s.Sign(in)
	return Command{
		ID: s.Domain.Digest(in), Request: api.SignedRequest[T]{Intent: in, Signature: signature, Possession: possession},
	}, err
}

// SignTransfer is the command by which an owner gives a voucher away.
func (s Signer) SignTransfer(in voucher.Transfer) (Command, error) {
	signature, err := s.Sign(in)
	return Command{
		ID: s.Domain.Digest(in), Request: api.PlacedRequest[voucher.Transfer]{Intent: in, Signature: signature},
	}, err
}

// SignVoid is the command by which a merchant ends a voucher.
func (s Signer) SignVoid(in voucher.Void) (Command, error) {
	signature, err := s.Sign(in)
	return Command{
		ID: s.Domain.Digest(in), Request: api.PlacedRequest[voucher.Void]{Intent: in, Signature: signature},
	}, err
}

// SignClaim is the command by which a wallet claims a voucher. ticket is nil where
// the campaign asks for none.
func (s Signer) SignClaim(in voucher.Claim, ticket *Ticket) (Command, error) {
	r := api.ClaimRequest{Intent: in}
	if ticket != nil {
		r.Ticket, r.TicketSignature = &ticket.Ticket, ticket.Signature
	}
	var err error
	r.Signature, err = s.Sign(in)
	return Command{ID: s.Domain.Digest(in), Request: r}, err
}

// SignOffer is the code that an owner shows at a till. It fills in the owner.
func (s Signer) SignOffer(in voucher.Redeem) (intent.Code, error) {
	in.Owner = s.Address()
	signature, err := s.Domain.Sign(s.Key, in)
	return intent.Code{Offer: in, Signature: signature}, err
}

// SignAccept joins a code and a store's half, for Redemption or Hold. It fills in the
// half's offer, till, and reference, which is that of key: the store's own name of the
// sale, and the request's Idempotency-Key.
func (s Signer) SignAccept(code intent.Code, half voucher.Accept, key string) (r api.RedemptionRequest, err error) {
	half.Offer, half.Till, half.Reference = s.Domain.Digest(code.Offer), s.Address(), api.Reference(key)
	r.Accept = half
	if r.Code, err = s.Domain.Text(code); err != nil {
		return r, err
	}
	r.Signature, err = s.Sign(half)
	return r, err
}

// SignCapture is the command by which a till takes what a hold reserved. It fills in
// the till and the reference, which is that of key, as SignAccept does.
func (s Signer) SignCapture(in voucher.Capture, key string) (Command, error) {
	in.Till, in.Reference = s.Address(), api.Reference(key)
	command, err := SignAlone(s, in)
	command.Key = key
	return command, err
}

// SignCancel is the command by which an owner, or a till of the merchant that the
// intent names, cancels a code. It fills in the author.
func (s Signer) SignCancel(in voucher.Cancel, code string) (Command, error) {
	in.Author = s.Address()
	signature, err := s.Sign(in)
	return Command{ID: s.Domain.Digest(in), Request: api.CancelRequest{Intent: in, Signature: signature, Code: code}}, err
}
