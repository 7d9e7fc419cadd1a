package redis_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/index"
	"tally/internal/index/indextest"
	"tally/internal/index/redis"
	"tally/internal/index/redis/redistest"
	"tally/internal/ledger/ledgertest"
)

// patient is a limit that a busy machine keeps.
const patient = time.Minute

// open is the index of a ledger on a Redis.
func open(t testing.TB, s *redistest.Server, ledger byte, timeout time.Duration) *redis.Index {
	t.Helper()
	x, err := redis.Open(redis.Options{URL: s.URL(), Ledger: ledgertest.LedgerID(ledger), Timeout: timeout})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, x.Close()) })
	return x
}

// begin starts a generation and has it trusted, as a projector of an empty ledger does.
func begin(t testing.TB, x index.Index) {
	t.Helper()
	before, err := x.Watermark(t.Context())
	require.NoError(t, err)
	require.NoError(t, x.Reset(t.Context(), before))
	mark, err := x.Watermark(t.Context())
	require.NoError(t, err)
	x.Trust(mark.Generation)
}

func TestIndex_KeepsTheContract(t *testing.T) {
	s := redistest.Start(t)
	n := byte(100)
	indextest.Run(t, func(t *testing.T) index.Index {
		t.Helper()
		n++ // each test's ledger shares the Redis with all others'
		x := open(t, s, n, patient)
		begin(t, x)
		return x
	})
}
