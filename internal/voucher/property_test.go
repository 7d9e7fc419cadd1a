package voucher_test

import (
	"cmp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tally/internal/voucher"
)

// history is a world in which anything happens, with what must hold beside it.
type history struct {
	*world
	campaigns []voucher.CampaignID
	vouchers  []voucher.Ref
	taken     map[voucher.Ref]uint64 // units redeemed, by the events
	signed    map[voucher.Ref]uint64 // the latest signedAt seen
	offers    []voucher.Redeem
	redeemed  map[voucher.Hash]bool
	events    voucher.Events
	cancelled map[voucher.Hash]bool
}

func newHistory(t *rapid.T) *history {
	h := &history{
		world: newWorld(t), taken: map[voucher.Ref]uint64{}, signed: map[voucher.Ref]uint64{},
		redeemed: map[voucher.Hash]bool{}, cancelled: map[voucher.Hash]bool{},
	}
	h.campaigns = []voucher.CampaignID{
		h.campaign(func(in *voucher.CreateCampaign) { in.PerHolder, in.PerDay, in.Stores = 0, 0, nil }),
		h.campaign(func(in *voucher.CreateCampaign) {
			in.Units, in.Supply, in.Open, in.Cap, in.ValidDays, in.Stores = 1, 3, 3, 9, 1, nil
		}),
	}
	for n := range byte(2) {
		h.try(h.claims(h.campaigns[n], wallet(1), 0), wallet(1))
		h.try(h.claims(h.campaigns[0], wallet(2), 1+uint32(n)), wallet(2))
	}
	return h
}

func (h *history) anyWallet(t *rapid.T) voucher.Address {
	return wallet(rapid.ByteRange(1, 3).Draw(t, "wallet"))
}

func (h *history) Claim(t *rapid.T) {
	owner := h.anyWallet(t)
	campaign := rapid.SampledFrom(h.campaigns).Draw(t, "campaign")
	c := h.claims(campaign, owner, rapid.SliceOfN(rapid.Uint32Range(0, 10), 1, 4).Draw(t, "candidates")...)
	h.try(c, owner)
}

// try sends a command and, if it is accepted, sends it again: apply checks that
// the second changes nothing.
func (h *history) try(c voucher.Command, by ...voucher.Address) voucher.Outcome {
	out := h.apply(c, by...)
	if out.Status == voucher.StatusAccepted {
		h.events = append(h.events, out.Events...)
		require.Equal(h.t, voucher.StatusRefused, h.apply(c, by...).Status)
	}
	return out
}

func (h *history) Offer(t *rapid.T) {
	if len(h.vouchers) == 0 {
		t.Skip("nothing to offer")
	}
	owner := h.voucher(rapid.SampledFrom(h.vouchers).Draw(t, "voucher")).Owner
	mine := slices.DeleteFunc(slices.Clone(h.vouchers), func(r voucher.Ref) bool { return h.voucher(r).Owner != owner })
	if rapid.IntRange(0, 7).Draw(t, "honest") == 0 {
		mine = h.vouchers
	}
	refs := rapid.SliceOfNDistinct(rapid.SampledFrom(mine), 1, min(3, len(mine)), rapid.ID[voucher.Ref]).Draw(t, "vouchers")
	slices.SortFunc(refs, func(a, b voucher.Ref) int {
		return cmp.Or(slices.Compare(a.Campaign[:], b.Campaign[:]), cmp.Compare(a.Serial, b.Serial))
	})
	o := voucher.Redeem{Owner: owner, SignedAt: h.now - 20 + rapid.Uint64Range(0, 85).Draw(t, "signed")}
	o.Deadline = o.SignedAt + rapid.Uint64Range(0, 605).Draw(t, "life")
	for _, r := range refs {
		o.Lines = append(o.Lines, line(r, rapid.Uint64Range(1, min(6, max(1, h.voucher(r).Units+1))).Draw(t, "units")))
	}
	h.offers = append(h.offers, o)
}

func (h *history) anyOffer(t *rapid.T) voucher.Redeem {
	if len(h.offers) == 0 {
		t.Skip("no offer")
	}
	latest := h.offers[max(0, len(h.offers)-5):]
	return rapid.SampledFrom(latest).Draw(t, "offer")
}

func (h *history) Redeem(t *rapid.T) {
	o := h.anyOffer(t)
	c := h.accepts(o)
	for i := range c.Accept.Parts {
		c.Accept.Parts[i].Units = rapid.Uint64Range(1, o.Lines[i].Units).Draw(t, "taken")
	}
	number := rapid.ByteRange(1, 2).Draw(t, "store")
	c.Accept.Store, c.Accept.Till = uint32(number), till(number)
	out := h.try(c, o.Owner, till(number))
	if out.Status != voucher.StatusAccepted {
		return
	}
	require.False(t, h.cancelled[out.ID], "redeemed after its cancel")
	require.False(t, h.redeemed[out.ID], "redeemed twice")
	h.redeemed[out.ID] = true
	for _, e := range out.Events[1:] {
		e := e.(voucher.VoucherRedeemed)
		h.taken[voucher.Ref{Campaign: e.Campaign, Serial: e.Serial}] += e.Units
	}
}

