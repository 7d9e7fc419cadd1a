package edge

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestReadiness_EveryCheck(t *testing.T) {
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
	h := open(t, Config{Readiness: r, Log: log.logger()}, fine)
	require.Equal(t, "fine", ask(h, "192.0.2.7:1", "GET", "/readyz").Body.String(), "the API says the rest")
	broken = errors.New("no ledger at wss://node.example/key")
	c.advance(time.Second)
	w := ask(h, "192.0.2.7:1", "GET", "/readyz")
	require.Equal(t, http.StatusServiceUnavailable, w.Code)
	require.Equal(t, "1", w.Header().Get("Retry-After"))
	require.Contains(t, w.Body.String(), "catching up")
	require.NotContains(t, w.Body.String(), "node.example")
	require.Equal(t, http.StatusOK, ask(h, "192.0.2.7:1", "GET", "/healthz").Code, "alive, all the same")
	broken = nil
	c.advance(time.Second)
	require.True(t, r.Ready())

	r.Drain()
	require.False(t, r.Ready(), "at once")
	require.Contains(t, ask(h, "192.0.2.7:1", "GET", "/readyz").Body.String(), "ending")
	require.Contains(t, log.String(), `"route":"/readyz","status":503`)
	c.advance(time.Hour)
	require.False(t, r.Ready(), "for ever")
}
