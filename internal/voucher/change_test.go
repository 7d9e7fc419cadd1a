package voucher_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

type changeCampaign = voucher.Signed[voucher.ChangeCampaign]

func changeCampaignScene() scene[changeCampaign] {
	return scene[changeCampaign]{unsealedBuild(func(w *world) (changeCampaign, []voucher.Address) {
		return changeCampaign{Intent: voucher.ChangeCampaign{
			Author: merchant(), Merchant: merchant(), Campaign: w.campaign(), Version: 1,
			Status: voucher.CampaignPaused, Supply: 10, Open: 7,
			Offsets: []voucher.Offset{{From: 1_795_000_500, Minutes: 540}}, Deadline: w.now + 60,
		}}, []voucher.Address{merchant()}
	}), unsealed[changeCampaign]}
}

func change(name string, kind voucher.Kind, edit func(in *voucher.ChangeCampaign)) refusal[changeCampaign] {
	return refusal[changeCampaign]{name, kind, func(_ *world, c *changeCampaign, _ []voucher.Address) { edit(&c.Intent) }}
}

func changeCampaignRefusals() []refusal[changeCampaign] {
	exceeded := voucher.KindSupplyExceeded
	return []refusal[changeCampaign]{
		change("status 0", voucher.KindMalformed, func(in *voucher.ChangeCampaign) { in.Status = 0 }),
		change("status 4", voucher.KindMalformed, func(in *voucher.ChangeCampaign) { in.Status = 4 }),
		change("an offset of 7 minutes", voucher.KindMalformed, func(in *voucher.ChangeCampaign) { in.Offsets[0].Minutes = 7 }),
		change("65 offsets", voucher.KindMalformed, func(in *voucher.ChangeCampaign) {
			in.Offsets = nil
			for n := range uint64(voucher.MaxOffsets + 1) {
				in.Offsets = append(in.Offsets, voucher.Offset{From: start/900*900 + 900*(n+1)})
			}
		}),
		{"by another", voucher.KindBadSignature, func(_ *world, _ *changeCampaign, by []voucher.Address) { by[0] = rival() }},
		{"late", voucher.KindDeadlinePassed, func(w *world, _ *changeCampaign, _ []voucher.Address) { w.now += 61 }},
		change("early", voucher.KindDeadlineTooFar, func(in *voucher.ChangeCampaign) { in.Deadline = start + voucher.IntentLife + 1 }),
		change("of nobody", voucher.KindUnknownMerchant, func(in *voucher.ChangeCampaign) { in.Merchant = stranger() }),
		{"suspended", voucher.KindMerchantSuspended, func(w *world, _ *changeCampaign, _ []voucher.Address) { w.suspend(merchant()) }},
		{"by a till", voucher.KindNotAuthorised, func(_ *world, c *changeCampaign, by []voucher.Address) {
			by[0], c.Intent.Author = till(1), till(1)
		}},
		change("a campaign that is not there", voucher.KindUnknownCampaign, func(in *voucher.ChangeCampaign) { in.Campaign[0]++ }),
		{"another merchant's campaign", voucher.KindUnknownCampaign, func(_ *world, c *changeCampaign, by []voucher.Address) {
			by[0], c.Intent.Author, c.Intent.Merchant = rival(), rival(), rival()
		}},
		change("of the version to come", voucher.KindWrongVersion, func(in *voucher.ChangeCampaign) { in.Version = 2 }),
		change("of no version", voucher.KindWrongVersion, func(in *voucher.ChangeCampaign) { in.Version = 0 }),
		{"closed for good", voucher.KindCampaignInactive, func(w *world, c *changeCampaign, by []voucher.Address) {
			last := *c
			last.Intent.Status, last.Intent.Offsets = voucher.CampaignClosed, nil
			w.accept(last, by...)
			c.Intent.Version, c.Intent.Status = 2, voucher.CampaignActive
		}},
		change("more than the cap", exceeded, func(in *voucher.ChangeCampaign) { in.Supply = 11 }),
		change("more open than minted", exceeded, func(in *voucher.ChangeCampaign) { in.Open = 11 }),
		change("less open than before", exceeded, func(in *voucher.ChangeCampaign) { in.Open = 4 }),
		change("less minted than before", exceeded, func(in *voucher.ChangeCampaign) { in.Supply, in.Open = 7, 5 }),
		change("less left to issue than before", exceeded, func(in *voucher.ChangeCampaign) { in.Supply, in.Open = 10, 8 }),
		change("an offset before the last", voucher.KindInvalidTerms, func(in *voucher.ChangeCampaign) { in.Offsets[0].From = 0 }),
		change("an offset in place of the last", voucher.KindInvalidTerms, func(in *voucher.ChangeCampaign) { in.Offsets = []voucher.Offset{{}} }),
		change("an offset in the past", voucher.KindInvalidTerms, func(in *voucher.ChangeCampaign) { in.Offsets[0].From = start/900*900 - 900 }),
		{"an offset from now on", voucher.KindInvalidTerms, func(w *world, c *changeCampaign, _ []voucher.Address) {
			w.now = start/900*900 + 900
			c.Intent.Deadline, c.Intent.Offsets[0].From = w.now, w.now
		}},
		{"an offset before the last, which is to come", voucher.KindInvalidTerms, func(w *world, c *changeCampaign, by []voucher.Address) {
			w.accept(*c, by...)
			c.Intent.Version, c.Intent.Offsets[0].From = 2, c.Intent.Offsets[0].From-900
		}},
		{"an offset in place of the last, which is to come", voucher.KindInvalidTerms, func(w *world, c *changeCampaign, by []voucher.Address) {
			w.accept(*c, by...)
			c.Intent.Version = 2
		}},
		{"an offset where the campaign has none", voucher.KindInvalidTerms, func(w *world, c *changeCampaign, _ []voucher.Address) {
			c.Intent.Campaign = w.campaign(func(in *voucher.CreateCampaign) { in.Offsets = nil })
		}},
		{"more offsets than there may be", voucher.KindInvalidTerms, func(_ *world, c *changeCampaign, _ []voucher.Address) {
			c.Intent.Offsets = nil
			for n := range uint64(voucher.MaxOffsets) {
				c.Intent.Offsets = append(c.Intent.Offsets, voucher.Offset{From: start/900*900 + 900*(n+1)})
			}
		}},
	}
}

