package intent

import (
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"tally/internal/voucher"
)

// ReadToken proves to an API who is asking. It allows reading what its signer
// may see, and no change of state. Author: any key.
type ReadToken struct {
	Holder   voucher.Address `json:"holder"`
	Audience string          `json:"audience"` // the origin of the server that is asked, see Origin
	Expires  uint64          `json:"expires"`  // at most an hour ahead
}

// Limits of read tokens.
const (
	TokenLife = time.Hour
	MaxToken  = 1024 // characters of its text
)

// ErrToken says that a text is no token of this ledger that is good now.
var ErrToken = errors.New("not a valid token")

// What may be wrong with a token. Each of them is an ErrToken. The holder of a token
// can see all of it in the token itself, so to be told helps nobody to guess one.
var (
	ErrTokenForm      = fmt.Errorf("%w: it is not in its documented form", ErrToken)
	ErrTokenSignature = fmt.Errorf("%w: its signature is not that of its holder, or not for this ledger", ErrToken)
	ErrTokenExpired   = fmt.Errorf("%w: it has expired", ErrToken)
	ErrTokenLife      = fmt.Errorf("%w: it is good for longer than tokens may be", ErrToken)
	ErrAudience       = fmt.Errorf("%w: it is for another server", ErrToken)
)

// signedToken is a token with its proof; its text is the base64url of its ABI encoding.
type signedToken struct {
	Token     ReadToken         `json:"token"`
	Signature voucher.Signature `json:"signature"`
}

// FormatToken is the text of a signed token.
func FormatToken(t ReadToken, s voucher.Signature) string {
	return base64.RawURLEncoding.EncodeToString(voucher.EncodeABI(signedToken{t, s}))
}

// OpenToken finds who asks, from a token's text. here reports whether an audience is
// the server that was asked: a token for another one proves nothing, because the
// server that received it may have passed it on. The error is an ErrToken, which says
// what is wrong first: form, times, signature, audience.
func (d *Domain) OpenToken(text string, now time.Time, here func(audience string) bool) (voucher.Address, error) {
	t, err := d.proveToken(text, now)
	if err == nil && !here(t.Audience) {
		err = ErrAudience
	}
	if err != nil {
		return voucher.Address{}, err
	}
	return t.Holder, nil
}

// proveToken reads a token that its holder signed and that is good at a time. A
// token that is not good now is refused before its signature is recovered, which
// is what costs. The error is ErrToken.
func (d *Domain) proveToken(text string, now time.Time) (ReadToken, error) {
	if len(text) > MaxToken {
		return ReadToken{}, ErrTokenForm
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || base64.RawURLEncoding.EncodeToString(raw) != text { // one token, one text
		return ReadToken{}, ErrTokenForm
	}
	var t signedToken
	if err := voucher.DecodeABI(raw, &t); err != nil {
		return ReadToken{}, fmt.Errorf("%w: %w", ErrTokenForm, err)
	}
	if err := t.Token.goodAt(now); err != nil {
		return ReadToken{}, err
	}
	if t.Token.Holder.IsZero() || Signer(d.Digest(t.Token), t.Signature) != t.Token.Holder {
		return ReadToken{}, ErrTokenSignature
	}
	return t.Token, nil
}

// goodAt returns an error where a token has ended, or ends later than TokenLife.
func (t ReadToken) goodAt(now time.Time) error {
	unix := voucher.Unix(now)
	switch {
	case t.Expires <= unix:
		return ErrTokenExpired
	case t.Expires-unix > uint64(TokenLife/time.Second):
		return ErrTokenLife
	default:
		return nil
	}
}
