package index_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/index"
	"tally/internal/index/indextest"
	indexmemory "tally/internal/index/memory"
	"tally/internal/ledger"
	"tally/internal/ledger/ledgertest"
	"tally/internal/ledger/memory"
	"tally/internal/voucher"
)

// slow is an index whose first addition does not end before it is answered.
type slow struct {
	*indexmemory.Index
	first  voucher.Hash // of the addition that waits
	answer chan error
}

func (s *slow) Add(ctx context.Context, entries []ledger.Entry) error {
	if entries[0].Outcome.ID == s.first {
		select {
		case err, ok := <-s.answer:
			if ok {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return s.Index.Add(ctx, entries)
}

// TestAdditions_WatermarkBehindEntries: the watermark is never ahead of an entry.
// The test has the second batch in the index before the first one is, and then the
// first one fail.
func TestAdditions_WatermarkBehindEntries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, entries := manyEntries(t, 1200) // more than two batches
		x := &slow{Index: indexmemory.Trusted(), first: entries[0].Outcome.ID, answer: make(chan error)}
		p := index.NewProjector(l, x, slog.New(slog.DiscardHandler))
		ctx, stop := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { p.Run(ctx, nil) })
		defer running.Wait()
		defer stop()

		synctest.Wait() // the second batch is there, and the third waits for the first
		mark, err := x.Watermark(ctx)
		require.NoError(t, err)
		x.Trust(mark.Generation) // to see what is in it
		_, err = x.Outcome(ctx, entries[999].Outcome.ID)
		require.NoError(t, err, "batches are added while one before them is on its way")
		_, err = x.Outcome(ctx, entries[1000].Outcome.ID)
		require.ErrorIs(t, err, index.ErrNotFound, "no more than two at once")
		require.Zero(t, mark.Next)

		x.answer <- index.ErrUnavailable
		synctest.Wait()
		mark, err = x.Watermark(ctx)
		require.NoError(t, err)
		require.Zero(t, mark.Next, "the first batch is missing")
		close(x.answer)
		time.Sleep(time.Minute)
		require.Zero(t, p.Stats().BehindFrom)
		indextest.RequireEqualsLedger(t, l, x)
	})
}

// manyEntries is a ledger of a number of claims, and all its entries.
func manyEntries(t *testing.T, claims uint32) (ledger.Ledger, []ledger.Entry) {
	t.Helper()
	l, err := memory.New(ledgertest.LedgerID(1), ledgertest.Operators(), 1, ledgertest.Start)
	require.NoError(t, err)
	w := ledgertest.NewWorld(t, l, ledgertest.Start)
	w.Found()
	id := w.Campaign(claims, func(c *voucher.CreateCampaign) { c.PerHolder = 0 })
	for serial := range claims {
		w.Claimed(w.Alice, id, serial, serial)
	}
	head, err := l.Head(t.Context())
	require.NoError(t, err)
	var entries []ledger.Entry
	for e, err := range l.Events(t.Context(), voucher.Position{}, head) {
		require.NoError(t, err)
		entries = append(entries, e)
	}
	return l, entries
}
