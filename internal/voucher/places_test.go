package voucher_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

func placedScene() scene[redeemCommand] {
	return scene[redeemCommand]{unsealedBuild(func(w *world) (redeemCommand, []voucher.Address) {
		campaign := w.campaign(anything)
		claimed := w.claim(campaign, wallet(2), 0)
		issue := w.issues(campaign, owners())
		w.accept(issue, merchant())
		c := w.accepts(w.offers(wallet(2), line(claimed, 1), line(voucher.Ref{Campaign: campaign, Serial: 8}, 2)))
		c.Places = []voucher.Place{{}, place(id(issue.Intent), owners(), 1)}
		c.Accept.Offer = voucher.Hash{}
		return c, []voucher.Address{wallet(2), till(1)}
	}), sealRedeem}
}

func TestPlaces_LetAVoucherAppear(t *testing.T) {
	placed := func(name string, edit func(p *voucher.Place)) refusal[redeemCommand] {
		return refusal[redeemCommand]{name, voucher.KindBadPlace, func(_ *world, c *redeemCommand, _ []voucher.Address) { edit(&c.Places[1]) }}
	}
	placedScene().run(t, []refusal[redeemCommand]{
		{"no place", voucher.KindUnknownVoucher, func(_ *world, c *redeemCommand, _ []voucher.Address) { c.Places = nil }},
		{"a place of nothing", voucher.KindUnknownVoucher, func(_ *world, c *redeemCommand, _ []voucher.Address) { c.Places[1] = voucher.Place{} }},
		placed("of no such issue", func(p *voucher.Place) { p.Issue[0]++ }),
		placed("another's", func(p *voucher.Place) { p.Index = 0 }),
		placed("a proof of 32 hashes", func(p *voucher.Place) { p.Path = make([]voucher.Hash, 32) }),
		{"of another serial", voucher.KindBadPlace, func(_ *world, c *redeemCommand, _ []voucher.Address) { c.Offer.Lines[1].Serial = 9 }},
		{"of another campaign", voucher.KindBadPlace, func(w *world, c *redeemCommand, _ []voucher.Address) {
			other := w.campaign(anything, func(in *voucher.CreateCampaign) { in.Terms = "{}" })
			c.Offer.Lines[1].Campaign = other
			slices.SortFunc(c.Offer.Lines, func(a, b voucher.Line) int { return slices.Compare(a.Campaign[:], b.Campaign[:]) })
			if c.Offer.Lines[0].Campaign == other {
				slices.Reverse(c.Places)
			}
			for i := range c.Offer.Lines {
				c.Accept.Parts[i].Units = 1
			}
		}},
		placed("beyond the list", func(p *voucher.Place) { p.Index = 3 }),
		placed("a wrong proof", func(p *voucher.Place) { p.Path[0][0]++ }),
		placed("a shorter proof", func(p *voucher.Place) { p.Path = p.Path[1:] }),
		{"void", voucher.KindVoided, func(w *world, c *redeemCommand, _ []voucher.Address) {
			w.put(c.Offer.Lines[1].Ref(), voucher.Voucher{State: voucher.StateVoid})
		}},
	})
	w, c, by := placedScene().build(t)
	sealRedeem(&c)
	events := w.accept(c, by...)
	require.Len(t, events, 4)
	require.IsType(t, voucher.VoucherRedeemed{}, events[1])
	before := voucher.Voucher{Owner: wallet(2), Units: 10, Expiry: validUntil, State: voucher.StateClaimed}
	after := voucher.Voucher{Owner: wallet(2), Units: 8, Expiry: validUntil, SignedAt: start, State: voucher.StateClaimed}
	campaign := c.Offer.Lines[1].Campaign
	require.Equal(t, voucher.Events{
		voucher.VoucherDelivered{Campaign: campaign, Serial: 8, Voucher: before.Pack(), Issue: c.Places[1].Issue, Index: 1},
		voucher.VoucherRedeemed{Campaign: campaign, Serial: 8, Voucher: after.Pack(), Units: 2, Discount: 1},
	}, events[2:])
	require.Equal(t, after, w.voucher(c.Offer.Lines[1].Ref()))
}

func TestPlaces_OfACancel(t *testing.T) {
	w, r, _ := placedScene().build(t)
	sealRedeem(&r)
	c := w.cancels(r.Offer)
	w.refuse(voucher.KindUnknownVoucher, c, wallet(2), wallet(2))
	c.Places = r.Places
	events := w.accept(c, wallet(2), wallet(2))
	require.Len(t, events, 4)
	require.IsType(t, voucher.VoucherDelivered{}, events[2])
	w.refuse(voucher.KindAlreadyUsed, r, wallet(2), till(1))
}
