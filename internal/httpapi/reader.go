package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"tally/internal/api"
	"tally/internal/delegation"
	"tally/internal/index"
	"tally/internal/intent"
	"tally/internal/voucher"
)

// reader is who asks, by the token of a request: a key that signed a read
// token, or whom a merchant delegated to.
type reader struct {
	address    voucher.Address        // zero unless it is a key
	delegation *delegation.Delegation // of a merchant
}

// reader opens the token of a request. The error is intent.ErrToken where there
// is none that is good now.
func (s *Server) reader(c *gin.Context) (reader, error) {
	text, ok := strings.CutPrefix(c.GetHeader("Authorization"), "Bearer ")
	if !ok {
		return reader{}, intent.ErrToken
	}
	if delegation.Is(text) {
		return s.delegate(c.Request, text)
	}
	address, err := s.teller.Domain().OpenToken(text, s.now(), s.here(c.Request))
	if errors.Is(err, intent.ErrAudience) {
		err = api.FaultUnauthorised.Because("The token is for another server. Its audience must be the origin at which you ask, as https://tally.example, and one of this server's own: see tallyd serve --public-url.")
	}
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
func (s *Server) delegate(r *http.Request, text string) (reader, error) {
	ctx := r.Context()
	d, err := delegation.Open(text, s.teller.Domain().Ledger(), s.now(), s.here(r))
	if err != nil {
		return reader{}, fmt.Errorf("%w: %w", intent.ErrToken, err)
	}
	if d.Has(delegation.Audit) { // one operator's word: auditors are named on the ledger
		return reader{}, api.FaultAuditorUnnamed.Problem()
	}
	m, ok, err1 := s.teller.Ledger().Merchant(ctx, d.Issuer)
	key, err2 := s.teller.Ledger().Key(ctx, d.Issuer, d.Signer)
	revoked, err3 := s.revoked(ctx, d)
	standing, err4 := s.teller.Ledger().Standing(ctx, d.Issuer)
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return reader{}, err
	}
	isRoot := m.RootAt(s.unix()) == d.Signer && !endedBy(standing.RootSinceAt(m, s.unix()), d)
	if !ok || revoked || !isRoot && !givesAll(key, d) {
		return reader{}, intent.ErrToken
	}
	return reader{delegation: &d}, nil
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

// revoked reports whether the merchant's root ended a delegation, by the ledger's word: it put the
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
		case key == d.ID || endedBy(at, d):
			ended = true
		}
	}
	return ended, nil
}
