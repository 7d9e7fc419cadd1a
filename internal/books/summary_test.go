package books_test

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/books"
	"tally/internal/voucher"
)

// TestSummarise_OneLineForACommand: by the events that each verb has.
func TestSummarise_OneLineForACommand(t *testing.T) {
	hkd, merchant, undone := voucher.Currency{'H', 'K', 'D'}, voucher.Address{1}, voucher.Hash{9}
	cups, cards := voucher.CampaignID{1}, voucher.CampaignID{2}
	ref := func(c voucher.CampaignID, serial uint32) voucher.Ref { return voucher.Ref{Campaign: c, Serial: serial} }
	slot := func(units uint64) voucher.Slot {
		return voucher.Voucher{Owner: voucher.Address{7}, Units: units, State: voucher.StateClaimed}.Pack()
	}
	for name, c := range map[string]struct {
		events voucher.Events
		want   books.Summary
	}{
		"a claim": {
			voucher.Events{voucher.VoucherClaimed{Campaign: cups, Serial: 3, Voucher: slot(10)}},
			books.Summary{Units: 10, Vouchers: []voucher.Ref{ref(cups, 3)}, Campaigns: []voucher.CampaignID{cups}},
		},
		"a delivery": {
			voucher.Events{voucher.VoucherDelivered{Campaign: cups, Serial: 3, Voucher: slot(10)}},
			books.Summary{Units: 10, Vouchers: []voucher.Ref{ref(cups, 3)}, Campaigns: []voucher.CampaignID{cups}},
		},
		"an order of two campaigns, one voucher appears with it": {
			voucher.Events{
				voucher.VoucherDelivered{Campaign: cups, Serial: 3, Voucher: slot(10)},
				voucher.Redeemed{Merchant: merchant, Store: 4, Currency: hkd, Amount: 6400},
				voucher.VoucherRedeemed{Campaign: cups, Serial: 3, Voucher: slot(8), Units: 2, Discount: 3200},
				voucher.VoucherRedeemed{Campaign: cards, Serial: 1, Voucher: slot(0), Units: 500, Discount: 500},
			},
			books.Summary{
				Merchant: &merchant, Store: 4, Amount: 6400, Discount: 3700, Currency: hkd, Units: 502,
				Vouchers: []voucher.Ref{ref(cups, 3), ref(cards, 1)}, Campaigns: []voucher.CampaignID{cups, cards},
			},
		},
		"a hold": {
			voucher.Events{
				voucher.OrderHeld{Merchant: merchant, Store: 4, Currency: hkd, Amount: 6400},
				voucher.VoucherHeld{Campaign: cups, Serial: 3, Voucher: slot(10), Units: 2, Discount: 100},
			},
			books.Summary{
				Merchant: &merchant, Store: 4, Amount: 6400, Discount: 100, Currency: hkd, Units: 2,
				Vouchers: []voucher.Ref{ref(cups, 3)}, Campaigns: []voucher.CampaignID{cups},
			},
		},
		"a capture of a part": {
			voucher.Events{
				voucher.HoldCaptured{Merchant: merchant, Store: 4, Currency: hkd, Amount: 5000},
				voucher.VoucherRedeemed{Campaign: cups, Serial: 3, Voucher: slot(9), Units: 1, Discount: 50},
				voucher.VoucherReleased{Campaign: cups, Serial: 3, Voucher: slot(9), Units: 1},
			},
			books.Summary{
				Merchant: &merchant, Store: 4, Amount: 5000, Discount: 50, Currency: hkd, Units: 1,
				Vouchers: []voucher.Ref{ref(cups, 3)}, Campaigns: []voucher.CampaignID{cups},
			},
		},
		"a release": {
			voucher.Events{
				voucher.HoldReleased{Merchant: merchant, Store: 4},
				voucher.VoucherReleased{Campaign: cups, Serial: 3, Voucher: slot(10), Units: 2},
			},
			books.Summary{Merchant: &merchant, Store: 4, Units: 2, Vouchers: []voucher.Ref{ref(cups, 3)}, Campaigns: []voucher.CampaignID{cups}},
		},
		"a rollback": {
			voucher.Events{voucher.RolledBack{Redemption: undone}, voucher.VoucherReturned{Campaign: cups, Serial: 3, Voucher: slot(10), Units: 2}},
			books.Summary{Redemption: &undone, Units: 2, Vouchers: []voucher.Ref{ref(cups, 3)}, Campaigns: []voucher.CampaignID{cups}},
		},
		"a transfer of a voucher that appears with it": {
			voucher.Events{
				voucher.VoucherDelivered{Campaign: cups, Serial: 3, Voucher: slot(10)},
				voucher.VoucherTransferred{Campaign: cups, Serial: 3, Voucher: slot(10)},
			},
			books.Summary{Units: 10, Vouchers: []voucher.Ref{ref(cups, 3)}, Campaigns: []voucher.CampaignID{cups}},
		},
		"a new campaign": {
			voucher.Events{voucher.CampaignCreated{Campaign: cups, Create: voucher.CreateCampaign{Merchant: merchant, Currency: hkd, Units: 10}}},
			books.Summary{Merchant: &merchant, Campaigns: []voucher.CampaignID{cups}},
		},
		"a store": {
			voucher.Events{voucher.StorePut{Merchant: merchant, Store: 4}},
			books.Summary{Merchant: &merchant, Store: 4},
		},
		"nothing of a merchant's": {voucher.Events{voucher.OperatorsSet{}}, books.Summary{}},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.want, books.Summarise(c.events)) })
	}
}

// TestSummarise_EveryEvent: whatever an event names, merchant, store or campaign, its line has.
func TestSummarise_EveryEvent(t *testing.T) {
	for _, e := range voucher.EventTypes() {
		filled := reflect.New(reflect.TypeOf(e)).Elem()
		for name, value := range map[string]any{"Merchant": voucher.Address{1}, "Store": uint32(4), "Campaign": voucher.CampaignID{2}} {
			if field := filled.FieldByName(name); field.IsValid() {
				field.Set(reflect.ValueOf(value))
			}
		}
		event, ok := filled.Interface().(voucher.Event)
		require.True(t, ok)
		got := books.Summarise(voucher.Events{event})
		if filled.FieldByName("Merchant").IsValid() {
			require.Equal(t, &voucher.Address{1}, got.Merchant, voucher.EventName(e))
		}
		if filled.FieldByName("Store").IsValid() {
			require.EqualValues(t, 4, got.Store, voucher.EventName(e))
		}
		if filled.FieldByName("Campaign").IsValid() {
			require.Equal(t, []voucher.CampaignID{{2}}, got.Campaigns, voucher.EventName(e))
		}
	}
}
