package ledgertest

import (
	"context"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

// need is a set of powers that not every ledger has yet, to be added up.
type need uint

const (
	holds need = 1 << iota
	transfers
	issues
	rollbacks
	voids
	suspensions
	roots
)

// commands has one of each kind that is needed.
func (n need) commands(w *World) (list []voucher.Command) {
	w.T.Helper()
	ref := voucher.Ref{}
	owners := []voucher.Address{w.Alice.Address}
	redeem, cancel := w.Redeem(w.Alice, ref), w.Cancel(w.Alice, w.Offer(w.Alice, ref))
	redeem.Places = []voucher.Place{Place(voucher.Hash{1}, owners, 0)}
	cancel.Places = redeem.Places
	for power, commands := range map[need][]voucher.Command{
		holds:       {w.Hold(w.Alice, w.Unix()+3600, ref), w.Capture(voucher.Hash{1}, 0, Take(ref, 1, 0)), w.Release(voucher.Hash{1}, ref)},
		transfers:   {w.Transfer(w.Alice, w.Bob.Address, ref)},
		issues:      {w.Issue(w.Merchant, voucher.CampaignID{}, 0, owners...), w.Deliver(voucher.Hash{1}, owners, 0), redeem, cancel},
		rollbacks:   {w.Rollback(w.Merchant, voucher.Hash{1}, Return(ref, 1, 1, 0))},
		voids:       {w.Void(w.Merchant, ref)},
		suspensions: {w.Suspend(), w.Reinstate()},
		roots:       {w.RotateRoot(w.Merchant, w.Bob.Address), w.RecoverRoot(w.Bob.Address)},
	} {
		if n&power != 0 {
			list = append(list, commands...)
		}
	}
	return list
}

// knows tells whether the ledger knows all that a case needs. What it does not
// know it has to refuse as unsupported, and write nothing.
func (f Fixture) knows(w *World, n need) bool {
	w.T.Helper()
	if f.Unsupported == nil || n == 0 {
		return true
	}
	known := true
	for _, c := range n.commands(w) {
		if !f.Unsupported(c) {
			continue
		}
		known = false
		before := collect(w, voucher.Position{})
		w.Refuse(voucher.KindUnsupported, c)
		require.Equal(w.T, before, collect(w, voucher.Position{}))
		_, ok, err := w.Ledger.Outcome(context.Background(), w.Domain.ID(c))
		require.NoError(w.T, err)
		require.False(w.T, ok)
	}
	return known
}
