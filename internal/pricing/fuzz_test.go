package pricing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/pricing"
	"tally/internal/voucher"
)

// FuzzEvaluate: any terms on any cart end, by whatever figures, within the bounds of a
// discount; their record is accepted, and all of it can be given back.
func FuzzEvaluate(f *testing.F) {
	cart := []byte(`{"currency":"HKD","prices":"added","taxes":[{"class":"a","rate":90000}],"lines":[
		{"id":"1","sku":"A","tags":["drink"],"unit":9007199254740,"quantity":99,"amount":891712726219260,"reduced":7,"tax":"a"},
		{"id":"2","of":"1","unit":3,"quantity":7,"amount":21},{"id":"3","unit":5,"quantity":1,"amount":5,"fee":true}]}`)
	for _, offer := range []string{
		`{"kind":"amount_off","amount":9007199254740991,"every":1}`, `{"kind":"percent_off","bp":9999,"round":"up","on":{"fees":true}}`,
		`{"kind":"exchange","on":{"tags":["drink"]},"items":1000}`, `{"kind":"exchange","on":{"skus":["A"]},"pay":1}`,
		`{"kind":"buy_get","buy":{"count":2},"get":{"count":1,"bp":1},"repeat":1000}`,
		`{"kind":"buy_get","buy":{"count":1,"on":{"add_ons":true}},"get":{"count":3},"repeat":1000}`, `{"kind":"stored_value","on":{"fees":true}}`,
	} {
		f.Add([]byte(`{"name":"x","combine":{"with":["voucher"],"most":3},"give_back":"with_last","offer":`+offer+`}`), cart, uint64(1<<36-1))
	}
	f.Fuzz(func(t *testing.T, terms, cart []byte, units uint64) {
		read, err := pricing.ReadTerms(terms)
		if err != nil {
			return
		}
		in := pricing.Input{Mode: pricing.ModeBest, At: 1799064000, Offset: 480, Store: 1, Channel: "counter"}
		if in.Cart, err = pricing.ReadCart(cart); err != nil {
			return
		}
		_, stored := read.Offer.(pricing.StoredValue)
		for i := range 3 {
			in.Vouchers = append(in.Vouchers, pricing.Voucher{
				Ref: voucher.Ref{Serial: uint32(i)}, Terms: &read, Units: units%voucher.MaxUnits + 1, Expiry: in.At + 1, StoredValue: stored,
				MaxDiscount: pricing.MaxAmount, Currency: in.Cart.Currency,
			})
		}
		r, err := pricing.Evaluate(in)
		require.NoError(t, err)
		require.LessOrEqual(t, r.Totals.Due+r.Totals.Discount+r.Totals.Tender, r.Totals.Amount)
		record := in.Record(r, voucher.Hash{}, voucher.Address{}, voucher.Position{})
		require.NoError(t, pricing.Check(in, record))
		var all []pricing.Item
		for _, l := range in.Cart.Lines {
			all = append(all, pricing.Item{Line: l.ID, Quantity: l.Quantity})
		}
		back, err := pricing.GiveBack(record, in.Vouchers, nil, all)
		require.NoError(t, err)
		require.Equal(t, r.Totals.Due, back.Refund)
		require.Len(t, back.Units, len(r.Taken))
	})
}
