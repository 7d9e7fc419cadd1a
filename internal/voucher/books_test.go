package voucher_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/books"
	"tally/internal/voucher"
)

// reportOf counts a campaign from the events of its life.
func reportOf(now uint64, c voucher.CampaignID, events voucher.Events) books.Report {
	counted := books.NewCampaign(c)
	counted.Count(voucher.Outcome{Events: events})
	return counted.Report(now)
}

// discounts is what redemptions took off; nothing is given back where the events are
// counted as those of one command, which is no rollback of itself.
func discounts(events voucher.Events) (f books.Flow) {
	for _, e := range events {
		if e, ok := e.(voucher.VoucherRedeemed); ok {
			f.Gross += e.Discount
		}
	}
	f.Net = f.Gross
	return f
}

// TestBooks_HaveATermForEverything counts one campaign in which everything happened.
func TestBooks_HaveATermForEverything(t *testing.T) {
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

		want := books.Report{
			Campaign: campaign.String(), At: w.now, Holds: true,
			Vouchers: books.Vouchers{Minted: 8, Unclaimed: 3, Live: 2, Spent: 1, Void: 2},
			Units:    books.Units{Issued: 40, Available: 14, Held: 3, Redeemed: 13, Void: 10},
		}
		want.Sales = books.Sales{Currency: in.Currency, Units: books.Flow{Gross: 14, Returned: 1, Net: 13}, Discount: discounts(events)}
		if policy == voucher.RollbackForfeit {
			want.Units.Available, want.Units.Forfeited = 13, 1
		}
		require.Equal(t, want, reportOf(w.now, campaign, events))
		require.Equal(t, uint64(0), reportOf(holdUntil, campaign, events).Units.Held, "a hold lapses")

		late := reportOf(validUntil, campaign, events)
		require.True(t, late.Holds)
		require.Equal(t, uint64(2), late.Vouchers.Expired)
		require.Equal(t, want.Units.Available+3, late.Units.Expired)
		reinstated := voucher.MerchantReinstated{Merchant: merchant(), Lost: 900}
		require.Zero(t, reportOf(validUntil, campaign, append(events, reinstated)).Vouchers.Expired)
		require.Equal(t, uint64(2), reportOf(validUntil, campaign, append(voucher.Events{reinstated}, events...)).Vouchers.Expired,
			"what was lost before the campaign is not its")
	}
}
