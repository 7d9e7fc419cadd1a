package edge

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestShared_ServersCountTogether(t *testing.T) {
	r := startRedis(t)
	q := Quota{10, time.Hour}
	var log journal
	one, two := NewShared(q, "address", r, log.logger(), time.Now), NewShared(q, "address", r, log.logger(), time.Now)
	other := NewShared(q, "token", r, log.logger(), time.Now)
	for i := range 10 {
		s := one
		if i%2 == 1 {
			s = two
		}
		v := s.Take(t.Context(), "192.0.2.7")
		require.True(t, v.Allowed)
		require.Equal(t, 9-i, v.Remaining)
	}
	for _, s := range []*Shared{one, two} {
		v := s.Take(t.Context(), "192.0.2.7")
		require.False(t, v.Allowed, "each alone has counted five")
		require.Positive(t, v.Retry)
		require.LessOrEqual(t, v.Retry, 6*time.Minute)
	}
	require.True(t, one.Take(t.Context(), "192.0.2.8").Allowed)
	require.True(t, other.Take(t.Context(), "192.0.2.7").Allowed, "another policy counts for itself")
	require.Empty(t, log.String())
	keys, err := r.Keys(t.Context(), "*").Result()
	require.NoError(t, err)
	require.Len(t, keys, 3)
	for _, key := range keys {
		left, err := r.PTTL(t.Context(), key).Result()
		require.NoError(t, err)
		require.Positive(t, left, "nothing stays")
		require.LessOrEqual(t, left, time.Hour)
	}
}

// TestShared_CountComesBack: the shared count comes back.
func TestShared_CountComesBack(t *testing.T) {
	r := startRedis(t)
	s := NewShared(Quota{1, time.Second}, "token", r, (&journal{}).logger(), time.Now)
	require.True(t, s.Take(t.Context(), "a").Allowed)
	require.Eventually(t, func() bool { return s.Take(t.Context(), "a").Allowed }, time.Minute, 20*time.Millisecond)
}

// TestShared_RedisStopped: without Redis each server counts by itself.
func TestShared_RedisStopped(t *testing.T) {
	r := startRedis(t)
	c := newClock()
	var log journal
	s := NewShared(Quota{3, time.Hour}, "address", r, log.logger(), c.now)
	require.True(t, s.Take(t.Context(), "a").Allowed)
	require.NoError(t, r.process.Signal(syscall.SIGSTOP))
	require.True(t, s.Take(t.Context(), "a").Allowed, "a Redis that hangs")
	require.Equal(t, 1, strings.Count(log.String(), "Redis cannot be asked"))
	require.True(t, s.Take(t.Context(), "a").Allowed)
	require.False(t, s.Take(t.Context(), "a").Allowed, "this process still counts")
	require.Equal(t, 1, strings.Count(log.String(), "Redis cannot be asked"), "it was left alone")
	require.NoError(t, r.process.Signal(syscall.SIGCONT))
	require.True(t, s.Take(t.Context(), "b").Allowed)
	require.Zero(t, r.Exists(t.Context(), "tally:rate:{address}:b").Val(), "it has its rest, though it would answer")
	c.advance(SharedRest)
	require.Eventually(t, func() bool {
		c.advance(SharedRest)
		s.Take(t.Context(), "d")
		return r.Exists(t.Context(), "tally:rate:{address}:d").Val() == 1
	}, time.Minute, 10*time.Millisecond, "it is asked again")
	require.Contains(t, log.String(), "shared again")

	require.NoError(t, r.process.Kill())
	require.True(t, s.Take(t.Context(), "c").Allowed, "a Redis that is gone")
}

// TestShared_ClockSetBack: a clock that was set back leaves nobody refused for
// longer than a window.
func TestShared_ClockSetBack(t *testing.T) {
	r := startRedis(t)
	s := NewShared(Quota{2, time.Second}, "token", r, (&journal{}).logger(), time.Now)
	require.NoError(t, r.Set(t.Context(), "tally:rate:{token}:a", "9000000000000000", 0).Err())
	v := s.Take(t.Context(), "a")
	require.False(t, v.Allowed)
	require.LessOrEqual(t, v.Retry, time.Second)
}
