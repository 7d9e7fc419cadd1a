package voucher_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

type releaseCommand = voucher.Signed[voucher.Release]

func releaseScene() scene[releaseCommand] {
	return scene[releaseCommand]{unsealedBuild(func(w *world) (releaseCommand, []voucher.Address) {
		c, by := holdIn(w)
		w.accept(c, by...)
		return releaseCommand{Intent: voucher.Release{
			Hold: id(c.Offer), Merchant: merchant(), Till: till(1), Store: 1,
			Vouchers: []voucher.Ref{c.Offer.Lines[0].Ref(), c.Offer.Lines[1].Ref()}, Deadline: w.now + 60,
		}}, []voucher.Address{till(1)}
	}), unsealed[releaseCommand]}
}

func releaseRefusals() []refusal[releaseCommand] {
	edited := func(name string, kind voucher.Kind, edit func(in *voucher.Release)) refusal[releaseCommand] {
		return refusal[releaseCommand]{name, kind, func(_ *world, c *releaseCommand, _ []voucher.Address) { edit(&c.Intent) }}
	}
	return []refusal[releaseCommand]{
		edited("nothing", voucher.KindMalformed, func(in *voucher.Release) { in.Vouchers = nil }),
		edited("31 vouchers", voucher.KindMalformed, func(in *voucher.Release) {
			in.Vouchers = nil
			for n := range uint32(31) {
				in.Vouchers = append(in.Vouchers, voucher.Ref{Serial: n})
			}
		}),
		edited("30 vouchers", voucher.KindNotHeld, func(in *voucher.Release) {
			in.Vouchers = nil
			for n := range uint32(30) {
				in.Vouchers = append(in.Vouchers, voucher.Ref{Serial: n})
			}
		}),
		edited("a voucher twice", voucher.KindMalformed, func(in *voucher.Release) { in.Vouchers[1] = in.Vouchers[0] }),
		{"a voucher that is gone", voucher.KindUnknownVoucher, func(w *world, c *releaseCommand, _ []voucher.Address) {
			delete(w.state, "voucher/"+c.Intent.Vouchers[1].String())
		}},
		{"by another", voucher.KindBadSignature, func(_ *world, _ *releaseCommand, by []voucher.Address) { by[0] = till(2) }},
		{"late", voucher.KindDeadlinePassed, func(w *world, _ *releaseCommand, _ []voucher.Address) { w.now += 61 }},
		edited("early", voucher.KindDeadlineTooFar, func(in *voucher.Release) { in.Deadline = start + voucher.IntentLife + 1 }),
		edited("of nobody", voucher.KindUnknownMerchant, func(in *voucher.Release) { in.Merchant = stranger() }),
		{"by the owner", voucher.KindNotAuthorised, func(_ *world, c *releaseCommand, by []voucher.Address) {
			by[0], c.Intent.Till = wallet(1), wallet(1)
		}},
		{"by another merchant", voucher.KindNotHeld, func(_ *world, c *releaseCommand, by []voucher.Address) {
			by[0], c.Intent.Till, c.Intent.Merchant = rivalTill(), rivalTill(), rival()
		}},
		{"by another store's till", voucher.KindNotHeld, func(_ *world, c *releaseCommand, by []voucher.Address) {
			by[0], c.Intent.Till, c.Intent.Store = till(2), till(2), 2
		}},
		edited("of another hold", voucher.KindNotHeld, func(in *voucher.Release) { in.Hold = voucher.Hash{} }),
		edited("one of two", voucher.KindNotHeld, func(in *voucher.Release) { in.Vouchers = in.Vouchers[1:] }),
		{"lapsed", voucher.KindNotHeld, func(w *world, c *releaseCommand, _ []voucher.Address) {
			w.now = holdUntil
			c.Intent.Deadline = w.now
		}},
	}
}

func TestRelease_EveryRule(t *testing.T) {
	releaseScene().run(t, releaseRefusals())

	w, c, by := releaseScene().build(t)
	w.suspend(merchant())
	campaign := c.Intent.Vouchers[0].Campaign
	slot := voucher.Voucher{Owner: wallet(1), Units: 10, Expiry: validUntil, SignedAt: start, State: voucher.StateClaimed}.Pack()
	require.Equal(t, voucher.Events{
		voucher.HoldReleased{Hold: c.Intent.Hold, Merchant: merchant(), Store: 1, Till: till(1)},
		voucher.VoucherReleased{Campaign: campaign, Serial: 0, Voucher: slot, Units: 3},
		voucher.VoucherReleased{Campaign: campaign, Serial: 1, Voucher: slot, Units: 4},
	}, w.accept(c, by...))
}
