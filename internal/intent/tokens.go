package intent

import (
	"strings"
	"time"

	"github.com/ethereum/go-ethereum/common/lru"

	"tally/internal/voucher"
)

// MaxTokens is how many tokens a Tokens remembers: 16 MiB of texts at most, and 10 as
// tokens are. With fewer than there are wallets at once, none is found again.
const MaxTokens = 1 << 14

// Tokens opens read tokens and remembers those that their holders signed, by their
// whole text: a wallet shows one token with many requests, and to recover its
// signer costs more than all else that a look-up does. A token's times and its
// audience are judged at each request. A text that nobody signed is not remembered.
// Tokens may be used concurrently.
type Tokens struct {
	domain *Domain
	proven *lru.Cache[string, ReadToken]
}

// NewTokens opens the tokens of a ledger.
func NewTokens(d *Domain) *Tokens {
	return &Tokens{domain: d, proven: lru.NewCache[string, ReadToken](MaxTokens)}
}

// Open is Domain.OpenToken, with the same answers.
func (t *Tokens) Open(text string, now time.Time, here func(audience string) bool) (voucher.Address, error) {
	token, known := t.proven.Get(text)
	if !known {
		var err error
		if token, err = t.domain.proveToken(text, now); err != nil {
			return voucher.Address{}, err
		}
		t.proven.Add(strings.Clone(text), token) // the text may be a part of a longer one
	} else if err := token.goodAt(now); err != nil {
		t.proven.Remove(text) // it has ended, or the clock went back
		return voucher.Address{}, err
	}
	if !here(token.Audience) {
		return voucher.Address{}, ErrAudience
	}
	return token.Holder, nil
}
