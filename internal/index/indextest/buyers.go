package indextest

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/index"
	"tally/internal/ledger"
	"tally/internal/voucher"
)

// firstOrderOfABuyer adds a ledger's entries backwards and twice. A hold is no purchase, a
// capture is one, and a rollback does not undo that the wallet bought. A wallet that had the
// voucher before bought nothing.
func firstOrderOfABuyer(t *testing.T, x index.Index, h *history) {
	t.Helper()
	l := newLives(t)
	none := voucher.Position{Block: 1 << 62}
	first := func(merchant, wallet voucher.Address) voucher.Position {
		t.Helper()
		found, err := x.Buyer(t.Context(), index.MerchantBuyer{Merchant: merchant, Wallet: wallet})
		require.NoError(t, err)
		mark, err := x.Watermark(t.Context())
		require.NoError(t, err)
		require.Equal(t, mark.Next, found.Through, "what it is no older than")
		if !found.Bought {
			return none
		}
		return found.First
	}
	held := slices.IndexFunc(l.entries, func(e ledger.Entry) bool { return e.Outcome.ID == l.hold.ID })
	require.NoError(t, x.Add(t.Context(), l.entries[:held+1]))
	require.Equal(t, none, first(l.Merchant.Address, l.Alice.Address), "a hold is no purchase")
	late := l.Must(l.Redeem(l.Alice, l.ref(6)))
	require.NoError(t, x.Add(t.Context(), []ledger.Entry{{Outcome: late}}))
	require.Equal(t, late.Position, first(l.Merchant.Address, l.Alice.Address))
	for range 2 {
		for _, entry := range slices.Backward(l.entries) {
			require.NoError(t, x.Add(t.Context(), []ledger.Entry{entry}))
		}
	}
	require.Equal(t, l.capture.Position, first(l.Merchant.Address, l.Alice.Address), "the earlier one of two")
	require.Equal(t, none, first(l.Merchant.Address, l.Bob.Address))
	require.Equal(t, none, first(l.Bob.Address, l.Alice.Address), "at this merchant")

	mark, err := x.Watermark(t.Context())
	require.NoError(t, err)
	to := mark
	to.Next = h.entries[1].Outcome.Position
	require.NoError(t, x.Advance(t.Context(), mark, to))
	require.Equal(t, l.capture.Position, first(l.Merchant.Address, l.Alice.Address))
}

// oneRecordABuyer: however much a wallet buys at a merchant, one record of it is kept.
func oneRecordABuyer(t *testing.T, x index.Index, h *history) {
	t.Helper()
	require.NoError(t, x.Add(t.Context(), h.entries)) // two sales to one wallet
	buyers := 0
	for r, err := range x.Records(t.Context()) {
		require.NoError(t, err)
		if r.Kind != index.KindBuyer {
			continue
		}
		buyers++
		of := index.MerchantBuyer{Merchant: h.Merchant.Address, Wallet: h.Alice.Address}
		require.Equal(t, index.BuyerRecord(of.Tag(), h.sale.Position), r)
	}
	require.Equal(t, 1, buyers)
}