func TestChangeCampaign_EveryRule(t *testing.T) {
	changeCampaignScene().run(t, changeCampaignRefusals())

	w, c, by := changeCampaignScene().build(t)
	before := w.readCampaign(c.Intent.Campaign)
	require.Equal(t, voucher.Events{voucher.CampaignChanged{
		Campaign: c.Intent.Campaign, Version: 2, Status: voucher.CampaignPaused, Supply: 10, Open: 7, Offsets: c.Intent.Offsets,
	}}, w.accept(c, by...))
	want := before
	want.Version, want.Status, want.Supply, want.Open = 2, voucher.CampaignPaused, 10, 7
	want.Offsets = []voucher.Offset{{From: 0, Minutes: 480}, {From: 1_795_000_500, Minutes: 540}}
	require.Equal(t, want, w.readCampaign(c.Intent.Campaign), "nothing else changes")
}

func TestChangeCampaign_UpToEveryLimit(t *testing.T) {
	offsets := func(n uint64) (list []voucher.Offset) {
		for i := range n {
			list = append(list, voucher.Offset{From: start/900*900 + 900*(i+1)})
		}
		return list
	}
	for name, edit := range map[string]func(in *voucher.ChangeCampaign){
		"nothing": func(in *voucher.ChangeCampaign) {
			in.Status, in.Supply, in.Open, in.Offsets = voucher.CampaignActive, 8, 5, nil
		},
		"as many open as added": func(in *voucher.ChangeCampaign) { in.Supply, in.Open = 10, 7 },
		"none open of those":    func(in *voucher.ChangeCampaign) { in.Supply, in.Open = 10, 5 },
		"the next quarter":      func(in *voucher.ChangeCampaign) { in.Offsets = offsets(1) },
		"64 offsets with its":   func(in *voucher.ChangeCampaign) { in.Offsets = offsets(voucher.MaxOffsets - 1) },
	} {
		t.Run(name, func(t *testing.T) {
			w, c, by := changeCampaignScene().build(t)
			edit(&c.Intent)
			w.accept(c, by...)
		})
	}
	w, c, by := changeCampaignScene().build(t)
	c.Intent.Campaign = w.campaign(func(in *voucher.CreateCampaign) { in.Open = in.Supply })
	c.Intent.Supply, c.Intent.Open = 10, 10
	w.accept(c, by...)
}
