package voucher_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

func sealCancel(c *voucher.CancelCommand) {
	if c.Cancel.Offer.IsZero() {
		c.Cancel.Offer = id(c.Offer)
	}
}

// cancelScene cancels an offer of two vouchers by a till that was shown it.
func cancelScene() scene[voucher.CancelCommand] {
	return scene[voucher.CancelCommand]{unsealedBuild(func(w *world) (voucher.CancelCommand, []voucher.Address) {
		campaign := w.campaign()
		first, second := w.claim(campaign, wallet(1), 0), w.claim(campaign, wallet(1), 1)
		c := w.cancels(w.offers(wallet(1), line(first, 3), line(second, 4)))
		c.Cancel.Offer, c.Cancel.Author, c.Cancel.Merchant = voucher.Hash{}, till(1), merchant()
		return c, []voucher.Address{till(1), wallet(1)}
	}), sealCancel}
}

func cancelRefusals() []refusal[voucher.CancelCommand] {
	type cancel = voucher.CancelCommand
	offered := func(name string, kind voucher.Kind, edit func(o *voucher.Redeem)) refusal[cancel] {
		return refusal[cancel]{name, kind, func(_ *world, c *cancel, _ []voucher.Address) { edit(&c.Offer) }}
	}
	stored := func(name string, kind voucher.Kind, edit func(v *voucher.Voucher)) refusal[cancel] {
		return refusal[cancel]{name, kind, func(w *world, c *cancel, _ []voucher.Address) {
			ref := c.Offer.Lines[1].Ref()
			v := w.voucher(ref)
			edit(&v)
			w.put(ref, v)
		}}
	}
	return []refusal[cancel]{
		offered("no lines", voucher.KindMalformed, func(o *voucher.Redeem) { o.Lines = nil }),
		offered("a line of no units", voucher.KindMalformed, func(o *voucher.Redeem) { o.Lines[1].Units = 0 }),
		offered("a line of 2^36 units", voucher.KindMalformed, func(o *voucher.Redeem) { o.Lines[1].Units = 1 << 36 }),
		offered("a minute ahead", voucher.KindAccepted, func(o *voucher.Redeem) { o.SignedAt += 60 }),
		offered("a voucher twice", voucher.KindMalformed, func(o *voucher.Redeem) { o.Lines[1] = o.Lines[0] }),
		offered("signed after the end of the slot", voucher.KindMalformed, func(o *voucher.Redeem) { o.SignedAt = 1 << 32 }),
		{"a place for one line of two", voucher.KindMalformed, func(_ *world, c *cancel, _ []voucher.Address) { c.Places = make([]voucher.Place, 1) }},
		{"of another offer", voucher.KindWrongOffer, func(_ *world, c *cancel, _ []voucher.Address) { c.Cancel.Offer = voucher.Hash{1} }},
		{"by a till for no merchant", voucher.KindWrongOffer, func(_ *world, c *cancel, _ []voucher.Address) { c.Cancel.Merchant = voucher.Address{} }},
		{"by another till", voucher.KindBadSignature, func(_ *world, _ *cancel, by []voucher.Address) { by[0] = till(2) }},
		{"of what another wallet signed", voucher.KindBadSignature, func(_ *world, _ *cancel, by []voucher.Address) { by[1] = wallet(2) }},
		{"late", voucher.KindDeadlinePassed, func(w *world, _ *cancel, _ []voucher.Address) { w.now += 61 }},
		{"early", voucher.KindDeadlineTooFar, func(w *world, c *cancel, _ []voucher.Address) {
			c.Cancel.Deadline = w.now + voucher.IntentLife + 1
		}},
		offered("61 seconds ahead", voucher.KindSignedAhead, func(o *voucher.Redeem) { o.SignedAt += 61 }),
		offered("good for more than ten minutes", voucher.KindDeadlineTooFar, func(o *voucher.Redeem) { o.Deadline = o.SignedAt + 601 }),
		offered("over before it was signed", voucher.KindMalformed, func(o *voucher.Redeem) { o.Deadline = o.SignedAt - 1 }),
		offered("over when it was signed", voucher.KindAccepted, func(o *voucher.Redeem) { o.Deadline = o.SignedAt }),
		{"over for more than a week", voucher.KindOfferOver, func(w *world, c *cancel, _ []voucher.Address) {
			w.now = c.Offer.Deadline + voucher.TillCancel + 1
			c.Cancel.Deadline = w.now
		}},
		{"no such merchant", voucher.KindUnknownMerchant, func(_ *world, c *cancel, _ []voucher.Address) { c.Cancel.Merchant = stranger() }},
		{"by another merchant's till", voucher.KindNotAuthorised, func(_ *world, c *cancel, by []voucher.Address) {
			by[0], c.Cancel.Author = rivalTill(), rivalTill()
		}},
		{"by another merchant's till for itself", voucher.KindUnknownCampaign, func(_ *world, c *cancel, by []voucher.Address) {
			by[0], c.Cancel.Author, c.Cancel.Merchant = rivalTill(), rivalTill(), rival()
		}},
		{"by the owner for a merchant", voucher.KindNotAuthorised, func(_ *world, c *cancel, by []voucher.Address) {
			by[0], c.Cancel.Author = wallet(1), wallet(1)
		}},
		{"no such campaign", voucher.KindUnknownCampaign, func(_ *world, c *cancel, _ []voucher.Address) {
			c.Offer.Lines[1].Campaign = voucher.CampaignID{0: 0xff, 1: 0xff, 2: 0xff}
			c.Offer.Lines = c.Offer.Lines[1:]
		}},
		offered("a serial that nobody claimed", voucher.KindUnknownVoucher, func(o *voucher.Redeem) { o.Lines[1].Serial = 2 }),
		stored("somebody else's", voucher.KindNotOwner, func(v *voucher.Voucher) { v.Owner = wallet(2) }),
		stored("used at this second", voucher.KindAlreadyUsed, func(v *voucher.Voucher) { v.SignedAt = start }),
		stored("used a second later", voucher.KindSuperseded, func(v *voucher.Voucher) { v.SignedAt = start + 1 }),
	}
}

