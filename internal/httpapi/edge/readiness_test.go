package edge

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestReadiness(t *testing.T) {
	c, log := newClock(), &journal{}
	var broken error
	looks := 0
	r := NewReadiness(log.logger(), c.now, func(context.Context) error { return nil }, func(ctx context.Context) error {
		_, bounded := ctx.Deadline()
		require.True(t, bounded)
		looks++
		return broken
	})
	require.True(t, r.Ready())
	broken = errors.New("no ledger")
	require.True(t, r.Ready(), "not looked again yet")
	require.Equal(t, 1, looks)
	for range 3 {
		c.advance(time.Second)
		require.False(t, r.Ready())
	}
	require.Equal(t, 1, strings.Count(log.String(), "not ready"), "said once")
	broken = nil
	c.advance(time.Second)
	require.True(t, r.Ready())
	require.Contains(t, log.String(), "ready again")
	r.Drain()
	require.False(t, r.Ready(), "at once")
	c.advance(time.Hour)
	require.False(t, r.Ready(), "for ever")
}
