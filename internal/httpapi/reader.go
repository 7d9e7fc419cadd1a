package httpapi

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"tally/internal/delegation"
	"tally/internal/index"
	"tally/internal/intent"
	"tally/internal/voucher"
)

// reader is who asks, by the token of a request: a key that signed a read
// token, whom a merchant delegated to, or an auditor.
type reader struct {
	address    voucher.Address        // zero unless it is a key
	delegation *delegation.Delegation // of a merchant
	auditor    bool
}

// reader opens the token of a request. The error is intent.ErrToken where there
// is none that is good now.
func (s *Server) reader(c *gin.Context) (reader, error) {
	text, ok := strings.CutPrefix(c.GetHeader("Authorization"), "Bearer ")
	if !ok {
		return reader{}, intent.ErrToken
	}
	if delegation.Is(text) {
		return s.delegate(c.Request.Context(), text)
	}
	address, err := s.teller.Domain().OpenToken(text, s.now())
	return reader{address: address}, err
}

// anyReader is reader where no token is needed: what is public is for nobody in
// particular, too. A token that is there must be good.
func (s *Server) anyReader(c *gin.Context) (r reader, ok bool, err error) {
	if c.GetHeader("Authorization") == "" {
		return reader{}, false, nil
	}
	r, err = s.reader(c)
	return r, err == nil, err
}

// delegate opens a delegation and asks the ledger whether its signer may give it.
func (s *Server) delegate(ctx context.Context, text string) (reader, error) {
	d, err := delegation.Open(text, s.teller.Domain().Ledger(), s.now())
	if err != nil {
		return reader{}, fmt.Errorf("%w: %w", intent.ErrToken, err)
	}
	if d.Has(delegation.Audit) {
		return s.auditor(ctx, d)
	}
	m, ok, err1 := s.teller.Ledger().Merchant(ctx, d.Issuer)
	key, err2 := s.teller.Ledger().Key(ctx, d.Issuer, d.Signer)
	revoked, err3 := s.revoked(ctx, d)
	if err := errors.Join(err1, err2, err3); err != nil {
		return reader{}, err
	}
	if !ok || revoked || m.RootAt(s.unix()) != d.Signer && !givesAll(key, d) {
		return reader{}, intent.ErrToken
	}
	return reader{delegation: &d}, nil
}

// auditor is whom an operator in force named; every change of the operators
// ends it.
func (s *Server) auditor(ctx context.Context, d delegation.Delegation) (reader, error) {
	operators, err := s.teller.Ledger().Operators(ctx)
	if err != nil {
		return reader{}, err
	}
	if len(d.Scopes) != 1 || d.Issuer != d.Signer || d.Version != operators.Version ||
		!slices.Contains(operators.Members, d.Signer) {
		return reader{}, intent.ErrToken
	}
	return reader{auditor: true}, nil
}

// givesAll tells whether a scoped key may give all that a delegation allows.
func givesAll(k voucher.Key, d delegation.Delegation) bool {
	return !slices.ContainsFunc(d.Scopes, func(scope delegation.Scope) bool { return !gives(k, scope, d.Store) })
}

// revoked tells whether the merchant's root ended a delegation, by the ledger's word: it put the
// delegation's id as a key, or, later than the delegation was signed, the
// signer's or the merchant's own address. See package delegation.
func (s *Server) revoked(ctx context.Context, d delegation.Delegation) (bool, error) {
	ended := false
	for _, key := range []voucher.Address{d.ID, d.Signer, d.Issuer} {
		at, err := s.teller.KeyPut(ctx, d.Issuer, key)
		switch {
		case errors.Is(err, index.ErrNotFound):
		case err != nil:
			return false, err
		case key == d.ID || d.Issued.Unix() < int64(at): //nolint:gosec // this century
			ended = true
		}
	}
	return ended, nil
}
