package access

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"tally/internal/delegation"
	"tally/internal/index"
	"tally/internal/intent"
	"tally/internal/voucher"
)

// ErrAuditorDelegated says that a delegation names an auditor. Only the ledger
// names auditors: a delegation is the word of one operator.
var ErrAuditorDelegated = errors.New("auditors are named on the ledger, not by delegations")

// ErrNotGiven says that a delegation is well made, but its signer may not give what it
// allows, or the merchant ended it. It is an intent.ErrToken.
var ErrNotGiven = fmt.Errorf("%w: its signer may not give it, or it was ended", intent.ErrToken)

// Principal is who asks: a key that signed a read token, or somebody to whom a
// merchant delegated.
type Principal struct {
	Key        voucher.Address        // zero where it is a delegation
	Delegation *delegation.Delegation // of a merchant; nil where it is a key
}

// Open is the principal of a token. here reports whether an origin is the
// server's that was asked. The error is an intent.ErrToken where the token is not
// good now, which says why, or ErrAuditorDelegated.
func (p *Policy) Open(ctx context.Context, token string, here func(origin string) bool) (Principal, error) {
	if delegation.Is(token) {
		return p.openDelegation(ctx, token, here)
	}
	key, err := p.tokens.Open(token, p.now(), here)
	return Principal{Key: key}, err
}

// openDelegation opens a delegation and asks the ledger whether its signer may give it.
func (p *Policy) openDelegation(ctx context.Context, text string, here func(origin string) bool) (Principal, error) {
	d, err := delegation.Open(text, p.teller.Domain().Ledger(), p.now(), here)
	if err != nil {
		return Principal{}, err
	}
	if d.Has(delegation.Audit) {
		return Principal{}, ErrAuditorDelegated
	}
	m, ok, err1 := p.teller.Ledger().Merchant(ctx, d.Issuer)
	key, err2 := p.teller.Ledger().Key(ctx, d.Issuer, d.Signer)
	revoked, err3 := p.revoked(ctx, d)
	standing, err4 := p.teller.Ledger().Standing(ctx, d.Issuer)
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return Principal{}, err
	}
	isRoot := m.RootAt(p.unix()) == d.Signer && !endedBy(standing.RootSinceAt(m, p.unix()), d)
	if !ok || revoked || !isRoot && !givesAll(key, d) {
		return Principal{}, ErrNotGiven
	}
	return Principal{Delegation: &d}, nil
}

// givesAll reports whether a scoped key may give all that a delegation allows.
func givesAll(k voucher.Key, d delegation.Delegation) bool {
	return !slices.ContainsFunc(d.Scopes, func(scope delegation.Scope) bool { return !gives(k, scope, d.Store) })
}

// endedBy reports whether what happened at an instant of the ledger ends a
// delegation that was signed before it. The signer's clock may have been ahead, so
// what was signed in the minute after the instant ends, too. 0 is no instant.
func endedBy(at uint64, d delegation.Delegation) bool {
	return at != 0 && d.Issued.Unix() <= int64(at)+int64(delegation.Skew.Seconds()) //nolint:gosec // this century
}

// revoked reports whether the merchant's root ended a delegation, by the ledger's
// word. The root put the delegation's id as a key; or, later than the delegation
// was signed, the signer's or the merchant's own address. See package delegation.
func (p *Policy) revoked(ctx context.Context, d delegation.Delegation) (bool, error) {
	ended := false
	for _, key := range []voucher.Address{d.ID, d.Signer, d.Issuer} {
		at, err := p.teller.KeyPut(ctx, d.Issuer, key)
		switch {
		case errors.Is(err, index.ErrNotFound):
		case err != nil:
			return false, err
		case key == d.ID || endedBy(at, d):
			ended = true
		}
	}
	return ended, nil
}
