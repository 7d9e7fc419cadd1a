package voucher_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

const holdUntil = start + 3600

// hold reserves units of a voucher at the first store and returns the hold's id.
func (w *world) hold(r voucher.Ref, owner voucher.Address, units uint64) voucher.Hash {
	o := w.offers(owner, line(r, units))
	o.HoldUntil = holdUntil
	w.accept(w.accepts(o), owner, till(1))
	return id(o)
}

// holdScene holds 3 and 4 units of two ten-cup passes.
func holdScene() scene[redeemCommand] {
	return scene[redeemCommand]{unsealedBuild(func(w *world) (redeemCommand, []voucher.Address) {
		campaign := w.campaign(anything)
		first, second := w.claim(campaign, wallet(1), 0), w.claim(campaign, wallet(1), 1)
		o := w.offers(wallet(1), line(first, 3), line(second, 4))
		o.HoldUntil = holdUntil
		c := w.accepts(o)
		c.Accept.Offer = voucher.Hash{}
		return c, []voucher.Address{wallet(1), till(1)}
	}), sealRedeem}
}

func holdRefusals() []refusal[redeemCommand] {
	return []refusal[redeemCommand]{
		offer("until now", voucher.KindDeadlinePassed, func(o *voucher.Redeem) { o.HoldUntil = start }),
		offer("a week and a second", voucher.KindHoldTooLong, func(o *voucher.Redeem) { o.HoldUntil = start + voucher.HoldLife + 1 }),
		offer("for ever", voucher.KindHoldTooLong, func(o *voucher.Redeem) { o.HoldUntil = math.MaxUint64 }),
		{"late", voucher.KindDeadlinePassed, func(w *world, _ *redeemCommand, _ []voucher.Address) { w.now += 121 }},
		offer("more than ten minutes", voucher.KindDeadlineTooFar, func(o *voucher.Redeem) { o.Deadline = o.SignedAt + 601 }),
		offer("61 seconds ahead", voucher.KindSignedAhead, func(o *voucher.Redeem) { o.SignedAt += 61 }),
		{"suspended", voucher.KindMerchantSuspended, func(w *world, _ *redeemCommand, _ []voucher.Address) { w.suspend(merchant()) }},
		{"held", voucher.KindHeld, func(w *world, c *redeemCommand, _ []voucher.Address) {
			w.hold(c.Offer.Lines[1].Ref(), wallet(1), 1)
			w.now++
			c.Offer.SignedAt++
		}},
		acceptance("a unit of money more than the terms allow", voucher.KindDiscountTooHigh, func(a *voucher.Accept) { a.Parts[1].Discount = 4*5000 + 1 }),
		acceptance("more off than the order", voucher.KindDiscountTooHigh, func(a *voucher.Accept) { a.Amount = 1 }),
	}
}

func TestHold_EveryRule(t *testing.T) {
	holdScene().run(t, holdRefusals())

	w, c, by := holdScene().build(t)
	c.Offer.HoldUntil = start + voucher.HoldLife
	c.Accept.Parts[1].Units = 2
	sealRedeem(&c)
	v := voucher.Voucher{Owner: wallet(1), Units: 10, Expiry: validUntil, SignedAt: start, State: voucher.StateClaimed}
	campaign := c.Offer.Lines[0].Campaign
	out := w.apply(c, by...)
	require.Equal(t, voucher.Events{
		voucher.OrderHeld{
			Owner: wallet(1), Merchant: merchant(), Store: 1, Till: till(1), Acceptance: id(c.Accept),
			Currency: voucher.Currency{'T', 'W', 'D'}, Amount: 100_000, Until: c.Offer.HoldUntil,
		},
		voucher.VoucherHeld{Campaign: campaign, Serial: 0, Voucher: v.Pack(), Units: 3, Discount: 1, Until: c.Offer.HoldUntil},
		voucher.VoucherHeld{Campaign: campaign, Serial: 1, Voucher: v.Pack(), Units: 2, Discount: 1, Until: c.Offer.HoldUntil},
	}, out.Events)
	require.Equal(t, id(c.Accept), out.Acceptance())
	h, err := voucher.ReadHold(w.state, voucher.Ref{Campaign: campaign, Serial: 1})
	require.NoError(t, err)
	require.Equal(t, voucher.Hold{ID: id(c.Offer), Merchant: merchant(), Store: 1, Units: 2, Until: c.Offer.HoldUntil, Lines: 2}, h)
}

// A record of no hold reserves nothing, whatever else it says.
func TestHold_OpenUntilItLapses(t *testing.T) {
	require.False(t, voucher.Hold{Until: holdUntil}.Open(start))
	h := voucher.Hold{ID: voucher.Hash{1}, Until: holdUntil}
	require.True(t, h.Open(holdUntil-1))
	require.False(t, h.Open(holdUntil))
}

// A clock that goes back opens no hold again on a voucher that moved on.
func TestHold_LapsedStaysClosed(t *testing.T) {
	for name, move := range map[string]func(w *world, ref voucher.Ref){
		"redeemed": func(w *world, ref voucher.Ref) {
			w.accept(w.accepts(w.offers(wallet(1), line(ref, 9))), wallet(1), till(1))
		},
		"given away": func(w *world, ref voucher.Ref) {
			w.accept(transferCommand{Transfer: voucher.Transfer{
				Owner: wallet(1), Campaign: ref.Campaign, Serial: ref.Serial, To: wallet(2), SignedAt: w.now, Deadline: w.now,
			}}, wallet(1))
		},
		"voided": func(w *world, ref voucher.Ref) {
			w.accept(voidCommand{Void: voucher.Void{
				Author: merchant(), Merchant: merchant(), Campaign: ref.Campaign, Serial: ref.Serial, Reason: "Lost", Deadline: w.now,
			}}, merchant())
		},
		"held again": func(w *world, ref voucher.Ref) {
			o := w.offers(wallet(1), line(ref, 9))
			o.HoldUntil = w.now + 60
			w.accept(w.accepts(o), wallet(1), till(1))
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			ref := w.claim(w.campaign(anything), wallet(1), 0)
			hold := w.hold(ref, wallet(1), 5)
			w.now = holdUntil
			move(w, ref)
			w.now--
			w.refuse(voucher.KindNotHeld, w.captures(hold, take(ref, 5, 0)), till(1))
		})
	}
}
