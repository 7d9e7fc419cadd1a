package index_test

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/index"
	"tally/internal/index/indextest"
	indexmemory "tally/internal/index/memory"
	"tally/internal/ledger"
)

// flaky is an index that cannot be asked now and then.
type flaky struct {
	*indexmemory.Index
	broken atomic.Bool
}

func (f *flaky) Add(ctx context.Context, entries []ledger.Entry) error {
	if f.broken.Load() {
		return index.ErrUnavailable
	}
	return f.Index.Add(ctx, entries)
}

// TestProjector_SaysHowFarItIs: a projector says how far it is.
func TestProjector_SaysHowFarItIs(t *testing.T) {
	l, entries := indextest.Lives(t)
	x := &flaky{Index: indexmemory.Trusted()}
	x.broken.Store(true)
	p := index.NewProjector(l, x, slog.New(slog.DiscardHandler))
	require.Zero(t, p.Stats())
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { p.Run(ctx, nil) })
	defer running.Wait()
	defer stop()
	require.Eventually(t, func() bool { return p.Stats().Errors > 1 }, time.Minute, time.Millisecond)
	behind := p.Stats()
	blocks, since := behind.Lag(behind.BehindFrom.Add(time.Second))
	require.Equal(t, time.Second, since)
	require.Equal(t, behind.Head.Block, blocks)
	require.True(t, behind.Rebuilding)
	require.Contains(t, behind.LastError, index.ErrUnavailable.Error())
	_, err := x.Outcome(ctx, entries[0].Outcome.ID)
	require.ErrorIs(t, err, index.ErrUnavailable, "it has not caught up")
	x.broken.Store(false)
	require.Eventually(t, func() bool { return p.Stats().BehindFrom.IsZero() }, time.Minute, time.Millisecond)
	blocks, since = p.Stats().Lag(time.Now())
	require.Zero(t, blocks)
	require.Zero(t, since)
	require.Empty(t, p.Stats().LastError)
	require.False(t, p.Stats().Rebuilding)
	_, err = x.Outcome(ctx, entries[0].Outcome.ID)
	require.NoError(t, err)
}
