package recount

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/books"
	"tally/internal/voucher"
)

// TestQueue_WhoAsksAgainWaitsBehindItself has one merchant ask for all the books it
// may, and another for one.
func TestQueue_WhoAsksAgainWaitsBehindItself(t *testing.T) {
	synctest.Test(t, askAgainAndAgain) // which says when all who wait are in their lines
}

func askAgainAndAgain(t *testing.T) {
	t.Helper()
	q := NewQueue()
	greedy, modest := voucher.Address{1}, voucher.Address{2}
	began, goOn := make(chan voucher.Address), make(chan struct{})
	var all sync.WaitGroup
	ask := func(m voucher.Address, block uint64) {
		all.Go(func() {
			_, err := q.Ask(t.Context(), m, Edition{To: voucher.Position{Block: block}}, func(context.Context) (books.Report, error) {
				began <- m
				<-goOn
				return books.Report{}, nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	waiting := func(m voucher.Address) (n int) {
		q.mu.Lock()
		defer q.mu.Unlock()
		if l := q.lines[m]; l != nil {
			n = l.count
		}
		return n
	}
	for i := range uint64(MaxWaiting) {
		ask(greedy, i)
	}
	require.Equal(t, greedy, <-began)
	synctest.Wait()
	require.Equal(t, MaxWaiting, waiting(greedy))
	_, err := q.Ask(t.Context(), greedy, Edition{To: voucher.Position{Block: 99}}, nil)
	require.ErrorIs(t, err, ErrBusy, "one too many")
	ask(modest, 1000)
	synctest.Wait()
	require.Equal(t, 1, waiting(modest))
	var order []voucher.Address
	for range MaxWaiting {
		goOn <- struct{}{}
		order = append(order, <-began)
	}
	goOn <- struct{}{}
	all.Wait()
	require.Contains(t, order[:2], modest)
	require.Empty(t, q.lines)
}

func TestQueue_ALoopCostsNothing(t *testing.T) {
	q := NewQueue()
	var counted atomic.Int64
	recount := func(context.Context) (books.Report, error) {
		counted.Add(1)
		return books.Report{}, nil
	}
	at := voucher.Position{Block: 7}
	for range 100 {
		for _, e := range []Edition{{To: at, Now: true}, {To: at}} {
			_, err := q.Ask(t.Context(), voucher.Address{1}, e, recount)
			require.NoError(t, err)
		}
	}
	require.Equal(t, int64(2), counted.Load())
	q.kept[Edition{To: at, Now: true}] = made{at: time.Now().Add(-keptFor)}
	_, err := q.Ask(t.Context(), voucher.Address{1}, Edition{To: at, Now: true}, recount)
	require.NoError(t, err)
	require.Equal(t, int64(3), counted.Load(), "vouchers expire though nothing happens")

	failed := errors.New("the ledger is away")
	_, err = q.Ask(t.Context(), voucher.Address{1}, Edition{}, func(context.Context) (books.Report, error) { return books.Report{}, failed })
	require.ErrorIs(t, err, failed)
	_, err = q.Ask(t.Context(), voucher.Address{1}, Edition{}, recount)
	require.NoError(t, err, "what failed is not kept")
	for i := range uint64(2 * maxKept) {
		_, err = q.Ask(t.Context(), voucher.Address{1}, Edition{To: voucher.Position{Block: 100 + i}}, recount)
		require.NoError(t, err)
	}
	require.Len(t, q.kept, maxKept)
	require.Len(t, q.order, maxKept)
}
