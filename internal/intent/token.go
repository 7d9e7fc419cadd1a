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
	Audience string          `json:"audience"` // "tally": any server of this ledger
	Expires  uint64          `json:"expires"`  // at most an hour ahead
}

// Limits of read tokens.
const (
	Audience  = "tally"
	TokenLife = time.Hour
	MaxToken  = 1024 // characters of its text
)

// ErrToken says that a text is no read token of this ledger that is good now.
var ErrToken = errors.New("not a valid read token")

// signedToken is a token with its proof; its text is the base64url of its ABI encoding.
type signedToken struct {
	Token     ReadToken         `json:"token"`
	Signature voucher.Signature `json:"signature"`
}

// FormatToken is the text of a signed token.
func FormatToken(t ReadToken, s voucher.Signature) string {
	return base64.RawURLEncoding.EncodeToString(voucher.EncodeABI(signedToken{t, s}))
}

// OpenToken finds who asks, from a token's text. The error is ErrToken,
// whatever is wrong with it.
func (d *Domain) OpenToken(text string, now time.Time) (voucher.Address, error) {
	if len(text) > MaxToken {
		return voucher.Address{}, ErrToken
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || base64.RawURLEncoding.EncodeToString(raw) != text { // one token, one text
		return voucher.Address{}, ErrToken
	}
	var t signedToken
	if err := voucher.DecodeABI(raw, &t); err != nil {
		return voucher.Address{}, fmt.Errorf("%w: %w", ErrToken, err)
	}
	left := int64(t.Token.Expires) - now.Unix() //nolint:gosec // compared below, an overflow is out of range too
	if t.Token.Audience != Audience || left <= 0 || left > int64(TokenLife/time.Second) || t.Token.Holder.IsZero() ||
		Signer(d.Digest(t.Token), t.Signature) != t.Token.Holder {
		return voucher.Address{}, ErrToken
	}
	return t.Token.Holder, nil
}
