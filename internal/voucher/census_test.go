package voucher_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

// books counts a campaign from the events of its life.
func books(now uint64, c voucher.CampaignID, events voucher.Events) voucher.Conservation {
	census := voucher.NewCensus(c)
	census.Count(events)
	return census.Report(now)
}

// Every term of the books, from one campaign in which everything happened.
func TestTheBooksHaveATermForEverything(t *testing.T) {
	for _, policy := range []uint8{voucher.RollbackRestore, voucher.RollbackForfeit} {
		w := newWorld(t)
		in := w.terms()
		anything(&in)
		in.Rollback = policy
		create := createCampaign{Intent: in}
		events := w.accept(create, merchant())
		campaign := voucher.CampaignOf(id(in))
		refs := make([]voucher.Ref, 4)
		for n := range refs {
			refs[n] = voucher.Ref{Campaign: campaign, Serial: uint32(n)}
			events = append(events, w.accept(w.claims(campaign, wallet(1), uint32(n)), wallet(1))...)
		}
		void := func(serial uint32) {
			events = append(events, w.accept(voidCommand{Void: voucher.Void{
				Author: merchant(), Merchant: merchant(), Campaign: campaign, Serial: serial, Reason: "Lost", Deadline: w.now,
			}}, merchant())...)
		}
		sale := w.offers(wallet(1), line(refs[0], 4), line(refs[1], 10))
		events = append(events, w.accept(w.accepts(sale), wallet(1), till(1))...)
		hold := w.offers(wallet(1), line(refs[2], 3))
		hold.HoldUntil = holdUntil
		events = append(events, w.accept(w.accepts(hold), wallet(1), till(1))...)
		events = append(events, w.accept(w.rollbacks(id(sale), back(refs[0], 1, 4, 0)), merchant())...)
		void(3) // wallet 1's
		void(4) // nobody's

		want := voucher.Conservation{
			Campaign: campaign.String(), At: w.now, Holds: true,
			Vouchers: voucher.VoucherBalance{Minted: 8, Unclaimed: 3, Live: 2, Spent: 1, Void: 2},
			Units:    voucher.UnitBalance{Issued: 40, Available: 14, Held: 3, Redeemed: 13, Void: 10},
		}
		if policy == voucher.RollbackForfeit {
			want.Units.Available, want.Units.Forfeited = 13, 1
		}
		require.Equal(t, want, books(w.now, campaign, events))
		require.Equal(t, uint64(0), books(holdUntil, campaign, events).Units.Held, "a hold lapses")

		late := books(validUntil, campaign, events)
		require.True(t, late.Holds)
		require.Equal(t, uint64(2), late.Vouchers.Expired)
		require.Equal(t, want.Units.Available+3, late.Units.Expired)
		reinstated := voucher.MerchantReinstated{Merchant: merchant(), Lost: 900}
		require.Zero(t, books(validUntil, campaign, append(events, reinstated)).Vouchers.Expired)
		require.Equal(t, uint64(2), books(validUntil, campaign, append(voucher.Events{reinstated}, events...)).Vouchers.Expired,
			"what was lost before the campaign is not its")
	}
}

// Books of events that no ledger can have do not hold.
func TestBooksThatDoNotAddUpSaySo(t *testing.T) {
	w := newWorld(t)
	in := w.terms()
	created := voucher.CampaignCreated{Campaign: voucher.CampaignOf(id(in)), Create: in}
	slot := func(units uint64) voucher.Slot {
		return voucher.Voucher{Owner: wallet(1), Units: units, Expiry: validUntil, State: voucher.StateClaimed}.Pack()
	}
	c := created.Campaign
	claimed := voucher.VoucherClaimed{Campaign: c, Voucher: slot(10)}
	spent := claimed
	spent.Voucher = voucher.Voucher{Owner: wallet(1), Units: 10, Expiry: validUntil, State: voucher.StateSpent}.Pack()
	for name, events := range map[string]voucher.Events{
		"never created":               {claimed},
		"claimed twice":               {created, claimed, claimed},
		"claimed and delivered":       {created, claimed, voucher.VoucherDelivered{Campaign: c, Voucher: slot(10)}},
		"used by nobody":              {created, voucher.VoucherRedeemed{Campaign: c, Voucher: slot(9), Units: 1}},
		"given away by nobody":        {created, voucher.VoucherTransferred{Campaign: c, Voucher: slot(10)}},
		"units out of nothing":        {created, claimed, voucher.VoucherRedeemed{Campaign: c, Voucher: slot(10), Units: 1}},
		"units into nothing":          {created, claimed, voucher.VoucherTransferred{Campaign: c, Voucher: slot(9)}},
		"back what was never taken":   {created, claimed, voucher.VoucherReturned{Campaign: c, Voucher: slot(10), Units: 1, Forfeit: true}},
		"restored without a sale":     {created, claimed, voucher.VoucherReturned{Campaign: c, Voucher: slot(11), Units: 1}},
		"more than were minted (0)":   {voucher.CampaignCreated{Campaign: c, Create: voucher.CreateCampaign{Units: 10}}, claimed},
		"a voucher voided out of air": {created, voucher.VoucherVoided{Campaign: c, Voucher: slot(10)}},
		"spent with something left":   {created, spent},
		"never created, and nothing":  {},
	} {
		t.Run(name, func(t *testing.T) {
			r := books(w.now, c, events)
			require.False(t, r.Holds)
			serial := voucher.Ref{Campaign: c}.String()
			require.Equal(t, map[string]string{
				"never created":               "units do not add up: " + serial,
				"never created, and nothing":  "the campaign was never created",
				"claimed twice":               "a serial appeared twice: " + serial,
				"claimed and delivered":       "a serial appeared twice: " + serial,
				"used by nobody":              "a voucher was used that nobody claimed: " + serial,
				"given away by nobody":        "a voucher was used that nobody claimed: " + serial,
				"a voucher voided out of air": "a voucher was used that nobody claimed: " + serial,
				"units out of nothing":        "units do not add up: " + serial,
				"units into nothing":          "units do not add up: " + serial,
				"back what was never taken":   "more was given back than was redeemed: " + serial,
				"restored without a sale":     "more was given back than was redeemed: " + serial,
				"more than were minted (0)":   "there are more vouchers than were minted",
				"spent with something left":   "units do not add up",
			}[name], r.Broken)
		})
	}
	require.True(t, books(w.now, c, voucher.Events{created, claimed, voucher.VoucherReturned{Campaign: voucher.CampaignID{1}, Units: 9}}).Holds)
}

