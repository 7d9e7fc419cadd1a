package main

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"time"

	"tally/internal/api"
	"tally/internal/httpapi"
	"tally/internal/intent"
	"tally/internal/voucher"
)

// session is a server and the ledger that it serves: what commands sign for
// and are sent to. The commands and the demo share it.
type session struct {
	client *httpapi.Client
	domain *intent.Domain
	now    func() time.Time
}

// How long what is signed here is good for.
const (
	intentLife = 10 * time.Minute
	tokenLife  = 10 * time.Minute
)

func unix(t time.Time) uint64 { return voucher.Unix(t) }

func (s *session) deadline() uint64 { return unix(s.now().Add(intentLife)) }

// token proves to the server who asks.
func (s *session) token(key *ecdsa.PrivateKey) (string, error) {
	return s.client.Token(s.domain, key, s.now().Add(tokenLife))
}

// sign signs an intent and returns its text and the command's id.
func (s *session) sign(key *ecdsa.PrivateKey, in any) (text string, id voucher.Hash, err error) {
	signature, err := s.domain.Sign(key, in)
	if err != nil {
		return "", id, err
	}
	return intent.FormatSignature(signature), s.domain.Digest(in), nil
}

// send signs an intent of one author and sends it by one of the client's methods.
func send[T voucher.SingleIntent](
	ctx context.Context, s *session, key *ecdsa.PrivateKey, in T,
	post func(context.Context, api.SignedRequest[T]) (voucher.Outcome, error),
) (voucher.Outcome, error) {
	signature, id, err := s.sign(key, in)
	if err != nil {
		return voucher.Outcome{}, err
	}
	out, err := post(ctx, api.SignedRequest[T]{Intent: in, Signature: signature})
	return out, uncertain(err, id, "look whether the change is there, then give the same command again")
}

// sendProven is send for an intent that brings one key into force.
func sendProven[T voucher.ProvenIntent](
	ctx context.Context, s *session, key *ecdsa.PrivateKey, in T, proofs []api.PossessionProof,
	post func(context.Context, api.SignedRequest[T]) (voucher.Outcome, error),
) (voucher.Outcome, error) {
	signature, id, err := s.sign(key, in)
	if err != nil {
		return voucher.Outcome{}, err
	}
	r := api.SignedRequest[T]{Intent: in, Signature: signature}
	if len(proofs) > 0 {
		r.Possession = proofs[0].Signature
	}
	out, err := post(ctx, r)
	return out, uncertain(err, id, "look whether the change is there, then give the same command again")
}

// uncertain turns "no answer" to a command that may have arrived into an
// unknown outcome with the id that settles it. again says how to send it again.
func uncertain(err error, id voucher.Hash, again string) error {
	var p *api.Problem
	switch {
	case errors.As(err, &p) && p.Code == codeUnknown:
		return unknown(id, again)
	case errors.As(err, &p) || errors.Is(err, errNotSent):
		return err
	case errors.Is(err, httpapi.ErrNoAnswer):
		return unknown(id, again)
	default:
		return err
	}
}

// isUnknown tells whether an error says that a command's outcome is unknown.
func isUnknown(err error) bool {
	var f *failure
	return errors.As(err, &f) && f.Exit == exitUnknown
}
