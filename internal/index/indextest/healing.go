package indextest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/index"
	indexmemory "tally/internal/index/memory"
	"tally/internal/ledger"
	"tally/internal/ledger/ledgertest"
	"tally/internal/ledger/memory"
	"tally/internal/voucher"
)

// RequireEqualsLedger compares an index with a replay of the ledger.
func RequireEqualsLedger(t *testing.T, l ledger.Ledger, x index.Index) {
	t.Helper()
	held, want, err := index.Compare(t.Context(), l, x, indexmemory.New())
	require.NoError(t, err)
	require.Equal(t, want, held)
	require.NotZero(t, held.Records)
}

func resetStartsEmpty(t *testing.T, x index.Index, h *history) {
	t.Helper()
	require.NoError(t, x.Add(t.Context(), h.entries))
	before, err := x.Watermark(t.Context())
	require.NoError(t, err)
	require.NoError(t, x.Reset(t.Context(), before))
	after, err := x.Watermark(t.Context())
	require.NoError(t, err)
	require.NotEqual(t, before.Generation, after.Generation)
	require.Zero(t, after.Next)
	require.True(t, after.Whole)
	_, err = x.Outcome(t.Context(), h.sale.ID)
	require.ErrorIs(t, err, index.ErrUnavailable, "nobody has said that it caught up")
	x.Trust(after.Generation)
	findsNothing(t, x, h)
	require.NoError(t, x.Add(t.Context(), h.entries))
	require.NoError(t, x.Reset(t.Context(), before), "somebody else was faster")
	h.snapshot(t, x)
	require.ErrorIs(t, x.Advance(t.Context(), before, before), index.ErrMoved)
}

func trustIsAsked(t *testing.T, x index.Index, h *history) {
	t.Helper()
	ctx := t.Context()
	require.NoError(t, x.Add(ctx, h.entries))
	x.Trust("")
	_, err1 := x.Merchant(ctx, h.Merchant.Address)
	_, err2 := x.Campaign(ctx, h.id)
	_, _, err3 := x.Campaigns(ctx, "", 1)
	_, err4 := x.Voucher(ctx, h.refs[0])
	_, _, err5 := x.Wallet(ctx, h.Alice.Address, "", 1)
	_, err6 := x.Free(ctx, h.id, 8, 0, 1)
	_, err7 := x.Outcome(ctx, h.sale.ID)
	_, err8 := x.Reference(ctx, h.Merchant.Address, voucher.Hash{})
	_, _, err9 := x.MerchantCampaigns(ctx, h.Merchant.Address, "", 1)
	_, _, err10 := x.Orders(ctx, h.Merchant.Address, 0, "", 1)
	_, _, err11 := x.History(ctx, h.refs[0], "", 1)
	_, err12 := x.KeyPut(ctx, h.Merchant.Address, h.Till.Address)
	_, err13 := x.Buyer(ctx, index.MerchantBuyer{Merchant: h.Merchant.Address, Wallet: h.Alice.Address})
	for i, err := range []error{err1, err2, err3, err4, err5, err6, err7, err8, err9, err10, err11, err12, err13} {
		require.ErrorIs(t, err, index.ErrUnavailable, i)
	}
}

func recordsEqual(t *testing.T, x index.Index, _ *history) {
	t.Helper()
	l := newLives(t)
	for _, entry := range slices.Backward(l.entries) {
		require.NoError(t, x.Add(t.Context(), []ledger.Entry{entry}))
	}
	RequireEqualsLedger(t, l.Ledger, x)
	without := indexmemory.New()
	require.NoError(t, without.Add(t.Context(), l.entries[1:]))
	less, err := index.DigestOf(t.Context(), without)
	require.NoError(t, err)
	held, err := index.DigestOf(t.Context(), x)
	require.NoError(t, err)
	require.NotEqual(t, less, held)
}

// otherLedger has the same id as the history's and another past.
func otherLedger(t *testing.T, admissions int) *ledgertest.World {
	t.Helper()
	m, err := memory.New(ledgertest.LedgerID(1), ledgertest.Operators(), 1, ledgertest.Start)
	require.NoError(t, err)
	w := ledgertest.NewWorld(t, m, ledgertest.Start)
	for i := range admissions {
		w.Must(w.Admit(ledgertest.NewActor(string(rune('a'+i))), "Another"))
	}
	return w
}

func projectStartsAgain(t *testing.T, x index.Index, h *history) {
	t.Helper()
	Projected(t, h.Ledger, x)()
	before, err := x.Watermark(t.Context())
	require.NoError(t, err)
	other := otherLedger(t, 30) // long enough to have an entry where the history's last is
	Projected(t, other.Ledger, x)()
	after, err := x.Watermark(t.Context())
	require.NoError(t, err)
	require.NotEqual(t, before.Generation, after.Generation)
	RequireEqualsLedger(t, other.Ledger, x)
	Projected(t, other.Ledger, x)()
	same, err := x.Watermark(t.Context())
	require.NoError(t, err)
	require.Equal(t, after.Generation, same.Generation, "it agrees: nothing starts again")
}

// projectLostPast gives the index a ledger that is behind it, as one that was
// restored from a copy. The projector gives it some time to catch up.
func projectLostPast(t *testing.T, x index.Index, h *history) {
	t.Helper()
	Projected(t, h.Ledger, x)()
	other := otherLedger(t, 2)
	began := time.Now()
	Projected(t, other.Ledger, x)()
	require.GreaterOrEqual(t, time.Since(began), 10*time.Second)
	RequireEqualsLedger(t, other.Ledger, x)
}

// projectSeveral has projectors start again all at once, again and again.
func projectSeveral(t *testing.T, x index.Index, h *history) {
	t.Helper()
	stops := make([]func(), 4)
	for i := range stops {
		stops[i] = Projected(t, h.Ledger, x)
	}
	for range 20 {
		h.Must(h.Claim(h.Bob, h.Campaign(1, nil), 0, 0))
		require.NoError(t, x.Add(context.Background(), h.entries[:3]))
	}
	awaitHead(t, h.Ledger, x)
	for _, stop := range stops {
		stop()
	}
	RequireEqualsLedger(t, h.Ledger, x)
}