func (h *history) Cancel(t *rapid.T) {
	c := h.cancels(h.anyOffer(t))
	if rapid.Bool().Draw(t, "by the till") {
		c.Cancel.Author, c.Cancel.Merchant = till(1), merchant()
	}
	out := h.try(c, c.Cancel.Author, c.Offer.Owner)
	if out.Status != voucher.StatusAccepted {
		return
	}
	require.False(t, h.redeemed[c.Cancel.Offer], "cancelled after it was redeemed")
	h.cancelled[c.Cancel.Offer] = true
}

func (h *history) Change(t *rapid.T) {
	campaign := rapid.SampledFrom(h.campaigns).Draw(t, "campaign")
	now := h.readCampaign(campaign)
	c := changeCampaign{Intent: voucher.ChangeCampaign{
		Author: merchant(), Merchant: merchant(), Campaign: campaign, Version: now.Version,
		Status: rapid.SampledFrom([]uint8{1, 1, 1, 2}).Draw(t, "status"),
		Supply: rapid.Uint32Range(now.Supply, 11).Draw(t, "supply"), Open: rapid.Uint32Range(0, 11).Draw(t, "open"),
		Deadline: h.now,
	}}
	h.try(c, merchant())
}

func (h *history) Time(t *rapid.T) {
	h.now += rapid.SampledFrom([]uint64{0, 1, 30, 90, 400}).Draw(t, "forward")
	h.now -= rapid.SampledFrom([]uint64{0, 0, 1, 20}).Draw(t, "back")
}

// Check is what holds after every step.
func (h *history) Check(t *rapid.T) {
	h.vouchers = nil
	for _, campaign := range h.campaigns {
		terms := h.readCampaign(campaign)
		require.LessOrEqual(t, terms.Open, terms.Supply)
		require.LessOrEqual(t, terms.Supply, terms.Cap)
		claimed := map[voucher.Address]uint32{}
		for serial := range uint32(12) {
			ref := voucher.Ref{Campaign: campaign, Serial: serial}
			v, ok, err := voucher.ReadVoucher(h.state, ref)
			require.NoError(t, err)
			if !ok {
				continue
			}
			require.Less(t, serial, terms.Open, "claimed beyond what is open")
			h.checkVoucher(t, ref, v, terms)
			h.vouchers = append(h.vouchers, ref)
			claimed[v.Owner]++
		}
		h.checkBooks(t, campaign, terms)
		for owner, n := range claimed {
			holder, err := voucher.ReadHolder(h.state, campaign, owner)
			require.NoError(t, err)
			require.Equal(t, n, holder.Claims)
			if terms.PerHolder > 0 {
				require.LessOrEqual(t, n, terms.PerHolder)
			}
		}
	}
}

// checkBooks counts the campaign from the events alone.
func (h *history) checkBooks(t *rapid.T, campaign voucher.CampaignID, terms voucher.Campaign) {
	census := voucher.NewCensus(campaign)
	census.Count([]voucher.Event{voucher.CampaignCreated{
		Campaign: campaign, Create: voucher.CreateCampaign{Units: terms.Units, Supply: terms.Supply},
	}})
	census.Count(h.events)
	books := census.Report(h.now)
	require.Empty(t, books.Broken)
	require.True(t, books.Holds)
}

func (h *history) checkVoucher(t *rapid.T, ref voucher.Ref, v voucher.Voucher, terms voucher.Campaign) {
	require.Equal(t, terms.Units, v.Units+h.taken[ref], "units of %s are neither there nor redeemed", ref)
	require.LessOrEqual(t, v.Units, terms.Units)
	require.GreaterOrEqual(t, v.SignedAt, h.signed[ref], "signedAt went back")
	h.signed[ref] = v.SignedAt
	require.Equal(t, v.Units == 0, v.State == voucher.StateSpent)
	require.LessOrEqual(t, v.Expiry, terms.ValidUntil)
}

// Whatever happens in whatever order: never more claimed than is open, units
// are conserved voucher by voucher, no time of signing goes back, nothing takes
// effect twice, and of an offer and its cancel at most one is accepted.
func TestAnyHistoryKeepsTheRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := newHistory(t)
		h.Check(t)
		t.Repeat(map[string]func(*rapid.T){
			"claim": h.Claim, "offer": h.Offer, "offer again": h.Offer, "redeem": h.Redeem, "redeem again": h.Redeem, "and again": h.Redeem,
			"cancel": h.Cancel, "change": h.Change, "time": h.Time, "": h.Check,
		})
	})
}
