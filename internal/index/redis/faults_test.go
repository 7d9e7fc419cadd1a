package redis_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/index/redis/redistest"
)

// Each of these happens to a Redis in the middle of a busy day: see shop.

func TestFault_FlushAll(t *testing.T) {
	h := openShop(t, redistest.Start(t))
	h.answers(300)
	for range 2 {
		before, err := h.index.Watermark(t.Context())
		require.NoError(t, err)
		h.server.Do("FLUSHALL")
		h.sales(50)
		h.answers(300)
		after, err := h.index.Watermark(t.Context())
		require.NoError(t, err)
		require.NotEqual(t, before.Generation, after.Generation)
	}
	h.close()
	require.Positive(t, h.projector.Stats().Rebuilds)
}

func TestFault_RedisHangs(t *testing.T) {
	h := openShop(t, redistest.Start(t))
	h.answers(300)
	h.server.Stop()
	before := h.index.Stats()
	h.await("looks whether it answers again", func() bool { return h.index.Stats().Failed >= before.Failed+customers+5 })
	h.sales(200)
	require.Greater(t, h.index.Stats().Refused, before.Refused, "after some time-outs nobody waits any more")
	require.True(t, h.index.Stats().Broken)
	h.server.Continue()
	h.answers(300)
	h.close()
}

// TestFault_RedisComesBackEmpty: Redis is killed and comes back empty.
func TestFault_RedisComesBackEmpty(t *testing.T) {
	h := openShop(t, redistest.Start(t))
	h.answers(300)
	h.server.Kill()
	h.sales(100)
	h.server.Restart()
	h.answers(300)
	h.close()
	require.Positive(t, h.projector.Stats().Rebuilds)
}

// TestFault_RedisComesBackWithItsLog: Redis is killed and comes back with its log.
func TestFault_RedisComesBackWithItsLog(t *testing.T) {
	h := openShop(t, redistest.Start(t, "--appendonly", "yes"))
	h.answers(300)
	before, err := h.index.Watermark(t.Context())
	require.NoError(t, err)
	h.server.Kill()
	h.sales(100)
	h.server.Restart()
	h.answers(300)
	after, err := h.index.Watermark(t.Context())
	require.NoError(t, err)
	require.Equal(t, before.Generation, after.Generation, "what it has is kept")
	h.close()
}

func TestFault_RedisIsFull(t *testing.T) {
	h := openShop(t, redistest.Start(t, "--maxmemory-policy", "noeviction"))
	h.answers(300)
	h.server.Do("CONFIG", "SET", "maxmemory", "1mb")
	h.sales(100)
	h.await("errors", func() bool { return strings.Contains(h.projector.Stats().LastError, "OOM") })
	h.server.Do("CONFIG", "SET", "maxmemory", "0")
	h.answers(300)
	h.close()
}

func TestFault_RedisEvictsKeys(t *testing.T) {
	h := openShop(t, redistest.Start(t, "--maxmemory-policy", "allkeys-lru"))
	h.answers(300)
	used, _ := h.server.Do("INFO", "memory").(string)
	_, used, _ = strings.Cut(used, "used_memory:")
	used, _, _ = strings.Cut(used, "\r\n")
	h.server.Do("CONFIG", "SET", "maxmemory", used) // what it has now is what it may have
	h.sales(100)
	h.await("evictions", func() bool {
		stats, _ := h.server.Do("INFO", "stats").(string)
		return !strings.Contains(stats, "evicted_keys:0\r\n")
	})
	h.sales(100)
	h.server.Do("CONFIG", "SET", "maxmemory", "0")
	h.answers(300)
	h.close()
	require.Positive(t, h.projector.Stats().Rebuilds)
}

// TestFault_FailOverLosesWrites: Redis fails over to a replica that lost the last
// writes.
func TestFault_FailOverLosesWrites(t *testing.T) {
	h := openShop(t, redistest.Start(t))
	replica := redistest.Start(t)
	replica.Follow(h.server)
	h.answers(300)
	replica.Promote() // what comes from here on is lost
	h.sales(100)
	before, err := h.index.Watermark(t.Context())
	require.NoError(t, err)
	replica.Replace(h.server)
	h.answers(300)
	after, err := h.index.Watermark(t.Context())
	require.NoError(t, err)
	require.Equal(t, before.Generation, after.Generation, "it goes on from what the replica has")
	h.server = replica
	h.close()
}
