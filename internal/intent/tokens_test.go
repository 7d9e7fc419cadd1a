package intent_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/intent"
	"tally/internal/voucher"
)

// TestTokens_OpenAsDomain: that a token was seen before changes no answer, at any
// time, at any server, in any order.
func TestTokens_OpenAsDomain(t *testing.T) {
	d := domain()
	tokens := intent.NewTokens(d)
	signed := func(by byte, audience string, expires uint64) string {
		token := intent.ReadToken{Holder: intent.Address(key(t, by)), Audience: audience, Expires: expires}
		s, err := d.Sign(key(t, by), token)
		require.NoError(t, err)
		return intent.FormatToken(token, s)
	}
	const start = 1_790_000_000
	one := signed(6, someServer, start+3600)
	texts := []string{
		one, signed(6, someServer, start+60), signed(7, "other", start+3600), signed(7, someServer, start+3600),
		one[:len(one)-2], one + "A", "", intent.FormatToken(intent.ReadToken{Holder: intent.Address(key(t, 6)), Audience: someServer, Expires: start + 3600}, voucher.Signature{}),
	}
	for _, after := range []int64{0, 59, 60, 0, -1, 3599, 3600, 0, 3601, 10} {
		for i, text := range texts {
			for _, here := range []func(string) bool{there, func(name string) bool { return name == "other" }} {
				now := time.Unix(start+after, 0)
				who, err := tokens.Open(text, now, here)
				want, wanted := d.OpenToken(text, now, here)
				name := fmt.Sprintf("text %d after %d s", i, after)
				require.Equal(t, want, who, name)
				require.Equal(t, wanted == nil, err == nil, name)
				if wanted != nil {
					require.ErrorIs(t, err, intent.ErrToken, name)
				}
				require.Equal(t, errors.Is(wanted, intent.ErrAudience), errors.Is(err, intent.ErrAudience), name)
			}
		}
	}
}

// TestTokens_ManyHolders: more tokens than are remembered are each opened for their
// own holder.
func TestTokens_ManyHolders(t *testing.T) {
	d, now := domain(), time.Unix(1_790_000_000, 0)
	tokens := intent.NewTokens(d)
	const more = intent.MaxTokens + 64
	texts := make([]string, more)
	for i := range texts {
		by := byte(1 + i%7)
		token := intent.ReadToken{Holder: intent.Address(key(t, by)), Audience: someServer, Expires: uint64(1_790_000_001 + i%3600)}
		s, err := d.Sign(key(t, by), token)
		require.NoError(t, err)
		texts[i] = intent.FormatToken(token, s)
	}
	for range 2 {
		for i, text := range texts {
			who, err := tokens.Open(text, now, there)
			require.NoError(t, err)
			require.Equal(t, intent.Address(key(t, byte(1+i%7))), who)
		}
	}
}

func BenchmarkTokens(b *testing.B) {
	d, now := domain(), time.Unix(1_790_000_000, 0)
	b.Run("recovered each time", func(b *testing.B) {
		for b.Loop() {
			_, err := d.OpenToken(literalToken, now, there)
			require.NoError(b, err)
		}
	})
	tokens := intent.NewTokens(d)
	b.Run("remembered", func(b *testing.B) {
		for b.Loop() {
			_, err := tokens.Open(literalToken, now, there)
			require.NoError(b, err)
		}
	})
}
