package access

import (
	"context"
	"errors"
	"slices"
)

// Authorize reports whether a principal may read a resource, or do to it
// what its kind says. What it reads to
// decide does not depend on the answer, so a clock does not tell the answer.
// Parties are the exception: they need no more, and nothing is hidden from them.
// Most who read look at what is theirs.
func (p *Policy) Authorize(ctx context.Context, who Principal, of Resource) (bool, error) {
	grant := grants()[of.Kind]
	if who.Delegation == nil && grant.Parties && slices.Contains(of.Parties, who.Key) {
		return true, nil
	}
	merchant, known, err1 := p.teller.Ledger().Merchant(ctx, of.Merchant)
	key, err2 := p.teller.Ledger().Key(ctx, of.Merchant, who.Key)
	operators, err3 := p.teller.Ledger().Operators(ctx)
	auditor, err4 := p.teller.Ledger().Auditor(ctx, who.Key)
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return false, err
	}
	switch {
	case who.Delegation != nil:
		return known && who.Delegation.Issuer == of.Merchant && delegates(*who.Delegation, grant.Scope, of.Store), nil
	case grant.Operator && slices.Contains(operators.Members, who.Key),
		known && merchant.RootAt(p.unix()) == who.Key,
		known && gives(key, grant.Scope, of.Store),
		known && hasOne(key, grant.Keys, of.Store),
		grant.Auditor && auditor.At(p.unix()):
		return true, nil
	default:
		return false, nil
	}
}
