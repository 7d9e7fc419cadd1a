package ledgertest

import (
	"context"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

// anything is a campaign that allows everything. It has 4 vouchers of 10 units
// for claims and 4 for issues.
func anything(c *voucher.CreateCampaign) {
	c.Supply, c.Open, c.Cap, c.PerHolder, c.Units = 8, 4, 8, 0, 10
	c.Transfer, c.Void = true, true
}

func (w *World) voucher(ref voucher.Ref) voucher.Voucher {
	w.T.Helper()
	v, ok, err := w.Ledger.Voucher(context.Background(), ref)
	require.NoError(w.T, err)
	require.True(w.T, ok)
	return v
}

func suspendedStops(w *World, f Fixture) {
	id := w.Campaign(0, anything)
	ref := w.Claimed(w.Alice, id, 0, 0)
	sale := w.Must(w.Redeem(w.Alice, ref))
	f.Advance(2 * time.Second)
	w.Must(w.Suspend())
	w.Refuse(voucher.KindMerchantSuspended, w.Suspend())
	for _, c := range []voucher.Command{
		w.Create(w.Terms(3, nil)),
		w.Change(voucher.ChangeCampaign{Campaign: id, Version: 1, Status: voucher.CampaignPaused, Supply: 8, Open: 4}),
		w.Claim(w.Bob, id, 0, 1), w.Redeem(w.Alice, ref), w.Hold(w.Alice, w.Unix()+60, ref),
		w.Issue(w.Merchant, id, 0, w.Bob.Address), w.Void(w.Merchant, ref),
		w.Rollback(w.Merchant, sale.ID, Return(ref, 1, 1, 0)),
	} {
		w.Refuse(voucher.KindMerchantSuspended, c)
	}
	w.Refuse(voucher.KindMerchantSuspended, w.PutStore(w.version(), 3, "Not while it is suspended"))
	w.Refuse(voucher.KindMerchantSuspended, w.PutKey(w.version(), w.Bob.Address, voucher.ScopeVoid, 0))
	w.Refuse(voucher.KindMerchantSuspended, w.RotateRoot(w.Merchant, w.Bob))
	w.Must(w.PutKey(w.version(), w.Other.Address, 0, 0)) // to take a right away does no harm
	w.Must(w.Cancel(w.Alice, w.Offer(w.Alice, ref)))
	f.Advance(2 * time.Second)
	w.Must(w.Reinstate())
	w.Refuse(voucher.KindWrongVersion, w.Reinstate())
	w.Must(w.Redeem(w.Alice, ref))
}

func suspendedHolders(w *World, f Fixture) {
	id := w.Campaign(0, anything)
	a, b, c := w.Claimed(w.Alice, id, 0, 0), w.Claimed(w.Alice, id, 1, 1), w.Claimed(w.Alice, id, 2, 2)
	owners := []voucher.Address{w.Alice.Address, w.Bob.Address}
	issue := w.Must(w.Issue(w.Merchant, id, 0, owners...))
	hold := w.Must(w.Hold(w.Alice, w.Unix()+600, a))
	other := w.Must(w.Hold(w.Alice, w.Unix()+600, b))
	w.Must(w.Suspend())
	w.Must(w.Capture(hold.ID, 6400, Take(a, 1, 3200)))
	w.Must(w.Release(other.ID, b))
	w.Must(w.Transfer(w.Alice, w.Bob.Address, c))
	w.Must(w.Deliver(issue.ID, owners, 1))
	f.Advance(2 * time.Second)
	w.Refuse(voucher.KindMerchantSuspended, w.Hold(w.Alice, w.Unix()+600, b))
}

func reinstatingExtends(w *World, f Fixture) {
	terms := func(c *voucher.CreateCampaign) {
		c.PerHolder, c.ValidUntil = 0, (w.Unix()/voucher.Quarter+8)*voucher.Quarter // two hours
		c.ClaimUntil = c.ValidUntil
	}
	before := w.Campaign(3, terms)
	ref, late := w.Claimed(w.Alice, before, 0, 0), w.Claimed(w.Alice, before, 1, 1)
	end := w.voucher(ref).Expiry
	f.Advance(time.Hour)
	stopped := w.Must(w.Suspend())
	f.Advance(100 * time.Minute)
	out := w.Must(w.Reinstate())
	require.Equal(w.T, voucher.Events{voucher.MerchantReinstated{
		Merchant: w.Merchant.Address, Version: w.operatorsVersion(), Operator: w.Operator.Address, Lost: out.Time - stopped.Time,
	}}, out.Events)
	after := w.Campaign(3, terms)
	w.Must(w.Redeem(w.Alice, ref)) // past its expiry, within what it gained
	require.Equal(w.T, end, w.voucher(ref).Expiry)
	fresh := w.Claimed(w.Alice, after, 0, 0)
	f.Advance(time.Duration(end+105*60-w.Unix()) * time.Second)
	w.Refuse(voucher.KindExpired, w.Redeem(w.Alice, late))
	f.Advance(time.Duration(w.voucher(fresh).Expiry-w.Unix()) * time.Second)
	w.Refuse(voucher.KindExpired, w.Redeem(w.Alice, fresh)) // what was lost before it is not its
}

func rootRotation(w *World, _ Fixture) {
	next := NewActor("next root")
	out := w.Must(w.RotateRoot(w.Merchant, next))
	require.Equal(w.T, voucher.Events{voucher.RootSet{
		Merchant: w.Merchant.Address, Version: w.version(), Root: next.Address, Effective: out.Time,
	}}, out.Events)
	w.Refuse(voucher.KindNotAuthorised, w.PutStore(w.version(), 3, "By the old root"))
	w.Refuse(voucher.KindNotAuthorised, w.Create(w.Terms(3, nil)))
	w.Refuse(voucher.KindNotAuthorised, w.RotateRoot(w.Merchant, w.Bob))
	in := w.Terms(3, func(c *voucher.CreateCampaign) { c.Author = next.Address })
	w.Must(signed(w, next, in))
	w.Refuse(voucher.KindMalformed, w.RotateRoot(next, Actor{}))
	w.Must(w.RotateRoot(next, w.Merchant))
}

func rootRecovery(w *World, f Fixture) {
	found, later := NewActor("recovered root"), NewActor("recovered again")
	out := w.Must(w.RecoverRoot(found))
	require.Equal(w.T, voucher.Events{voucher.RootSet{
		Merchant: w.Merchant.Address, Version: w.operatorsVersion(), Root: found.Address, Effective: out.Time + voucher.RecoverDelay,
	}}, out.Events)
	w.Refuse(voucher.KindNotAuthorised, w.RotateRoot(found, w.Bob))
	f.Advance(voucher.RecoverDelay * time.Second)
	w.Refuse(voucher.KindNotAuthorised, w.RotateRoot(w.Merchant, w.Bob))
	w.Must(w.RecoverRoot(later)) // the one that took over stays in force meanwhile
	m, _, err := w.Ledger.Merchant(context.Background(), w.Merchant.Address)
	require.NoError(w.T, err)
	require.Equal(w.T, found.Address, m.Root)
	w.Must(w.RotateRoot(found, w.Bob))
	f.Advance(voucher.RecoverDelay * time.Second)
	w.Refuse(voucher.KindNotAuthorised, w.RotateRoot(later, later))
	w.Must(w.RotateRoot(w.Bob, w.Merchant))
}

func rootRecoveryStopped(w *World, f Fixture) {
	thief := NewActor("somebody else")
	effective := w.Must(w.RecoverRoot(thief)).Time + voucher.RecoverDelay
	f.reach(w, effective-1)
	w.Must(w.PutStore(w.version(), 3, "The root is not lost"))
	f.reach(w, effective+1)
	w.Refuse(voucher.KindNotAuthorised, w.RotateRoot(thief, thief))
	m, _, err := w.Ledger.Merchant(context.Background(), w.Merchant.Address)
	require.NoError(w.T, err)
	require.Equal(w.T, voucher.Merchant{Version: w.version(), Root: w.Merchant.Address}, m)
}
