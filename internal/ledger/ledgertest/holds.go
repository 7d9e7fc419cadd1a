package ledgertest

import (
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

func holdCapture(w *World, f Fixture) {
	ref := w.Claimed(w.Alice, w.Campaign(0, anything), 0, 0)
	hold := w.HoldUnits(w.Alice, w.Unix()+3600, 6, ref)
	held := w.Must(hold)
	require.Len(w.T, held.Events, 2)
	require.IsType(w.T, voucher.OrderHeld{}, held.Events[0])
	require.Equal(w.T, uint64(10), w.voucher(ref).Units)
	w.Refuse(voucher.KindInsufficientUnits, w.Capture(held.ID, 50000, Take(ref, 7, 0)))
	w.Refuse(voucher.KindDiscountTooHigh, w.Capture(held.ID, 50000, Take(ref, 4, 4*3200+1)))
	w.Refuse(voucher.KindDiscountTooHigh, w.Capture(held.ID, 3199, Take(ref, 4, 3200)))
	w.Refuse(voucher.KindMalformed, w.Capture(held.ID, 50000, Take(ref, 0, 0)))
	out := w.Must(w.Capture(held.ID, 50000, Take(ref, 4, 4*3200)))
	slot := w.voucher(ref).Pack()
	require.Equal(w.T, uint64(6), slot.Unpack().Units)
	require.Equal(w.T, voucher.Events{
		voucher.VoucherRedeemed{Campaign: ref.Campaign, Serial: 0, Voucher: slot, Units: 4, Discount: 4 * 3200},
		voucher.VoucherReleased{Campaign: ref.Campaign, Serial: 0, Voucher: slot, Units: 2},
	}, out.Events[1:])
	w.Refuse(voucher.KindNotHeld, w.Capture(held.ID, 50001, Take(ref, 1, 0)))
	w.Refuse(voucher.KindNotHeld, w.Release(held.ID, ref))
	require.Equal(w.T, string(held.Canonical()), string(w.Must(hold).Canonical()))
	f.Advance(2 * time.Second)
	w.Must(w.Redeem(w.Alice, ref))
}

func holdList(w *World, _ Fixture) {
	id := w.Campaign(0, anything)
	a, b := w.Claimed(w.Alice, id, 0, 0), w.Claimed(w.Alice, id, 1, 1)
	held := w.Must(w.HoldUnits(w.Alice, w.Unix()+3600, 10, a, b))
	w.Refuse(voucher.KindNotHeld, w.Capture(held.ID, 50000, Take(a, 1, 0)))
	w.Refuse(voucher.KindMalformed, w.Capture(held.ID, 50000, Take(b, 1, 0), Take(a, 1, 0)))
	w.Refuse(voucher.KindNotHeld, w.Capture(voucher.Hash{1}, 50000, Take(a, 1, 0), Take(b, 1, 0)))
	w.Refuse(voucher.KindNotAuthorised, w.CaptureBy(w.Other, 1, held.ID, 50000, Take(a, 1, 0), Take(b, 1, 0)))
	w.Refuse(voucher.KindNotHeld, w.CaptureBy(w.Other, 2, held.ID, 50000, Take(a, 1, 0), Take(b, 1, 0)))
	out := w.Must(w.Capture(held.ID, 50000, Take(a, 0, 0), Take(b, 10, 0)))
	require.Len(w.T, out.Events, 3) // one released, one redeemed
	require.Equal(w.T, voucher.StateClaimed, w.voucher(a).State)
	require.Equal(w.T, voucher.StateSpent, w.voucher(b).State)
}

func holdRelease(w *World, f Fixture) {
	id := w.Campaign(0, anything)
	a, b := w.Claimed(w.Alice, id, 0, 0), w.Claimed(w.Alice, id, 1, 1)
	held := w.Must(w.HoldUnits(w.Alice, w.Unix()+3600, 3, a, b))
	w.Refuse(voucher.KindNotHeld, w.Release(held.ID, a))
	w.Refuse(voucher.KindMalformed, w.Release(held.ID))
	out := w.Must(w.Release(held.ID, a, b))
	require.Equal(w.T, voucher.Events{
		voucher.HoldReleased{Hold: held.ID, Merchant: w.Merchant.Address, Store: 1, Till: w.Till.Address},
		voucher.VoucherReleased{Campaign: id, Serial: 0, Voucher: w.voucher(a).Pack(), Units: 3},
		voucher.VoucherReleased{Campaign: id, Serial: 1, Voucher: w.voucher(b).Pack(), Units: 3},
	}, out.Events)
	f.Advance(2 * time.Second)
	w.Must(w.Redeem(w.Alice, a, b))
}

func holdLapses(w *World, f Fixture) {
	ref := w.Claimed(w.Alice, w.Campaign(0, anything), 0, 0)
	until := w.Unix() + 60
	held := w.Must(w.Hold(w.Alice, until, ref))
	f.reach(w, until-1)
	w.Refuse(voucher.KindHeld, w.Redeem(w.Alice, ref))
	f.reach(w, until)
	w.Refuse(voucher.KindNotHeld, w.Capture(held.ID, 6400, Take(ref, 1, 0)))
	w.Refuse(voucher.KindNotHeld, w.Release(held.ID, ref))
	again := w.Must(w.Hold(w.Alice, w.Unix()+60, ref))
	w.Refuse(voucher.KindNotHeld, w.Capture(held.ID, 6400, Take(ref, 1, 0)))
	w.Must(w.Capture(again.ID, 6400, Take(ref, 1, 0)))
}

func holdBlocks(w *World, f Fixture) {
	ref := w.Claimed(w.Alice, w.Campaign(0, anything), 0, 0)
	offer := w.Offer(w.Alice, ref)
	offer.HoldUntil = w.Unix() + 3600
	held := w.Must(w.Join(w.Alice, offer, w.Till, w.Accept(offer)))
	w.Refuse(voucher.KindAlreadyUsed, w.Cancel(w.Alice, offer))
	elsewhere := w.Accept(offer)
	elsewhere.Till, elsewhere.Store = w.Other.Address, 2
	w.Refuse(voucher.KindAlreadyUsed, w.Join(w.Alice, offer, w.Other, elsewhere))
	f.Advance(2 * time.Second)
	w.Refuse(voucher.KindHeld, w.Redeem(w.Alice, ref))
	w.Refuse(voucher.KindHeld, w.Hold(w.Alice, w.Unix()+60, ref))
	w.Refuse(voucher.KindHeld, w.Transfer(w.Alice, w.Bob.Address, ref))
	w.Refuse(voucher.KindHeld, w.Void(w.Merchant, ref))
	w.Must(w.Cancel(w.Alice, w.Offer(w.Alice, ref)))
	w.Must(w.Release(held.ID, ref))
	w.Must(w.Void(w.Merchant, ref))
}

func holdExpiry(w *World, f Fixture) {
	id := w.Campaign(0, func(c *voucher.CreateCampaign) {
		anything(c)
		c.ValidUntil, c.ClaimUntil = (w.Unix()/voucher.Quarter+1)*voucher.Quarter, w.Unix()+60
	})
	ref := w.Claimed(w.Alice, id, 0, 0)
	held := w.Must(w.HoldUnits(w.Alice, w.Unix()+7200, 6, ref))
	f.Advance(time.Hour)
	w.Must(w.Capture(held.ID, 6400, Take(ref, 5, 0)))
	require.Equal(w.T, uint64(5), w.voucher(ref).Units)
	w.Refuse(voucher.KindExpired, w.Redeem(w.Alice, ref))
}

func holdTimes(w *World, _ Fixture) {
	ref := w.Claimed(w.Alice, w.Campaign(0, anything), 0, 0)
	w.Refuse(voucher.KindHoldTooLong, w.Hold(w.Alice, w.Unix()+voucher.HoldLife+1, ref))
	w.Refuse(voucher.KindHoldTooLong, w.Hold(w.Alice, 1<<64-1, ref))
	w.Refuse(voucher.KindDeadlinePassed, w.Hold(w.Alice, w.Unix(), ref))
	w.Must(w.Hold(w.Alice, w.Unix()+voucher.HoldLife, ref))
}
