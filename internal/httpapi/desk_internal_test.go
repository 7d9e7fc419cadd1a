package httpapi

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/books"
	"tally/internal/index"
	"tally/internal/voucher"
)

// TestDesk_WhoAsksAgainWaitsBehindItself has one merchant ask for all the books it
// may, and another for one.
func TestDesk_WhoAsksAgainWaitsBehindItself(t *testing.T) {
	d := newDesk()
	greedy, modest := voucher.Address{1}, voucher.Address{2}
	began, goOn := make(chan voucher.Address), make(chan struct{})
	var all sync.WaitGroup
	ask := func(m voucher.Address, block uint64) {
		all.Go(func() {
			_, err := d.ask(t.Context(), m, edition{to: voucher.Position{Block: block}}, func(context.Context) (books.Report, error) {
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
		d.mu.Lock()
		defer d.mu.Unlock()
		if l := d.lines[m]; l != nil {
			n = l.count
		}
		return n
	}
	for i := range uint64(maxAudits) {
		ask(greedy, i)
	}
	require.Equal(t, greedy, <-began)
	require.Eventually(t, func() bool { return waiting(greedy) == maxAudits }, time.Minute, time.Millisecond)
	_, err := d.ask(t.Context(), greedy, edition{to: voucher.Position{Block: 99}}, nil)
	require.Equal(t, "unavailable", problemOf(err).Code, "one too many")
	ask(modest, 1000)
	require.Eventually(t, func() bool { return waiting(modest) == 1 }, time.Minute, time.Millisecond)
	time.Sleep(50 * time.Millisecond) // to be in the line for the one turn of all
	var order []voucher.Address
	for range maxAudits {
		goOn <- struct{}{}
		order = append(order, <-began)
	}
	goOn <- struct{}{}
	all.Wait()
	require.Contains(t, order[:2], modest)
	require.Empty(t, d.lines)
}

func TestDesk_ALoopCostsNothing(t *testing.T) {
	d := newDesk()
	var counted atomic.Int64
	recount := func(context.Context) (books.Report, error) {
		counted.Add(1)
		return books.Report{}, nil
	}
	at := voucher.Position{Block: 7}
	for range 100 {
		for _, e := range []edition{{to: at, now: true}, {to: at}} {
			_, err := d.ask(t.Context(), voucher.Address{1}, e, recount)
			require.NoError(t, err)
		}
	}
	require.Equal(t, int64(2), counted.Load())
	d.kept[edition{to: at, now: true}] = made{at: time.Now().Add(-booksFor)}
	_, err := d.ask(t.Context(), voucher.Address{1}, edition{to: at, now: true}, recount)
	require.NoError(t, err)
	require.Equal(t, int64(3), counted.Load(), "vouchers expire though nothing happens")

	failed := errors.New("the ledger is away")
	_, err = d.ask(t.Context(), voucher.Address{1}, edition{}, func(context.Context) (books.Report, error) { return books.Report{}, failed })
	require.ErrorIs(t, err, failed)
	_, err = d.ask(t.Context(), voucher.Address{1}, edition{}, recount)
	require.NoError(t, err, "what failed is not kept")
	for i := range uint64(2 * maxBooks) {
		_, err = d.ask(t.Context(), voucher.Address{1}, edition{to: voucher.Position{Block: 100 + i}}, recount)
		require.NoError(t, err)
	}
	require.Len(t, d.kept, maxBooks)
	require.Len(t, d.order, maxBooks)
}

// TestNames_ComeInParts reads merchants of all sizes in parts.
func TestNames_ComeInParts(t *testing.T) {
	for _, size := range [][2]int{{0, 0}, {1, 1}, {api.MaxNames, 0}, {api.MaxNames, 1}, {api.MaxNames + 1, 0}, {0, api.MaxNames + 1}, {3 * api.MaxNames, 2*api.MaxNames + 7}, {api.MaxNames - 1, 2}} {
		m := index.Merchant{Stores: []index.Store{}, Keys: []index.Key{}}
		for i := range size[0] {
			m.Stores = append(m.Stores, index.Store{Store: uint32(2 * i)})
		}
		for i := range size[1] {
			m.Keys = append(m.Keys, index.Key{Key: voucher.Address{0: byte(i >> 8), 1: byte(i), 19: 1}})
		}
		got := index.Merchant{Stores: []index.Store{}, Keys: []index.Key{}}
		parts := 0
		for cursor := ""; parts == 0 || cursor != ""; parts++ {
			stores, keys, next, err := names(m, cursor)
			require.NoError(t, err)
			require.NotNil(t, stores)
			require.NotNil(t, keys)
			require.LessOrEqual(t, len(stores)+len(keys), api.MaxNames)
			got.Stores, got.Keys = append(got.Stores, stores...), append(got.Keys, keys...)
			cursor = next
		}
		require.Equal(t, m, got, size)
		require.LessOrEqual(t, parts, (size[0]+size[1])/api.MaxNames+2, size)
	}
	for _, cursor := range []string{"x", "s", "s-1", "k", "k0x1", "0x0000000000000000000000000000000000000001", "s4294967296"} {
		_, _, _, err := names(index.Merchant{}, cursor)
		require.ErrorIs(t, err, index.ErrCursor, cursor)
	}
}