func TestCancel_EveryRule(t *testing.T) {
	cancelScene().run(t, cancelRefusals())

	w, c, by := cancelScene().build(t)
	sealCancel(&c)
	after := voucher.Voucher{Owner: wallet(1), Units: 10, Expiry: validUntil, SignedAt: start, State: voucher.StateClaimed}
	campaign := c.Offer.Lines[0].Campaign
	require.Equal(t, voucher.Events{
		voucher.OfferCancelled{Offer: id(c.Offer), Author: till(1)},
		voucher.VoucherCancelled{Campaign: campaign, Serial: 0, Voucher: after.Pack()},
		voucher.VoucherCancelled{Campaign: campaign, Serial: 1, Voucher: after.Pack()},
	}, w.accept(c, by...))
}

func TestCancel_OrRedeemWhicheverIsFirst(t *testing.T) {
	for _, c := range []struct {
		name string
		by   voucher.Address
		of   voucher.Address
	}{
		{"by its owner", wallet(1), voucher.Address{}},
		{"by the till that was shown it", till(1), merchant()},
		{"by another till of the merchant", till(2), merchant()},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, cancelFirst := range []bool{true, false} {
				w := newWorld(t)
				o := w.offers(wallet(1), line(w.claim(w.campaign(), wallet(1), 0), 1))
				cancel := w.cancels(o)
				cancel.Cancel.Author, cancel.Cancel.Merchant = c.by, c.of
				if cancelFirst {
					w.accept(cancel, c.by, wallet(1))
					w.refuse(voucher.KindAlreadyUsed, w.accepts(o), wallet(1), till(1))
				} else {
					w.accept(w.accepts(o), wallet(1), till(1))
					w.refuse(voucher.KindAlreadyUsed, cancel, c.by, wallet(1))
				}
			}
		})
	}
}

// A cancel is possible when the merchant is suspended, and after the offer's deadline.
func TestCancel_SettlesALateOffer(t *testing.T) {
	w, c, by := cancelScene().build(t)
	sealCancel(&c)
	w.suspend(merchant())
	w.now += 3600
	c.Cancel.Deadline = w.now
	w.accept(c, by...)
}

func TestCancel_LeavesRoomForANewCode(t *testing.T) {
	w := newWorld(t)
	ref := w.claim(w.campaign(), wallet(1), 0)
	w.accept(w.cancels(w.offers(wallet(1), line(ref, 1))), wallet(1), wallet(1))
	w.now++
	w.accept(w.accepts(w.offers(wallet(1), line(ref, 1))), wallet(1), till(1))
}

// A cancel takes nothing, so an open hold does not stop it, and it does not stop the hold.
func TestCancel_LeavesAHoldOpen(t *testing.T) {
	w := newWorld(t)
	ref := w.claim(w.campaign(anything), wallet(1), 0)
	hold := w.hold(ref, wallet(1), 5)
	w.now++
	w.accept(w.cancels(w.offers(wallet(1), line(ref, 1))), wallet(1), wallet(1))
	w.accept(w.captures(hold, take(ref, 5, 0)), till(1))
}
