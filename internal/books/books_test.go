package books_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/books"
	"tally/internal/voucher"
)

const (
	start      = 1_790_000_000 // when a campaign is created
	validUntil = 1_798_761_600 // when its vouchers expire
)

// owner is whose vouchers they are.
func owner() voucher.Address { return voucher.Address{0: 0xa0, 19: 0x51} }

// created starts a campaign of 8 vouchers of 10 units.
func created() voucher.CampaignCreated {
	return voucher.CampaignCreated{
		Campaign: voucher.CampaignID{7}, Create: voucher.CreateCampaign{Merchant: voucher.Address{0x20}, Units: 10, Supply: 8},
	}
}

// reportOf counts a campaign from the events of its life.
func reportOf(now uint64, c voucher.CampaignID, events voucher.Events) books.Report {
	counted := books.NewCampaign(c)
	counted.Count(voucher.Outcome{Events: events})
	return counted.Report(now)
}

// TestCampaign_SaysWhatDoesNotAddUp counts events that no ledger can have.
func TestCampaign_SaysWhatDoesNotAddUp(t *testing.T) {
	created := created()
	slot := func(units uint64) voucher.Slot {
		return voucher.Voucher{Owner: owner(), Units: units, Expiry: validUntil, State: voucher.StateClaimed}.Pack()
	}
	c := created.Campaign
	claimed := voucher.VoucherClaimed{Campaign: c, Voucher: slot(10)}
	spent := claimed
	spent.Voucher = voucher.Voucher{Owner: owner(), Units: 10, Expiry: validUntil, State: voucher.StateSpent}.Pack()
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
			r := reportOf(start, c, events)
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
	require.True(t, reportOf(start, c, voucher.Events{created, claimed, voucher.VoucherReturned{Campaign: voucher.CampaignID{1}, Units: 9}}).Holds)
}

// TestCampaign_CountsAHoldWhileItIsOpen: until it is captured, released, overtaken
// by another use after it lapsed, or over. Its voucher is live until then.
func TestCampaign_CountsAHoldWhileItIsOpen(t *testing.T) {
	created := created()
	c := created.Campaign
	slot := func(units uint64) voucher.Slot {
		return voucher.Voucher{Owner: owner(), Units: units, Expiry: validUntil, SignedAt: start, State: voucher.StateClaimed}.Pack()
	}
	held := voucher.Events{
		created, voucher.VoucherClaimed{Campaign: c, Voucher: slot(10)},
		voucher.VoucherHeld{Campaign: c, Voucher: slot(10), Units: 4, Until: validUntil + 900},
	}
	for _, c := range []struct {
		name   string
		after  voucher.Events
		at     uint64
		want   books.Units
		live   uint64
		minted uint64
	}{
		{"open", nil, start, books.Units{Issued: 10, Available: 6, Held: 4}, 1, 8},
		{"open after the expiry", nil, validUntil, books.Units{Issued: 10, Held: 4, Expired: 6}, 1, 8},
		{"lapsed", nil, validUntil + 900, books.Units{Issued: 10, Expired: 10}, 0, 8},
		{"cancelled, which leaves it", voucher.Events{voucher.VoucherCancelled{Campaign: c, Voucher: slot(10)}},
			start, books.Units{Issued: 10, Available: 6, Held: 4}, 1, 8},
		{"captured in part", voucher.Events{
			voucher.VoucherRedeemed{Campaign: c, Voucher: slot(7), Units: 3}, voucher.VoucherReleased{Campaign: c, Voucher: slot(7), Units: 1},
		}, start, books.Units{Issued: 10, Available: 7, Redeemed: 3}, 1, 8},
		{"captured", voucher.Events{voucher.VoucherRedeemed{Campaign: c, Voucher: slot(6), Units: 4}},
			start, books.Units{Issued: 10, Available: 6, Redeemed: 4}, 1, 8},
		{"released", voucher.Events{voucher.VoucherReleased{Campaign: c, Voucher: slot(10), Units: 4}},
			start, books.Units{Issued: 10, Available: 10}, 1, 8},
		{"given away", voucher.Events{voucher.VoucherTransferred{Campaign: c, Voucher: slot(10)}},
			start, books.Units{Issued: 10, Available: 10}, 1, 8},
		{"and more was minted", voucher.Events{voucher.CampaignChanged{Campaign: c, Supply: 9}},
			start, books.Units{Issued: 10, Available: 6, Held: 4}, 1, 9},
		{"and more was minted elsewhere", voucher.Events{voucher.CampaignChanged{Supply: 9}},
			start, books.Units{Issued: 10, Available: 6, Held: 4}, 1, 8},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := reportOf(c.at, created.Campaign, append(held[:3:3], c.after...))
			require.Empty(t, r.Broken)
			require.Equal(t, c.want, r.Units)
			require.Equal(t, books.Vouchers{
				Minted: c.minted, Unclaimed: c.minted - 1, Live: c.live, Expired: 1 - c.live,
			}, r.Vouchers)
		})
	}
}

// TestCampaign_FollowsEverySlot: a cancel's slot is the voucher's latest, as every other event's is.
func TestCampaign_FollowsEverySlot(t *testing.T) {
	created := created()
	v := voucher.Voucher{Owner: owner(), Units: 10, Expiry: validUntil, State: voucher.StateClaimed}
	claimed := voucher.VoucherClaimed{Campaign: created.Campaign, Voucher: v.Pack()}
	v.Units = 9
	r := reportOf(start, created.Campaign, voucher.Events{created, claimed, voucher.VoucherCancelled{Campaign: created.Campaign, Voucher: v.Pack()}})
	require.False(t, r.Holds, "a unit went with the cancel")
}
