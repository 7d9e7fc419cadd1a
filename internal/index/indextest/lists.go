package indextest

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/index"
	"tally/internal/ledger"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// pages reads a list to its end, a page of a number of items at a time.
func pages[T any](t *testing.T, limit int, page func(cursor string, limit int) ([]T, string, error)) (all []T) {
	t.Helper()
	for cursor := ""; ; {
		items, next, err := page(cursor, limit)
		require.NoError(t, err)
		require.LessOrEqual(t, len(items), limit)
		all = append(all, items...)
		if cursor = next; next == "" {
			return all
		}
	}
}

// ordersOfAMerchant adds the entries backwards and twice, and reads them page by page.
func ordersOfAMerchant(t *testing.T, x index.Index, _ *history) {
	t.Helper()
	l := newLives(t)
	for _, entry := range slices.Backward(l.entries) {
		require.NoError(t, x.Add(t.Context(), []ledger.Entry{entry}))
	}
	require.NoError(t, x.Add(t.Context(), l.entries))
	list := func(m voucher.Address, store uint32, limit int) []voucher.Position {
		return pages(t, limit, func(cursor string, limit int) ([]voucher.Position, string, error) {
			return x.Orders(t.Context(), m, store, cursor, limit)
		})
	}
	for _, limit := range []int{1, 10} {
		want := []voucher.Position{l.capture.Position, l.hold.Position}
		require.Equal(t, append([]voucher.Position{l.back.Position}, want...), list(l.Merchant.Address, 0, limit), "a rollback names no store")
		require.Equal(t, want, list(l.Merchant.Address, 1, limit))
		require.Empty(t, list(l.Merchant.Address, 2, limit))
		require.Empty(t, list(l.Bob.Address, 0, limit))
	}
	first, cursor, err := x.Orders(t.Context(), l.Merchant.Address, 0, "", 2)
	require.NoError(t, err)
	require.Equal(t, []voucher.Position{l.back.Position, l.capture.Position}, first)
	late := l.Must(l.Redeem(l.Alice, l.ref(6)))
	require.NoError(t, x.Add(t.Context(), []ledger.Entry{{Outcome: late}}))
	rest, cursor, err := x.Orders(t.Context(), l.Merchant.Address, 0, cursor, 1)
	require.NoError(t, err)
	require.Equal(t, l.hold.Position, rest[0], "what comes between two pages shifts nothing")
	require.Empty(t, cursor)
	_, _, err = x.Orders(t.Context(), l.Merchant.Address, 0, "x", 1)
	require.ErrorIs(t, err, index.ErrCursor)
}

func campaignsOfAMerchant(t *testing.T, x index.Index, h *history) {
	t.Helper()
	require.NoError(t, x.Add(t.Context(), h.entries))
	list := func(m voucher.Address, limit int) []index.Campaign {
		return pages(t, limit, func(cursor string, limit int) ([]index.Campaign, string, error) {
			return x.MerchantCampaigns(t.Context(), m, cursor, limit)
		})
	}
	mine := list(h.Merchant.Address, 1)
	require.Len(t, mine, 2)
	require.Equal(t, h.id, mine[1].ID, "newest first")
	require.Equal(t, mine, list(h.Merchant.Address, 10))
	require.Empty(t, list(h.Bob.Address, 10))
}

// historyOfAVoucher follows a voucher that was held, captured in part and
// returned, and one that appeared and moved in one entry.
func historyOfAVoucher(t *testing.T, x index.Index, _ *history) {
	t.Helper()
	l := newLives(t)
	for _, entry := range slices.Backward(l.entries) {
		require.NoError(t, x.Add(t.Context(), []ledger.Entry{entry}))
	}
	require.NoError(t, x.Add(t.Context(), l.entries))
	list := func(serial uint32, limit int) []index.Place {
		return pages(t, limit, func(cursor string, limit int) ([]index.Place, string, error) {
			return x.History(t.Context(), l.ref(serial), cursor, limit)
		})
	}
	verbs := func(touches []index.Place) (verbs []voucher.Verb) {
		for _, touch := range touches {
			verbs = append(verbs, touch.Verb)
		}
		return verbs
	}
	got := list(2, 10)
	require.Equal(t, []voucher.Verb{voucher.VerbRollback, voucher.VerbCapture, voucher.VerbRedeem, voucher.VerbClaim}, verbs(got))
	require.Equal(t, got, list(2, 1))
	require.Equal(t, []voucher.Position{l.back.Position, l.capture.Position, l.hold.Position},
		[]voucher.Position{got[0].Position, got[1].Position, got[2].Position})
	require.Equal(t, []voucher.Verb{voucher.VerbTransfer}, verbs(list(6, 10)), "appeared and moved, in one")
	require.Empty(t, list(3, 10))
	_, _, err := x.History(t.Context(), l.ref(2), "-1", 1)
	require.ErrorIs(t, err, index.ErrCursor)
}

func whenKeysWerePut(t *testing.T, x index.Index, h *history) {
	t.Helper()
	start := voucher.Unix(ledgertest.Start())
	for _, entry := range slices.Backward(h.entries) {
		require.NoError(t, x.Add(t.Context(), []ledger.Entry{entry}))
	}
	at, err := x.KeyPut(t.Context(), h.Merchant.Address, h.Till.Address)
	require.NoError(t, err)
	require.Equal(t, start, at)
	at, err = x.KeyPut(t.Context(), h.Merchant.Address, h.Other.Address)
	require.NoError(t, err)
	require.Equal(t, start+2, at, "when it was revoked")
	for _, pair := range [][2]voucher.Address{{h.Merchant.Address, h.Bob.Address}, {h.Bob.Address, h.Till.Address}} {
		_, err = x.KeyPut(t.Context(), pair[0], pair[1])
		require.ErrorIs(t, err, index.ErrNotFound)
	}
}
