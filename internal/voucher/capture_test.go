package voucher_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

type captureCommand = voucher.Signed[voucher.Capture]

func take(r voucher.Ref, units, discount uint64) voucher.Take {
	return voucher.Take{Campaign: r.Campaign, Serial: r.Serial, Units: units, Discount: discount}
}

// captures builds the first store's capture.
func (w *world) captures(hold voucher.Hash, takes ...voucher.Take) captureCommand {
	return captureCommand{Intent: voucher.Capture{
		Hold: hold, Merchant: merchant(), Till: till(1), Store: 1, Takes: takes,
		Currency: voucher.Currency{'T', 'W', 'D'}, Amount: 100_000, Reference: voucher.Hash{8}, Deadline: w.now + 60,
	}}
}

// captureScene captures all of the first voucher's and none of the second's.
func captureScene() scene[captureCommand] {
	return scene[captureCommand]{unsealedBuild(func(w *world) (captureCommand, []voucher.Address) {
		c, by := holdIn(w)
		a, b := c.Offer.Lines[0].Ref(), c.Offer.Lines[1].Ref()
		w.accept(c, by...)
		return w.captures(id(c.Offer), take(a, 3, 15_000), take(b, 0, 0)), []voucher.Address{till(1)}
	}), unsealed[captureCommand]}
}

func holdIn(w *world) (redeemCommand, []voucher.Address) {
	campaign := w.campaign(anything)
	first, second := w.claim(campaign, wallet(1), 0), w.claim(campaign, wallet(1), 1)
	o := w.offers(wallet(1), line(first, 3), line(second, 4))
	o.HoldUntil = holdUntil
	return w.accepts(o), []voucher.Address{wallet(1), till(1)}
}

func captureRefusals() []refusal[captureCommand] {
	edited := func(name string, kind voucher.Kind, edit func(in *voucher.Capture)) refusal[captureCommand] {
		return refusal[captureCommand]{name, kind, func(_ *world, c *captureCommand, _ []voucher.Address) { edit(&c.Intent) }}
	}
	malformed := voucher.KindMalformed
	return []refusal[captureCommand]{
		edited("nothing", malformed, func(in *voucher.Capture) { in.Takes = nil }),
		edited("no units", malformed, func(in *voucher.Capture) { in.Takes[0].Units, in.Takes[0].Discount = 0, 0 }),
		edited("a discount for no units", malformed, func(in *voucher.Capture) { in.Takes[1].Discount = 1 }),
		edited("a voucher twice", malformed, func(in *voucher.Capture) { in.Takes[1] = in.Takes[0] }),
		edited("out of order", malformed, func(in *voucher.Capture) { slices.Reverse(in.Takes) }),
		edited("31 vouchers", malformed, func(in *voucher.Capture) {
			in.Takes = nil
			for n := range uint32(31) {
				in.Takes = append(in.Takes, voucher.Take{Serial: n, Units: 1})
			}
		}),
		// At a limit it is the state that says no.
		edited("30 vouchers", voucher.KindUnknownCampaign, func(in *voucher.Capture) {
			in.Takes = nil
			for n := range uint32(30) {
				in.Takes = append(in.Takes, voucher.Take{Serial: n, Units: 1})
			}
		}),
		edited("2^36-1 units", voucher.KindInsufficientUnits, func(in *voucher.Capture) { in.Takes[1].Units = 1<<36 - 1 }),
		edited("a discount of 2^53-1", voucher.KindDiscountTooHigh, func(in *voucher.Capture) { in.Takes[0].Discount = 1<<53 - 1 }),
		edited("2^36 units", malformed, func(in *voucher.Capture) { in.Takes[1].Units = 1 << 36 }),
		edited("a discount of 2^53", malformed, func(in *voucher.Capture) { in.Takes[0].Discount = 1 << 53 }),
		edited("an amount of 2^53", malformed, func(in *voucher.Capture) { in.Amount = 1 << 53 }),
		{"by another", voucher.KindBadSignature, func(_ *world, _ *captureCommand, by []voucher.Address) { by[0] = till(2) }},
		{"late", voucher.KindDeadlinePassed, func(w *world, _ *captureCommand, _ []voucher.Address) { w.now += 61 }},
		edited("early", voucher.KindDeadlineTooFar, func(in *voucher.Capture) { in.Deadline = start + voucher.IntentLife + 1 }),
		edited("of nobody", voucher.KindUnknownMerchant, func(in *voucher.Capture) { in.Merchant = stranger() }),
		edited("at another store", voucher.KindNotAuthorised, func(in *voucher.Capture) { in.Store = 2 }),
		{"by the owner", voucher.KindNotAuthorised, func(_ *world, c *captureCommand, by []voucher.Address) {
			by[0], c.Intent.Till = wallet(1), wallet(1)
		}},
		edited("no such campaign", voucher.KindUnknownCampaign, func(in *voucher.Capture) {
			in.Takes = []voucher.Take{{Units: 1}, {Serial: 1}}
		}),
		{"by another merchant", voucher.KindUnknownCampaign, func(_ *world, c *captureCommand, by []voucher.Address) {
			by[0], c.Intent.Till, c.Intent.Merchant = rivalTill(), rivalTill(), rival()
		}},
		edited("in another currency", voucher.KindWrongCurrency, func(in *voucher.Capture) { in.Currency = voucher.Currency{'U', 'S', 'D'} }),
		edited("a serial that nobody claimed", voucher.KindUnknownVoucher, func(in *voucher.Capture) { in.Takes[1].Serial = 2 }),
		edited("of another hold", voucher.KindNotHeld, func(in *voucher.Capture) { in.Hold[0]++ }),
		edited("one of two", voucher.KindNotHeld, func(in *voucher.Capture) { in.Takes = in.Takes[:1] }),
		{"by another store's till", voucher.KindNotHeld, func(_ *world, c *captureCommand, by []voucher.Address) {
			by[0], c.Intent.Till, c.Intent.Store = till(2), till(2), 2
		}},
		{"lapsed", voucher.KindNotHeld, func(w *world, c *captureCommand, _ []voucher.Address) {
			w.now = holdUntil
			c.Intent.Deadline = w.now
		}},
		edited("more than is held", voucher.KindInsufficientUnits, func(in *voucher.Capture) { in.Takes[1].Units = 5 }),
		edited("a unit of money more than the terms allow", voucher.KindDiscountTooHigh, func(in *voucher.Capture) { in.Takes[0].Discount++ }),
		edited("more off than the order", voucher.KindDiscountTooHigh, func(in *voucher.Capture) { in.Amount = 14_999 }),
	}
}

