package books_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tally/internal/books"
	"tally/internal/voucher"
)

// TestGivenBack_IsInProportion rounds down on the way, and gives back all in the end.
func TestGivenBack_IsInProportion(t *testing.T) {
	for name, c := range map[string]struct {
		taken books.Taken
		want  uint64
	}{
		"nothing":                 {books.Taken{Units: 3, Discount: 100}, 0},
		"a third, rounded down":   {books.Taken{Units: 3, Discount: 100, Returned: 1}, 33},
		"two thirds":              {books.Taken{Units: 3, Discount: 100, Returned: 2}, 66},
		"all":                     {books.Taken{Units: 3, Discount: 100, Returned: 3}, 100},
		"never more than all":     {books.Taken{Units: 3, Discount: 100, Returned: 4}, 100},
		"of a free sale":          {books.Taken{Units: 3, Returned: 2}, 0},
		"of what never was":       {books.Taken{Returned: 2}, 0},
		"of what 64 bits hold":    {books.Taken{Units: 1<<36 - 1, Discount: 1<<53 - 1, Returned: 1<<36 - 2}, 9007199254609918},
		"all of what 64 bits can": {books.Taken{Units: 1<<64 - 1, Discount: 1<<64 - 1, Returned: 1<<64 - 1}, 1<<64 - 1},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.want, books.GivenBack(c.taken)) })
	}
}

// TestSales_GrossLessReturnedIsNet: of random sales and rollbacks, in any order that a
// ledger can have. The books are held against a sum that is kept beside them.
func TestSales_GrossLessReturnedIsNet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := created()
		c.Create.Currency, c.Create.Units = voucher.Currency{'H', 'K', 'D'}, 100
		campaign, other := c.Campaign, voucher.CampaignID{9}
		counted := books.NewCampaign(campaign)
		counted.Count(voucher.Outcome{Events: voucher.Events{c}})
		left := map[uint32]uint64{}
		slot := func(serial uint32) voucher.Slot {
			v := voucher.Voucher{Owner: owner(), Units: left[serial], Expiry: validUntil, State: voucher.StateClaimed}
			if v.Units == 0 {
				v.State = voucher.StateSpent
			}
			return v.Pack()
		}
		for serial := range uint32(3) {
			left[serial] = 100
			counted.Count(voucher.Outcome{Events: voucher.Events{voucher.VoucherClaimed{Campaign: campaign, Serial: serial, Voucher: slot(serial)}}})
		}
		type line struct {
			id       voucher.Hash
			serial   uint32
			taken    uint64
			discount uint64
			returned uint64
		}
		var sold []*line
		var units, discount books.Flow
		sell := func(t *rapid.T) {
			l := &line{id: voucher.Hash{byte(len(sold) + 1)}, serial: rapid.Uint32Range(0, 2).Draw(t, "serial")}
			if left[l.serial] == 0 || len(sold) > 200 {
				t.Skip("nothing left")
			}
			l.taken, l.discount = rapid.Uint64Range(1, left[l.serial]).Draw(t, "units"), rapid.Uint64Range(0, 1_000_000).Draw(t, "discount")
			left[l.serial] -= l.taken
			sold = append(sold, l)
			units.Gross, discount.Gross = units.Gross+l.taken, discount.Gross+l.discount
			counted.Count(voucher.Outcome{ID: l.id, Events: voucher.Events{
				voucher.Redeemed{},
				voucher.VoucherRedeemed{Campaign: campaign, Serial: l.serial, Units: l.taken, Discount: l.discount, Voucher: slot(l.serial)},
				voucher.VoucherRedeemed{Campaign: other, Serial: l.serial, Units: 1, Discount: 5}, // of the same order
			}})
		}
		giveBack := func(t *rapid.T) {
			if len(sold) == 0 {
				t.Skip("nothing sold")
			}
			l := rapid.SampledFrom(sold).Draw(t, "sale")
			if l.taken == l.returned {
				t.Skip("all is back")
			}
			n, forfeit := rapid.Uint64Range(1, l.taken-l.returned).Draw(t, "back"), rapid.Bool().Draw(t, "forfeit")
			before := l.discount * l.returned / l.taken
			l.returned += n
			units.Returned, discount.Returned = units.Returned+n, discount.Returned+l.discount*l.returned/l.taken-before
			if !forfeit {
				left[l.serial] += n
			}
			counted.Count(voucher.Outcome{ID: voucher.Hash{31: 1}, Events: voucher.Events{
				voucher.RolledBack{Redemption: l.id},
				voucher.VoucherReturned{Campaign: campaign, Serial: l.serial, Units: n, Forfeit: forfeit, Voucher: slot(l.serial)},
			}})
		}
		t.Repeat(map[string]func(*rapid.T){"sell": sell, "give back": giveBack, "": func(t *rapid.T) {
			units.Net, discount.Net = units.Gross-units.Returned, discount.Gross-discount.Returned
			r := counted.Report(start)
			require.True(t, r.Holds, r.Broken)
			require.Equal(t, books.Sales{Currency: c.Create.Currency, Units: units, Discount: discount}, r.Sales)
			require.Equal(t, r.Sales.Units.Net, r.Units.Redeemed)
			for _, l := range sold {
				if l.returned == l.taken {
					require.Equal(t, l.discount, books.GivenBack(books.Taken{Units: l.taken, Discount: l.discount, Returned: l.returned}))
				}
			}
		}})
	})
}

// TestReport_SalesThatDoNotAddUp: a reader adds the figures of a report up again.
func TestReport_SalesThatDoNotAddUp(t *testing.T) {
	for name, edit := range map[string]func(*books.Report){
		"units":                       func(r *books.Report) { r.Sales.Units.Gross++ },
		"more back than was taken":    func(r *books.Report) { r.Sales.Units = books.Flow{Gross: 1, Returned: 2, Net: 1<<64 - 1} },
		"net is not what is redeemed": func(r *books.Report) { r.Sales.Units = books.Flow{Gross: 1, Net: 1} },
		"money":                       func(r *books.Report) { r.Sales.Discount.Returned++ },
	} {
		t.Run(name, func(t *testing.T) {
			r := reportOf(start, created().Campaign, voucher.Events{created()})
			require.Empty(t, r.Imbalance())
			edit(&r)
			require.NotEmpty(t, r.Imbalance())
		})
	}
}
