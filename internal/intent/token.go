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

// ErrToken says that a text is no read token of this ledger that is good now.
var ErrToken = errors.New("not a valid read token")

// ErrAudience says that a read token is good, and for another server. It is an ErrToken.
var ErrAudience = fmt.Errorf("%w: it is for another server", ErrToken)

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
// server that received it may have passed it on. The error is ErrToken, whatever is wrong; it is
// ErrAudience where nothing else is.
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
		return ReadToken{}, ErrToken
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || base64.RawURLEncoding.EncodeToString(raw) != text { // one token, one text
		return ReadToken{}, ErrToken
	}
	var t signedToken
	if err := voucher.DecodeABI(raw, &t); err != nil {
		return ReadToken{}, fmt.Errorf("%w: %w", ErrToken, err)
	}
	if !t.Token.goodAt(now) || t.Token.Holder.IsZero() || Signer(d.Digest(t.Token), t.Signature) != t.Token.Holder {
		return ReadToken{}, ErrToken
	}
	return t.Token, nil
}

// goodAt reports whether a token has not ended and ends within TokenLife.
func (t ReadToken) goodAt(now time.Time) bool {
	left := int64(t.Expires) - now.Unix() //nolint:gosec // compared below, an overflow is out of range too
	return left > 0 && left <= int64(TokenLife/time.Second)
}
