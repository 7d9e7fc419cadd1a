package voucher_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

func TestPrintable_NothingThatForges(t *testing.T) {
	for _, text := range []string{"", "Jasmine & Co", "半糖 Half Sugar ☕ 🧋", "שלום", "a\u200db", "naïve"} {
		require.True(t, voucher.Printable(text), "%q", text)
	}
	for _, text := range []string{
		"a\nb", "\x00", "\x1b[2J", "\x7f", "\u0085", "\u009b31m", "a\u2028b", "\u2029", "\u202eevil", "\u202a", "\u2066x", "\u2069", "\xff", "\xc3\x28",
	} {
		require.False(t, voucher.Printable(text), "%q", text)
	}
}
