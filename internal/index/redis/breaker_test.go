package redis

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestBreaker_OpensAndCloses(t *testing.T) {
	now := time.Unix(1_790_000_000, 0)
	b := newBreaker(func() time.Time { return now })
	lost := errors.New("lost")
	for range breakAfter {
		require.NoError(t, b.allow())
		b.failed(lost)
	}
	require.ErrorIs(t, b.allow(), errOpen)
	require.Equal(t, Stats{Failed: breakAfter, Refused: 1, Broken: true, LastError: "lost"}, b.stats())
	now = now.Add(breakFor)
	require.NoError(t, b.allow(), "one may look")
	require.ErrorIs(t, b.allow(), errOpen, "and no other meanwhile")
	b.failed(lost)
	require.ErrorIs(t, b.allow(), errOpen)
	now = now.Add(breakFor)
	require.NoError(t, b.allow())
	b.left() // it learnt nothing: the next may look
	require.NoError(t, b.allow())
	b.answered()
	require.NoError(t, b.allow())
	require.NoError(t, b.allow())
	require.False(t, b.stats().Broken)
	b.failed(lost)
	b.answered()
	b.failed(lost)
	b.failed(lost)
	require.NoError(t, b.allow(), "only failures in a row count")
}
