package client

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"slices"

	"tally/internal/api"
	"tally/internal/intent"
	"tally/internal/voucher"
)

// Operator is one of those who run the system, in what one of them decides alone.
type Operator struct{ actor }

// Operator is the operator of a key.
func (s *Session) Operator(key *ecdsa.PrivateKey) Operator { return Operator{s.actor(key)} }

// Admit admits a merchant. possession is the merchant's root's signature of the
// intent, which is therefore sent as it is given.
func (o Operator) Admit(ctx context.Context, in voucher.AdmitMerchant, possession string) (voucher.Outcome, error) {
	command, err := SignProven(o.Signer, in, possession)
	return o.send(ctx, command, err)
}

// Suspend stops a merchant. It fills in the operator and the deadline.
func (o Operator) Suspend(ctx context.Context, in voucher.SuspendMerchant) (voucher.Outcome, error) {
	in.Operator, in.Deadline = o.Address(), o.session.Deadline()
	return sendAlone(ctx, o.actor, in)
}

// Reinstate ends a suspension. It fills in the operator and the deadline.
func (o Operator) Reinstate(ctx context.Context, in voucher.ReinstateMerchant) (voucher.Outcome, error) {
	in.Operator, in.Deadline = o.Address(), o.session.Deadline()
	return sendAlone(ctx, o.actor, in)
}

// Operators are several operators, in what they decide together. What they sign is
// sent as it is given: it names them, in the order of Approvers.
type Operators struct {
	session *Session
	keys    []*ecdsa.PrivateKey // ascending by address
}

// Operators are the operators of keys.
func (s *Session) Operators(keys []*ecdsa.PrivateKey) Operators {
	keys = slices.Clone(keys)
	slices.SortFunc(keys, func(a, b *ecdsa.PrivateKey) int {
		x, y := intent.Address(a), intent.Address(b)
		return bytes.Compare(x[:], y[:])
	})
	return Operators{s, keys}
}

// Approvers are the operators' addresses, in the order that intents want.
func (o Operators) Approvers() []voucher.Address {
	list := make([]voucher.Address, len(o.keys))
	for i, key := range o.keys {
		list[i] = intent.Address(key)
	}
	return list
}

// SetOperators replaces the operators. proofs are of the new ones' keys.
func (o Operators) SetOperators(ctx context.Context, in voucher.SetOperators, proofs []api.PossessionProof) (voucher.Outcome, error) {
	return approve(ctx, o, in, proofs)
}

// SetAuditor lets an auditor read everything until an instant, or no more.
func (o Operators) SetAuditor(ctx context.Context, in voucher.SetAuditor) (voucher.Outcome, error) {
	return approve(ctx, o, in, nil)
}

// RecoverRoot replaces a merchant's root key, after a delay. proofs are of the new one.
func (o Operators) RecoverRoot(ctx context.Context, in voucher.RecoverRoot, proofs []api.PossessionProof) (voucher.Outcome, error) {
	return approve(ctx, o, in, proofs)
}

// approve has every operator sign an intent, and sends it.
func approve[T any](ctx context.Context, o Operators, in T, proofs []api.PossessionProof) (voucher.Outcome, error) {
	r := api.ApprovedRequest[T]{Intent: in, Possessions: proofs}
	for _, key := range o.keys {
		signature, err := Signer{o.session.Domain, key}.Sign(in)
		if err != nil {
			return voucher.Outcome{}, err
		}
		r.Approvals = append(r.Approvals, signature)
	}
	return o.session.Send(ctx, Command{ID: o.session.Domain.Digest(in), Request: r})
}

// AuditorVersion is the version of an auditor, which its next change names: 0 for one
// that was never named.
func (c *Client) AuditorVersion(ctx context.Context, auditor voucher.Address) (uint32, error) {
	known, err := c.Auditors(ctx)
	for _, one := range known.Auditors {
		if one.Auditor == auditor {
			return one.Version, err
		}
	}
	return 0, err
}