// A hold counts while it is open: until it is captured, released, overtaken
// by another use after it lapsed, or over. Its voucher is live so long.
func TestTheBooksCountAHoldWhileItIsOpen(t *testing.T) {
	w := newWorld(t)
	in := w.terms()
	created := voucher.CampaignCreated{Campaign: voucher.CampaignOf(id(in)), Create: in}
	c := created.Campaign
	slot := func(units uint64) voucher.Slot {
		return voucher.Voucher{Owner: wallet(1), Units: units, Expiry: validUntil, SignedAt: start, State: voucher.StateClaimed}.Pack()
	}
	held := voucher.Events{
		created, voucher.VoucherClaimed{Campaign: c, Voucher: slot(10)},
		voucher.VoucherHeld{Campaign: c, Voucher: slot(10), Units: 4, Until: validUntil + 900},
	}
	for _, c := range []struct {
		name   string
		after  voucher.Events
		at     uint64
		want   voucher.UnitBalance
		live   uint64
		minted uint64
	}{
		{"open", nil, start, voucher.UnitBalance{Issued: 10, Available: 6, Held: 4}, 1, 8},
		{"open after the expiry", nil, validUntil, voucher.UnitBalance{Issued: 10, Held: 4, Expired: 6}, 1, 8},
		{"lapsed", nil, validUntil + 900, voucher.UnitBalance{Issued: 10, Expired: 10}, 0, 8},
		{"cancelled, which leaves it", voucher.Events{voucher.VoucherCancelled{Campaign: c, Voucher: slot(10)}},
			start, voucher.UnitBalance{Issued: 10, Available: 6, Held: 4}, 1, 8},
		{"captured in part", voucher.Events{
			voucher.VoucherRedeemed{Campaign: c, Voucher: slot(7), Units: 3}, voucher.VoucherReleased{Campaign: c, Voucher: slot(7), Units: 1},
		}, start, voucher.UnitBalance{Issued: 10, Available: 7, Redeemed: 3}, 1, 8},
		{"captured", voucher.Events{voucher.VoucherRedeemed{Campaign: c, Voucher: slot(6), Units: 4}},
			start, voucher.UnitBalance{Issued: 10, Available: 6, Redeemed: 4}, 1, 8},
		{"released", voucher.Events{voucher.VoucherReleased{Campaign: c, Voucher: slot(10), Units: 4}},
			start, voucher.UnitBalance{Issued: 10, Available: 10}, 1, 8},
		{"given away", voucher.Events{voucher.VoucherTransferred{Campaign: c, Voucher: slot(10)}},
			start, voucher.UnitBalance{Issued: 10, Available: 10}, 1, 8},
		{"and more was minted", voucher.Events{voucher.CampaignChanged{Campaign: c, Supply: 9}},
			start, voucher.UnitBalance{Issued: 10, Available: 6, Held: 4}, 1, 9},
		{"and more was minted elsewhere", voucher.Events{voucher.CampaignChanged{Supply: 9}},
			start, voucher.UnitBalance{Issued: 10, Available: 6, Held: 4}, 1, 8},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := books(c.at, created.Campaign, append(held[:3:3], c.after...))
			require.Empty(t, r.Broken)
			require.Equal(t, c.want, r.Units)
			require.Equal(t, voucher.VoucherBalance{
				Minted: c.minted, Unclaimed: c.minted - 1, Live: c.live, Expired: 1 - c.live,
			}, r.Vouchers)
		})
	}
}

// A cancel's slot is the voucher's latest, as every other event's is.
func TestTheBooksFollowEverySlot(t *testing.T) {
	w := newWorld(t)
	in := w.terms()
	created := voucher.CampaignCreated{Campaign: voucher.CampaignOf(id(in)), Create: in}
	v := voucher.Voucher{Owner: wallet(1), Units: 10, Expiry: validUntil, State: voucher.StateClaimed}
	claimed := voucher.VoucherClaimed{Campaign: created.Campaign, Voucher: v.Pack()}
	v.Units = 9
	r := books(start, created.Campaign, voucher.Events{created, claimed, voucher.VoucherCancelled{Campaign: created.Campaign, Voucher: v.Pack()}})
	require.False(t, r.Holds, "a unit went with the cancel")
}
