package redis_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/index/redis"
	"tally/internal/index/redis/redistest"
	"tally/internal/ledger/ledgertest"
)

// TestOptions_PasswordNotInErrors: a password is not in errors.
func TestOptions_PasswordNotInErrors(t *testing.T) {
	for _, url := range []string{"http://u:secret@h:1/0", "redis://u:secret@h:port/0", "redis://u:secret@h/none", "redis://u:sec\x7fret@h"} {
		_, err := redis.Open(redis.Options{URL: url})
		require.Error(t, err)
		require.NotContains(t, err.Error(), "secret")
		require.NotContains(t, err.Error(), "ret@h")
	}
}

// TestOptions_PasswordIsUsed: a password is used.
func TestOptions_PasswordIsUsed(t *testing.T) {
	s := redistest.Start(t)
	s.Do("CONFIG", "SET", "requirepass", "secret")
	for password, right := range map[string]bool{"secret": true, "other": false} {
		x, err := redis.Open(redis.Options{URL: s.URL(), Password: password, Ledger: ledgertest.LedgerID(1), Timeout: patient})
		require.NoError(t, err)
		_, err = x.Watermark(t.Context())
		require.Equal(t, right, err == nil, err)
		require.NoError(t, x.Close())
	}
}
