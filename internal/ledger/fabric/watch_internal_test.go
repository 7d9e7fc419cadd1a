package fabric

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestPeers_BehindIsNotAsked: a peer that is behind is not asked. A peer without
// the blocks that were answered from is waited for, or passed over.
func TestPeers_BehindIsNotAsked(t *testing.T) {
	behind, ahead := &peer{endpoint: "behind"}, &peer{endpoint: "ahead"}
	l := &Ledger{peers: []*peer{behind, ahead}, chain: newChain(5, 1), stopped: make(chan struct{})}
	_, err := l.fresh(t.Context(), 0, nil)
	require.ErrorIs(t, err, ErrUnreachable, "nobody is connected")
	behind.reached(5)
	ahead.reached(7)
	for range 4 {
		p, err := l.fresh(t.Context(), 7, nil)
		require.NoError(t, err)
		require.Same(t, ahead, p)
		p, err = l.nearest(t.Context(), 7, nil)
		require.NoError(t, err)
		require.Same(t, ahead, p)
	}
	ctx, cancel := context.WithCancel(t.Context())
	waited := make(chan *peer)
	go func() {
		p, _ := l.fresh(ctx, 8, map[*peer]error{ahead: ErrEndorse})
		waited <- p
	}()
	behind.reached(8)
	l.chain.wake()
	require.Same(t, behind, <-waited)
	cancel()
	_, err = l.fresh(ctx, 9, nil)
	require.ErrorIs(t, err, ErrBehind)
	require.ErrorIs(t, err, context.Canceled)
	behind.lost(ErrUnreachable)
	ahead.lost(ErrDenied)
	_, err = l.fresh(t.Context(), 0, nil)
	require.ErrorContains(t, err, ErrDenied.Error())
}
