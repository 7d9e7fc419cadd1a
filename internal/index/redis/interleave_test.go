package redis_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tally/internal/index"
	"tally/internal/index/indextest"
	indexmemory "tally/internal/index/memory"
	"tally/internal/index/redis/redistest"
	"tally/internal/ledger"
)

// TestIndex_Interleavings: two projectors and four writers, each over a client of
// its own, add a ledger's entries in any order, in any pieces, again and again,
// while all may be lost in between. At the end the index is the model's.
func TestIndex_Interleavings(t *testing.T) {
	s := redistest.Start(t)
	l, entries := indextest.Lives(t)
	model := indexmemory.Trusted()
	require.NoError(t, model.Add(t.Context(), entries))
	want, err := index.DigestOf(t.Context(), model)
	require.NoError(t, err)
	servers := make([]index.Index, 7) // two project, four write, one reads
	for i := range servers {
		servers[i] = open(t, s, 1, patient)
	}
	rapid.Check(t, func(rt *rapid.T) {
		s.Do("FLUSHALL")
		scripts := rapid.SliceOfN(rapid.SliceOfN(rapid.IntRange(0, len(entries)-1), 0, 40), 4, 4).Draw(rt, "writers")
		flushes := rapid.IntRange(0, 1).Draw(rt, "flushes")
		var projecting, writing sync.WaitGroup
		ctx, stop := context.WithCancel(context.Background())
		for _, x := range servers[:2] {
			projecting.Go(func() {
				index.Project(ctx, l, x, slog.New(slog.DiscardHandler), nil)
			})
		}
		failed := make(chan error, len(scripts))
		for i, script := range scripts {
			x := servers[2+i]
			writing.Go(func() { failed <- write(ctx, x, entries, script) })
		}
		for range flushes {
			s.Do("FLUSHALL")
		}
		writing.Wait()
		for range scripts {
			require.NoError(rt, <-failed)
		}
		err := await(func() error {
			got, err := index.DigestOf(ctx, servers[6])
			if err == nil && got != want {
				err = fmt.Errorf("%w: %+v, not %+v", errWrong, got, want)
			}
			return err
		})
		stop()
		projecting.Wait()
		require.NoError(rt, err)
	})
}

// write adds entries one by one or in pairs. What it cannot add, a projector will.
func write(ctx context.Context, x index.Index, entries []ledger.Entry, script []int) error {
	for i, n := range script {
		if _, err := x.Watermark(ctx); err != nil {
			return err
		}
		piece := []ledger.Entry{entries[n]}
		if i > 0 {
			piece = append(piece, entries[script[i-1]])
		}
		if err := x.Add(ctx, piece); err != nil && !errors.Is(err, index.ErrUnavailable) {
			return err
		}
	}
	return nil
}

func await(done func() error) (err error) {
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if err = done(); err == nil {
			return nil
		}
	}
	return err
}
