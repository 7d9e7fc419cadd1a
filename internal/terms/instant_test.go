package terms

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

// FuzzInstant: a text is refused, or is a whole second that a ledger
// can hold and that RFC 3339 writes as it was read, or a length of time from now.
func FuzzInstant(f *testing.F) {
	for _, text := range []string{
		"2026-12-01T00:00:00+08:00", "2026-12-01T00:00:00Z", "2026-12-01T00:00:00.5Z", "2026-12-01t00:00:00z", "2026-12-01",
		"1969-12-31T23:59:59Z", "9999-12-31T23:59:59Z", "now", "+30d", "+12h", "+90m", "+", "+1000000d", "+999999d", "-1d", "+1d1h",
	} {
		f.Add(text)
	}
	now := time.Unix(1_790_000_000, 0).UTC()
	f.Fuzz(func(t *testing.T, text string) {
		at, relative, err := ParseInstant(text, now)
		if err != nil {
			require.ErrorIs(t, err, ErrRefused)
			return
		}
		require.Zero(t, at.Nanosecond())
		require.GreaterOrEqual(t, at.Unix(), int64(0))
		if relative {
			require.False(t, at.Before(now))
			return
		}
		require.LessOrEqual(t, at.Unix(), int64(voucher.MaxInstant))
		again, _, err := ParseInstant(at.Format(time.RFC3339), now)
		require.NoError(t, err)
		require.True(t, at.Equal(again))
	})
}
