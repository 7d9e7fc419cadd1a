package ledgertest

import (
	"context"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

// redeemed redeems units of a voucher and returns the redemption.
func (w *World) redeemed(by Actor, units uint64, ref voucher.Ref) voucher.Outcome {
	w.T.Helper()
	offer := w.Offer(by, ref)
	offer.Lines[0].Units = units
	return w.Must(w.Join(by, offer, w.Till, w.Accept(offer)))
}

func rollbackTaken(w *World, _ Fixture) {
	ref := w.Claimed(w.Alice, w.Campaign(0, anything), 0, 0)
	sale := w.redeemed(w.Alice, 10, ref)
	give := func(units, taken, returned uint64) voucher.Command {
		return w.Rollback(w.Merchant, sale.ID, Return(ref, units, taken, returned))
	}
	w.Refuse(voucher.KindRollbackExceeds, give(11, 10, 0))
	w.Refuse(voucher.KindMalformed, give(0, 10, 0))
	w.Refuse(voucher.KindNotAuthorised, w.Rollback(w.Till, sale.ID, Return(ref, 1, 10, 0)))
	out := w.Must(give(4, 10, 0))
	v := w.voucher(ref)
	require.Equal(w.T, voucher.StateClaimed, v.State)
	require.Equal(w.T, uint64(4), v.Units)
	require.Equal(w.T, voucher.Events{
		voucher.RolledBack{Redemption: sale.ID, Author: w.Merchant.Address},
		voucher.VoucherReturned{Campaign: ref.Campaign, Serial: 0, Voucher: v.Pack(), Units: 4},
	}, out.Events)
	w.Refuse(voucher.KindWrongReturned, give(1, 10, 0))
	w.Refuse(voucher.KindRollbackExceeds, give(7, 10, 4))
	w.Must(w.PutKey(w.version(), w.Bob.Address, voucher.ScopeRollback, 0))
	w.Must(w.Rollback(w.Bob, sale.ID, Return(ref, 6, 10, 4)))
	w.Refuse(voucher.KindRollbackExceeds, w.Rollback(w.Merchant, voucher.Hash{1}, Return(ref, 1, 1, 0))) // of what never was
	fixed := w.Claimed(w.Alice, w.Campaign(3, func(c *voucher.CreateCampaign) { c.Rollback = voucher.RollbackNone }), 0, 0)
	w.Refuse(voucher.KindNotReturnable, w.Rollback(w.Merchant, w.redeemed(w.Alice, 1, fixed).ID, Return(fixed, 1, 1, 0)))
}

func rollbackGrace(w *World, f Fixture) {
	id := w.Campaign(0, func(c *voucher.CreateCampaign) {
		anything(c)
		c.ValidUntil, c.ClaimUntil = (w.Unix()/voucher.Quarter+1)*voucher.Quarter, w.Unix()+60
		c.Grace = 7200
	})
	ref := w.Claimed(w.Alice, id, 0, 0)
	end := w.voucher(ref).Expiry
	sale := w.redeemed(w.Alice, 5, ref)
	f.Advance(time.Hour)
	w.Refuse(voucher.KindExpired, w.Redeem(w.Alice, ref))
	w.Must(w.Rollback(w.Merchant, sale.ID, Return(ref, 1, 5, 0)))
	require.Equal(w.T, end+7200, w.voucher(ref).Expiry) // not two hours from now
	w.Must(w.Redeem(w.Alice, ref))
	f.Advance(2 * time.Hour)
	w.Must(w.Rollback(w.Merchant, sale.ID, Return(ref, 1, 5, 1)))
	require.Equal(w.T, end+7200, w.voucher(ref).Expiry)
	w.Refuse(voucher.KindExpired, w.Redeem(w.Alice, ref))
}

func rollbackForfeits(w *World, _ Fixture) {
	id := w.Campaign(0, func(c *voucher.CreateCampaign) { anything(c); c.Rollback, c.Grace = voucher.RollbackForfeit, 7200 })
	ref := w.Claimed(w.Alice, id, 0, 0)
	sale := w.redeemed(w.Alice, 5, ref)
	before := w.voucher(ref)
	out := w.Must(w.Rollback(w.Merchant, sale.ID, Return(ref, 5, 5, 0)))
	require.Equal(w.T, before, w.voucher(ref))
	require.Equal(w.T, voucher.VoucherReturned{
		Campaign: id, Serial: 0, Voucher: before.Pack(), Units: 5, Forfeit: true,
	}, out.Events[1])
	w.Refuse(voucher.KindRollbackExceeds, w.Rollback(w.Merchant, sale.ID, Return(ref, 1, 5, 5)))
}

func rollbackCapture(w *World, _ Fixture) {
	id := w.Campaign(0, anything)
	a, b := w.Claimed(w.Alice, id, 0, 0), w.Claimed(w.Alice, id, 1, 1)
	held := w.Must(w.HoldUnits(w.Alice, w.Unix()+3600, 4, a, b))
	captured := w.Must(w.Capture(held.ID, 6400, Take(a, 4, 0), Take(b, 2, 0)))
	w.Must(w.Rollback(w.Merchant, captured.ID, Return(a, 4, 4, 0), Return(b, 1, 2, 0)))
	require.Equal(w.T, uint64(10), w.voucher(a).Units)
	require.Equal(w.T, uint64(9), w.voucher(b).Units)
}

func voidEnds(w *World, f Fixture) {
	id := w.Campaign(0, anything)
	ref := w.Claimed(w.Alice, id, 0, 0)
	sale := w.Must(w.Redeem(w.Alice, ref))
	f.Advance(2 * time.Second)
	w.Refuse(voucher.KindNotAuthorised, w.Void(w.Till, ref))
	out := w.Must(w.Void(w.Merchant, ref))
	v := w.voucher(ref)
	require.Equal(w.T, voucher.StateVoid, v.State)
	require.Equal(w.T, uint64(9), v.Units)
	require.Equal(w.T, voucher.Events{voucher.VoucherVoided{
		Campaign: id, Serial: 0, Voucher: v.Pack(), Author: w.Merchant.Address, Reason: "Printed twice",
	}}, out.Events)
	w.Refuse(voucher.KindVoided, w.Redeem(w.Alice, ref))
	w.Refuse(voucher.KindVoided, w.Rollback(w.Merchant, sale.ID, Return(ref, 1, 1, 0)))
	gone := w.Claimed(w.Alice, id, 1, 1)
	w.redeemed(w.Alice, 10, gone)
	w.Refuse(voucher.KindSpent, w.Void(w.Merchant, gone))
	fixed := w.Claimed(w.Alice, w.Campaign(3, nil), 0, 0)
	w.Refuse(voucher.KindNotVoidable, w.Void(w.Merchant, fixed))
}

func voidUnclaimed(w *World, _ Fixture) {
	id := w.Campaign(0, func(c *voucher.CreateCampaign) { anything(c); c.Cap = 20 })
	w.Must(w.Void(w.Merchant, voucher.Ref{Campaign: id, Serial: 2}))
	require.Equal(w.T, voucher.Voucher{State: voucher.StateVoid}, w.voucher(voucher.Ref{Campaign: id, Serial: 2}))
	w.Refuse(voucher.KindSerialsTaken, w.Claim(w.Alice, id, 0, 2))
	w.Refuse(voucher.KindVoided, w.Redeem(w.Alice, voucher.Ref{Campaign: id, Serial: 2}))
	for _, serial := range []uint32{4, 15, 20} { // neither open nor for issues
		w.Refuse(voucher.KindUnknownVoucher, w.Void(w.Merchant, voucher.Ref{Campaign: id, Serial: serial}))
	}
	owners := []voucher.Address{w.Alice.Address}
	issue := w.Must(w.Issue(w.Merchant, id, 0, owners...))
	ref := voucher.Ref{Campaign: id, Serial: 19}
	w.Must(w.Void(w.Merchant, ref))
	w.Refuse(voucher.KindExists, w.Deliver(issue.ID, owners, 0))
	c := w.Redeem(w.Alice, ref)
	c.Places = []voucher.Place{Place(issue.ID, owners, 0)}
	w.Refuse(voucher.KindVoided, c)
}

func voidStored(w *World, _ Fixture) {
	id := w.Campaign(0, func(c *voucher.CreateCampaign) { anything(c); c.StoredValue, c.MaxDiscount = true, 1 })
	ref := w.Claimed(w.Alice, id, 0, 0)
	w.Refuse(voucher.KindNotVoidable, w.Void(w.Merchant, ref))
	w.Must(w.Void(w.Merchant, voucher.Ref{Campaign: id, Serial: 1}))
	w.Must(w.Issue(w.Merchant, id, 0, w.Bob.Address))
	w.Refuse(voucher.KindNotVoidable, w.Void(w.Merchant, voucher.Ref{Campaign: id, Serial: 7}))
	w.Must(w.Void(w.Merchant, voucher.Ref{Campaign: id, Serial: 6}))
}

// replayEveryVerb sends everything again long after, and reads it back.
func replayEveryVerb(w *World, f Fixture) {
	create := w.Create(w.Terms(0, anything))
	id := voucher.CampaignOf(w.Domain.ID(create))
	at := func(serial uint32) voucher.Ref { return voucher.Ref{Campaign: id, Serial: serial} }
	owners := []voucher.Address{w.Alice.Address, w.Bob.Address}
	var commands []voucher.Command
	var first []voucher.Outcome
	must := func(c voucher.Command) voucher.Outcome {
		commands, first = append(commands, c), append(first, w.Must(c))
		f.Advance(2 * time.Second)
		return first[len(first)-1]
	}
	must(create)
	issue := must(w.Issue(w.Merchant, id, 0, owners...))
	must(w.Deliver(issue.ID, owners, 0))
	moved := w.Transfer(w.Bob, w.Alice.Address, at(6))
	moved.Place = Place(issue.ID, owners, 1)
	must(moved)
	hold := must(w.Hold(w.Alice, w.Unix()+60, at(6), at(7)))
	must(w.Release(hold.ID, at(6), at(7)))
	hold = must(w.Hold(w.Alice, w.Unix()+60, at(6), at(7)))
	capture := must(w.Capture(hold.ID, 6400, Take(at(6), 1, 0), Take(at(7), 1, 0)))
	must(w.Rollback(w.Merchant, capture.ID, Return(at(6), 1, 1, 0)))
	must(w.Void(w.Merchant, at(0)))
	must(w.Suspend())
	must(w.Reinstate())
	must(w.RotateRoot(w.Merchant, w.Merchant))
	must(w.RecoverRoot(w.Bob))
	f.Advance(48 * time.Hour)
	requireReplays(w, commands, first)
	for i, e := range collect(w, first[0].Position) {
		require.Equal(w.T, string(first[i].Canonical()), string(e.Outcome.Canonical()))
		decoded, err := voucher.DecodeCommand(e.Command)
		require.NoError(w.T, err)
		require.Equal(w.T, commands[i], decoded)
	}
	h, err := w.Ledger.Holder(context.Background(), id, w.Alice.Address)
	require.NoError(w.T, err)
	require.Zero(w.T, h.Claims) // what was issued was not claimed
}