func TestCapture_EveryRule(t *testing.T) {
	captureScene().run(t, captureRefusals())

	w, c, by := captureScene().build(t)
	w.suspend(merchant()) // which does not stop it
	a, b := c.Intent.Takes[0], &c.Intent.Takes[1]
	b.Units, b.Discount = 1, 2
	after := func(units uint64) voucher.Slot {
		return voucher.Voucher{Owner: wallet(1), Units: units, Expiry: validUntil, SignedAt: start, State: voucher.StateClaimed}.Pack()
	}
	require.Equal(t, voucher.Events{
		voucher.HoldCaptured{
			Hold: c.Intent.Hold, Merchant: merchant(), Store: 1, Till: till(1),
			Currency: voucher.Currency{'T', 'W', 'D'}, Amount: 100_000, Reference: voucher.Hash{8},
		},
		voucher.VoucherRedeemed{Campaign: a.Campaign, Serial: 0, Voucher: after(7), Units: 3, Discount: 15_000},
		voucher.VoucherRedeemed{Campaign: a.Campaign, Serial: 1, Voucher: after(9), Units: 1, Discount: 2},
		voucher.VoucherReleased{Campaign: a.Campaign, Serial: 1, Voucher: after(9), Units: 3},
	}, w.accept(c, by...))
	h, err := voucher.ReadHold(w.state, voucher.Ref{Campaign: a.Campaign, Serial: 1})
	require.NoError(t, err)
	require.Equal(t, voucher.Hold{}, h)
	require.False(t, h.Open(0))
}

// A hold outlives the voucher's own expiry, and the last unit spends it.
func TestCapture_AfterTheExpiry(t *testing.T) {
	w := newWorld(t)
	const until = (start/900)*900 + 1800
	ref := w.claim(w.campaign(func(in *voucher.CreateCampaign) { in.ValidUntil, in.ClaimUntil = until, until }), wallet(1), 0)
	hold := w.hold(ref, wallet(1), 10)
	w.now = holdUntil - 1
	c := w.captures(hold, take(ref, 10, 0))
	w.accept(c, till(1))
	require.Equal(t, voucher.StateSpent, w.voucher(ref).State)
}

// A captured voucher is told of by what was taken, if any, and what was freed, if any.
func TestCapture_TellsTakenAndFreed(t *testing.T) {
	for _, c := range []struct {
		name          string
		first, second uint64
		told          []voucher.Event
	}{
		{"all of both", 3, 4, []voucher.Event{voucher.VoucherRedeemed{}, voucher.VoucherRedeemed{}}},
		{"all but one", 2, 4, []voucher.Event{voucher.VoucherRedeemed{}, voucher.VoucherReleased{}, voucher.VoucherRedeemed{}}},
		{"none of one", 0, 4, []voucher.Event{voucher.VoucherReleased{}, voucher.VoucherRedeemed{}}},
		{"one of one", 1, 0, []voucher.Event{voucher.VoucherRedeemed{}, voucher.VoucherReleased{}, voucher.VoucherReleased{}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, capture, by := captureScene().build(t)
			takes := capture.Intent.Takes
			takes[0].Units, takes[0].Discount, takes[1].Units = c.first, 0, c.second
			events := w.accept(capture, by...)
			require.Len(t, events, 1+len(c.told))
			for i, e := range events[1:] {
				require.IsType(t, c.told[i], e)
			}
			require.Equal(t, 10-c.first, w.voucher(voucher.Ref{Campaign: takes[0].Campaign}).Units)
			require.Equal(t, 10-c.second, w.voucher(voucher.Ref{Campaign: takes[1].Campaign, Serial: 1}).Units)
		})
	}
}

func TestCapture_DiscountsOfTheWholeOrder(t *testing.T) {
	for _, amount := range []uint64{15_000, voucher.MaxAmount} {
		w, c, by := captureScene().build(t)
		c.Intent.Amount = amount
		w.accept(c, by...)
	}
}
