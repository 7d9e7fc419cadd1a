package index_test

import (
	"context"
	"iter"
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
	"tally/internal/voucher"
)

// lagging is a ledger that shows this process less than it shows others, for a while.
type lagging struct {
	ledger.Ledger
	end    voucher.Position // as long as level is open
	level  chan struct{}
	ahead  atomic.Bool   // the index has more than that
	looked chan struct{} // closed when the head was asked for since
	once   sync.Once
}

func (l *lagging) Head(ctx context.Context) (voucher.Position, error) {
	select {
	case <-l.level:
		return l.Ledger.Head(ctx)
	default:
	}
	if l.ahead.Load() {
		l.once.Do(func() { close(l.looked) })
	}
	return l.end, nil
}

func (l *lagging) Wait(ctx context.Context, beyond voucher.Position) (voucher.Position, error) {
	if beyond.Before(l.end) {
		return l.end, nil
	}
	select {
	case <-l.level:
		return l.Ledger.Wait(ctx, beyond)
	case <-ctx.Done():
		return voucher.Position{}, ctx.Err()
	}
}

func (l *lagging) Events(ctx context.Context, from, to voucher.Position) iter.Seq2[ledger.Entry, error] {
	select {
	case <-l.level:
	default:
		if l.end.Before(to) {
			to = l.end
		}
	}
	return l.Ledger.Events(ctx, from, to)
}

// doubted is an index that counts how often it was no longer to be believed.
type doubted struct {
	*indexmemory.Index
	mu       sync.Mutex
	believed bool
	doubts   int
}

func (d *doubted) Trust(generation string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if generation == "" && d.believed {
		d.doubts++
	}
	d.believed = generation != ""
	d.Index.Trust(generation)
}

// TestProjector_OtherServerFeedsTheIndex: an index that another server feeds is
// believed. The test has another projector, whose view of the ledger is newer, be
// ahead of this one all the time.
func TestProjector_OtherServerFeedsTheIndex(t *testing.T) {
	all, entries := indextest.Lives(t)
	half := len(entries) / 2
	l := &lagging{Ledger: all, end: entries[half].Outcome.Position, level: make(chan struct{}), looked: make(chan struct{})}
	x := &doubted{Index: indexmemory.Trusted()}
	p := index.NewProjector(l, x, slog.New(slog.DiscardHandler))
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { p.Run(ctx, nil) })
	defer running.Wait()
	defer stop()
	require.Eventually(t, func() bool { return p.Stats().Next == l.end }, time.Minute, time.Millisecond)
	mark, err := x.Watermark(ctx)
	require.NoError(t, err)
	require.NoError(t, x.Add(ctx, entries[half:]))
	to := mark
	to.Next, err = all.Head(ctx)
	require.NoError(t, err)
	to.Last = index.FingerprintOf(entries[len(entries)-1])
	require.NoError(t, x.Advance(ctx, mark, to))
	l.ahead.Store(true)
	<-l.looked
	close(l.level)
	require.Eventually(t, func() bool { return p.Stats().Next == to.Next }, time.Minute, time.Millisecond)
	x.mu.Lock()
	defer x.mu.Unlock()
	require.Zero(t, x.doubts, "its answers were no older than the ledger of this process")
}
