package ledgertest

import (
	"context"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

// readExtension suspends a merchant between two campaigns: only the first gains.
func readExtension(w *World, f Fixture) {
	extension := func(id voucher.CampaignID) uint64 {
		w.T.Helper()
		seconds, err := w.Ledger.Extension(context.Background(), w.Merchant.Address, id)
		require.NoError(w.T, err)
		return seconds
	}
	before := w.Campaign(3, nil)
	require.Zero(w.T, extension(before))
	stopped := w.Must(w.Suspend())
	f.Advance(100 * time.Minute)
	require.Zero(w.T, extension(before), "it is told when the suspension ends")
	lost := w.Must(w.Reinstate()).Time - stopped.Time
	after := w.Campaign(3, func(c *voucher.CreateCampaign) { c.PerHolder = 2 })
	require.Equal(w.T, lost, extension(before))
	require.Zero(w.T, extension(after))
	seconds, err := w.Ledger.Extension(context.Background(), w.Bob.Address, before)
	require.NoError(w.T, err)
	require.Zero(w.T, seconds, "no such merchant")
}

func (w *World) hold(ref voucher.Ref) voucher.Hold {
	w.T.Helper()
	h, err := w.Ledger.Hold(context.Background(), ref)
	require.NoError(w.T, err)
	return h
}

func readHold(w *World, f Fixture) {
	id := w.Campaign(0, anything)
	a, b := w.Claimed(w.Alice, id, 0, 0), w.Claimed(w.Alice, id, 1, 1)
	require.Equal(w.T, voucher.Hold{}, w.hold(a))
	until := w.Unix() + 600
	held := w.Must(w.HoldUnits(w.Alice, until, 3, a, b))
	want := voucher.Hold{ID: held.ID, Merchant: w.Merchant.Address, Store: 1, Units: 3, Until: until, Lines: 2}
	require.Equal(w.T, want, w.hold(a))
	require.Equal(w.T, want, w.hold(b))
	w.Must(w.Release(held.ID, a, b))
	require.Equal(w.T, voucher.Hold{}, w.hold(a))
	f.Advance(2 * time.Second)
	until = w.Unix() + 600
	lapsing := w.Must(w.Hold(w.Alice, until, a))
	f.Advance(601 * time.Second)
	require.Equal(w.T, lapsing.ID, w.hold(a).ID, "it is read after it lapsed")
	require.False(w.T, w.hold(a).Open(w.Unix()))
}

func readReturned(w *World, _ Fixture) {
	ref := w.Claimed(w.Alice, w.Campaign(0, anything), 0, 0)
	offer := w.Offer(w.Alice, ref)
	offer.Lines[0].Units = 4
	sale := w.Must(w.Join(w.Alice, offer, w.Till, w.Accept(offer)))
	for _, want := range []uint64{0, 3, 4} {
		returned, err := w.Ledger.Returned(context.Background(), sale.ID, ref)
		require.NoError(w.T, err)
		require.Equal(w.T, want, returned)
		if want < 4 {
			w.Must(w.Rollback(w.Merchant, sale.ID, Return(ref, min(3, 4-want), 4, want)))
		}
	}
}

func readIssuance(w *World, _ Fixture) {
	id := w.Campaign(0, anything)
	owners := []voucher.Address{w.Alice.Address, w.Bob.Address}
	issue := w.Must(w.Issue(w.Merchant, id, 0, owners...))
	w.Must(w.Deliver(issue.ID, owners, 0))
	list, ok, err := w.Ledger.Issuance(context.Background(), issue.ID)
	require.NoError(w.T, err)
	require.True(w.T, ok)
	want := voucher.Issuance{
		Campaign: id, Root: voucher.IssueRoot(owners), Count: 2, Expiry: w.voucher(voucher.Ref{Campaign: id, Serial: 7}).Expiry,
	}
	require.Equal(w.T, want, list)
	_, ok, err = w.Ledger.Issuance(context.Background(), voucher.Hash{1})
	require.NoError(w.T, err)
	require.False(w.T, ok)
}
