package pricing_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tally/internal/pricing"
	"tally/internal/pricing/pricingtest"
	"tally/internal/voucher"
)

// sold is an order of the input's best set.
func sold(t require.TestingT, in pricing.Input) pricing.Record {
	r, err := pricing.Evaluate(in)
	require.NoError(t, err)
	return in.Record(r, voucher.Hash{1}, voucher.Address{2}, voucher.Position{})
}

// TestGiveBack_Cases: what public reports expect of returns.
func TestGiveBack_Cases(t *testing.T) {
	n := 0
	for _, c := range slices.Concat(cases(t, "cases.json", 29), cases(t, "beside.json", 29)) {
		if c.GiveBack == nil {
			continue
		}
		n++
		t.Run(c.ID+c.Beside, func(t *testing.T) {
			in := c.input(t)
			record := sold(t, in)
			var items []pricing.Item
			for line, quantity := range c.GiveBack.Items {
				items = append(items, pricing.Item{Line: line, Quantity: quantity})
			}
			back, err := pricing.GiveBack(record, in.Vouchers, nil, items)
			require.NoError(t, err)
			require.Equal(t, c.GiveBack.Refund, back.Refund)
			units := make([]uint64, len(in.Vouchers))
			for _, u := range back.Units {
				units[slices.IndexFunc(in.Vouchers, func(v pricing.Voucher) bool { return v.Ref == u.Ref })] = u.Units
			}
			require.Equal(t, c.GiveBack.Units, units)
		})
	}
	require.Equal(t, 4, n)
}

// TestGiveBack_AnyOrder: partial returns in any order end with all that was paid and all
// units, and never have given back more on the way.
func TestGiveBack_AnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := pricingtest.Input(t, 6)
		in.Mode = pricing.ModeBest
		record := sold(t, in)
		kept := map[string]uint64{}
		pieces := uint64(0)
		for _, l := range record.Cart.Lines {
			kept[l.ID] = l.Quantity
			pieces += l.Quantity
		}
		var earlier [][]pricing.Item
		refund, units := uint64(0), map[voucher.Ref]uint64{}
		for pieces > 0 {
			var items []pricing.Item
			for _, l := range record.Cart.Lines {
				if n := rapid.Uint64Range(0, kept[l.ID]).Draw(t, "back"); n > 0 {
					items = append(items, pricing.Item{Line: l.ID, Quantity: n})
					kept[l.ID] -= n
					pieces -= n
				}
			}
			if items == nil {
				line := record.Cart.Lines[slices.IndexFunc(record.Cart.Lines, func(l pricing.Line) bool { return kept[l.ID] > 0 })].ID
				items = []pricing.Item{{Line: line, Quantity: 1}}
				kept[line]--
				pieces--
			}
			back, err := pricing.GiveBack(record, in.Vouchers, earlier, items)
			require.NoError(t, err)
			earlier = append(earlier, items)
			refund += back.Refund
			require.LessOrEqual(t, refund, record.Totals.Due)
			for _, u := range back.Units {
				require.Positive(t, u.Units)
				units[u.Ref] += u.Units
			}
			for _, taken := range record.Vouchers {
				require.LessOrEqual(t, units[taken.Ref], taken.Units)
			}
		}
		require.Equal(t, record.Totals.Due, refund)
		for _, taken := range record.Vouchers {
			require.Equal(t, taken.Units, units[taken.Ref])
		}
	})
}

// order40 is an order with a voucher that takes off 40.00, from 400.00 on.
func order40(t *testing.T, policy string) (pricing.Input, pricing.Record) {
	t.Helper()
	terms, err := pricing.ReadTerms([]byte(`{"name":"x","offer":{"kind":"amount_off","amount":4000},"when":[{"min_spend":{"amount":40000}}],"give_back":"` + policy + `"}`))
	require.NoError(t, err)
	in := pricing.Input{
		Mode: pricing.ModeBest, At: pricingtest.Monday, Store: 1,
		Cart: pricing.Cart{Currency: pricingtest.HKD(), Lines: []pricing.Line{
			{ID: "a", Unit: 10000, Quantity: 3, Amount: 30000}, {ID: "b", Unit: 5000, Quantity: 2, Amount: 10000}, {ID: "c", Unit: 2500, Quantity: 1, Amount: 2500},
		}},
		Vouchers: []pricing.Voucher{{Terms: &terms, Units: 1, Expiry: pricingtest.Monday + 1, MaxDiscount: 4000, Currency: pricingtest.HKD()}},
	}
	record := sold(t, in)
	require.Equal(t, uint64(38500), record.Totals.Due)
	return in, record
}

// TestGiveBack_Policies gives back the same items, one after the other, under both
// policies.
func TestGiveBack_Policies(t *testing.T) {
	one := func(line string, quantity uint64) []pricing.Item {
		return []pricing.Item{{Line: line, Quantity: quantity}}
	}
	steps := [][]pricing.Item{one("c", 1), one("b", 1), one("b", 1), one("a", 3)}
	for _, c := range []struct {
		policy  string
		refunds []uint64
		units   []int // how many vouchers got units back
	}{
		// The shares are 2824, 941 and 235: what is given back is its price less its share.
		{"with_last", []uint64{2265, 4529, 4530, 27176}, []int{0, 0, 0, 1}},
		// 400.00 still qualify; 350.00 do not, and cost 350.00; then all is at its price.
		{"requalify", []uint64{2500, 1000, 5000, 30000}, []int{0, 1, 0, 0}},
	} {
		in, record := order40(t, c.policy)
		for i, items := range steps {
			back, err := pricing.GiveBack(record, in.Vouchers, steps[:i], items)
			require.NoError(t, err)
			require.Equal(t, c.refunds[i], back.Refund, "%s %d", c.policy, i)
			require.Len(t, back.Units, c.units[i], "%s %d", c.policy, i)
		}
	}
}

// TestGiveBack_RequalifyIsNeverBelowNothing: what is given back costs less than the
// discount that is lost. Nothing is refunded, and nothing more is asked for.
func TestGiveBack_RequalifyIsNeverBelowNothing(t *testing.T) {
	in, record := order40(t, "requalify")
	back, err := pricing.GiveBack(record, in.Vouchers, nil, []pricing.Item{{Line: "c", Quantity: 1}, {Line: "b", Quantity: 1}})
	require.NoError(t, err)
	require.Equal(t, uint64(3500), back.Refund)
	in.Cart.Lines[2] = pricing.Line{ID: "c", Unit: 1, Quantity: 1, Amount: 1}
	in.Cart.Lines[1] = pricing.Line{ID: "b", Unit: 5000, Quantity: 2, Amount: 10000, Reduced: 1}
	record = sold(t, in)
	back, err = pricing.GiveBack(record, in.Vouchers, nil, []pricing.Item{{Line: "c", Quantity: 1}})
	require.NoError(t, err)
	require.Zero(t, back.Refund)
	require.Equal(t, []pricing.Back{{Ref: in.Vouchers[0].Ref, Units: 1}}, back.Units)
}

// TestGiveBack_PassAndCard: a unit of a pass returns with its item, and what a card paid
// goes back to the card.
func TestGiveBack_PassAndCard(t *testing.T) {
	pass, err := pricing.ReadTerms([]byte(`{"name":"pass","offer":{"kind":"exchange","on":{"skus":["CUP"]}}}`))
	require.NoError(t, err)
	card, err := pricing.ReadTerms([]byte(`{"name":"card","offer":{"kind":"stored_value"}}`))
	require.NoError(t, err)
	in := pricing.Input{
		Mode: pricing.ModeBest, At: pricingtest.Monday, Store: 1,
		Cart: pricing.Cart{Currency: pricingtest.HKD(), Lines: []pricing.Line{
			{ID: "cup", SKU: "CUP", Unit: 11000, Quantity: 3, Amount: 33000}, {ID: "cake", Unit: 5001, Quantity: 2, Amount: 10002},
		}},
		Vouchers: []pricing.Voucher{
			{Terms: &pass, Units: 20, Expiry: pricingtest.Monday + 1, MaxDiscount: 11000, Currency: pricingtest.HKD()},
			{Ref: voucher.Ref{Serial: 1, Campaign: voucher.CampaignID{1}}, Terms: &card, Units: 4001, Expiry: pricingtest.Monday + 1, MaxDiscount: 1, Currency: pricingtest.HKD(), StoredValue: true},
		},
	}
	record := sold(t, in)
	require.Equal(t, []pricing.Share{{Line: "cup", Amount: 3}}, record.Vouchers[0].Pieces)
	require.Equal(t, uint64(6001), record.Totals.Due)
	back, err := pricing.GiveBack(record, in.Vouchers, nil, []pricing.Item{{Line: "cup", Quantity: 2}})
	require.NoError(t, err)
	require.Zero(t, back.Refund)
	require.Equal(t, []pricing.Back{{Ref: in.Vouchers[0].Ref, Units: 2}}, back.Units)
	first := []pricing.Item{{Line: "cake", Quantity: 1}}
	back, err = pricing.GiveBack(record, in.Vouchers, nil, first)
	require.NoError(t, err)
	require.Equal(t, uint64(3000), back.Refund)
	require.Equal(t, []pricing.Back{{Ref: in.Vouchers[1].Ref, Units: 2000}}, back.Units)
	back, err = pricing.GiveBack(record, in.Vouchers, [][]pricing.Item{first}, first)
	require.NoError(t, err)
	require.Equal(t, uint64(3001), back.Refund)
	require.Equal(t, []pricing.Back{{Ref: in.Vouchers[1].Ref, Units: 2001}}, back.Units)
}

func TestGiveBack_Refused(t *testing.T) {
	in, record := order40(t, "with_last")
	many := make([][]pricing.Item, pricing.MaxReturns)
	for _, c := range []struct {
		earlier [][]pricing.Item
		items   []pricing.Item
		fault   pricing.Fault
		path    string
	}{
		{nil, nil, pricing.FaultRange, "items"},
		{nil, []pricing.Item{{Line: "x", Quantity: 1}}, pricing.FaultContradiction, "items[0]"},
		{nil, []pricing.Item{{Line: "a", Quantity: 0}}, pricing.FaultRange, "items[0]"},
		{nil, []pricing.Item{{Line: "a", Quantity: 4}}, pricing.FaultRange, "items[0]"},
		{nil, []pricing.Item{{Line: "a", Quantity: 1}, {Line: "a", Quantity: 1}}, pricing.FaultDoubled, "items[1]"},
		{[][]pricing.Item{{{Line: "a", Quantity: 2}}}, []pricing.Item{{Line: "c", Quantity: 1}, {Line: "a", Quantity: 2}}, pricing.FaultRange, "items[1]"},
		{[][]pricing.Item{{{Line: "a", Quantity: 4}}}, []pricing.Item{{Line: "c", Quantity: 1}}, pricing.FaultRange, "earlier[0][0]"},
		{many, []pricing.Item{{Line: "a", Quantity: 1}}, pricing.FaultTooMany, "earlier"},
	} {
		_, err := pricing.GiveBack(record, in.Vouchers, c.earlier, c.items)
		var refusal *pricing.RefusalError
		require.ErrorAs(t, err, &refusal)
		require.Equal(t, c.fault, refusal.Fault, err)
		require.Equal(t, c.path, refusal.Path)
	}
	_, err := pricing.GiveBack(record, nil, nil, []pricing.Item{{Line: "a", Quantity: 1}})
	var difference *pricing.DifferenceError
	require.ErrorAs(t, err, &difference)
}

func TestReturn_GoldenLiteral(t *testing.T) {
	in, order := sale(t)
	back, err := pricing.GiveBack(order, in.Vouchers, [][]pricing.Item{{{Line: "1", Quantity: 1}}}, []pricing.Item{{Line: "4", Quantity: 1}, {Line: "1", Quantity: 1}})
	require.NoError(t, err)
	golden := literal(t, "return")
	require.Equal(t, golden, back.Canonical())
	again, err := pricing.ReadReturn([]byte(golden))
	require.NoError(t, err)
	require.Equal(t, back, again)
	require.NoError(t, pricing.CheckReturn(order, in.Vouchers, again))
	require.NotEqual(t, back.Details(voucher.Hash{1}), back.Details(voucher.Hash{2}))
	for path, spoil := range map[string]func(*pricing.Return){
		"order":       func(r *pricing.Return) { r.Order = voucher.Hash{} },
		"refund":      func(r *pricing.Return) { r.Refund++ },
		"units[0][1]": func(r *pricing.Return) { r.Units[0].Units++ },
		"units":       func(r *pricing.Return) { r.Units = nil },
	} {
		again, err := pricing.ReadReturn([]byte(golden))
		require.NoError(t, err)
		spoil(&again)
		var difference *pricing.DifferenceError
		require.ErrorAs(t, pricing.CheckReturn(order, in.Vouchers, again), &difference)
		require.Equal(t, path, difference.Path)
	}
}

func TestReadReturn_Refused(t *testing.T) {
	golden := literal(t, "return")
	for _, c := range []struct {
		old, new string
		fault    pricing.Fault
		path     string
	}{
		{`"tally-return/1"`, `"tally-return/2"`, pricing.FaultVersion, "v"},
		{`"tally-pricing/1"`, `"tally-pricing/3"`, pricing.FaultVersion, "engine"},
		{`"refund":`, `"refund":-`, pricing.FaultRange, "refund"},
		{`"items":[["1",1]`, `"items":[["1",0]`, pricing.FaultRange, "items[0][1]"},
		{`"items":[["1",1]`, `"items":[["1"]`, pricing.FaultType, "items[0]"},
		{`"earlier":[[["1",1]]]`, `"earlier":[1]`, pricing.FaultType, "earlier[0]"},
		{`"vch_`, `"cmp_`, pricing.FaultForm, "units[0]"},
		{`"order":"0x`, `"order":"0y`, pricing.FaultForm, "order"},
		{`"v":`, `"w":`, pricing.FaultUnknown, "w"},
	} {
		spoilt := strings.Replace(golden, c.old, c.new, 1)
		require.NotEqual(t, golden, spoilt, c.old)
		_, err := pricing.ReadReturn([]byte(spoilt))
		var refusal *pricing.RefusalError
		require.ErrorAs(t, err, &refusal, c.new)
		require.Equal(t, c.fault, refusal.Fault, "%s: %v", c.new, err)
		require.Equal(t, c.path, refusal.Path)
	}
}

// TestGiveBack_OfAWrongRecord: of a record with a wrong figure nothing is given back.
func TestGiveBack_OfAWrongRecord(t *testing.T) {
	in, record := order40(t, "with_last")
	for _, spoil := range []func(*pricing.Record){
		func(r *pricing.Record) { r.Totals.Due++ },
		func(r *pricing.Record) { r.Vouchers[0].Shares[0].Line = "x" },
		func(r *pricing.Record) { r.Vouchers[0].Shares[0].Amount = pricing.MaxAmount },
		func(r *pricing.Record) { r.Vouchers[0].Pieces = []pricing.Share{{Line: "a", Amount: 9}} },
	} {
		again, err := pricing.ReadRecord([]byte(record.Canonical()))
		require.NoError(t, err)
		spoil(&again)
		_, err = pricing.GiveBack(again, in.Vouchers, nil, []pricing.Item{{Line: "a", Quantity: 1}})
		var difference *pricing.DifferenceError
		require.ErrorAs(t, err, &difference)
	}
}

// TestGiveBack_MixedOrder: one voucher keeps its promise until its last item is back, and
// its condition is not asked again; another must go on to qualify; a pass gives a unit
// back for each of its items; a card gets its part of the refund.
func TestGiveBack_MixedOrder(t *testing.T) {
	in := shop()
	in.Cart.Lines = []pricing.Line{
		{ID: "cup", SKU: "CUP", Unit: 1000, Quantity: 2, Amount: 2000}, {ID: "tin", Unit: 5000, Quantity: 2, Amount: 10000}, {ID: "box", Unit: 3000, Quantity: 1, Amount: 3000},
	}
	add(t, &in, `"offer":{"kind":"exchange","on":{"skus":["CUP"]}}`+beside)
	add(t, &in, `"offer":{"kind":"percent_off","bp":1000}`+beside+`,"when":[{"min_spend":{"amount":13000,"basis":"left"}}]`)
	add(t, &in, `"offer":{"kind":"amount_off","amount":700}`+beside+`,"when":[{"quantity":{"min":4}}],"give_back":"requalify"`)
	add(t, &in, `"offer":{"kind":"stored_value"}`)
	in.Vouchers[3].Units = 1000
	record := sold(t, in)
	require.Equal(t, pricing.Totals{List: 15000, Amount: 15000, Discount: 2000 + 1300 + 700, Tender: 1000, Due: 10000}, record.Totals)
	var earlier [][]pricing.Item
	for _, step := range []struct {
		line   string
		refund uint64
		units  []uint64 // of pass, percentage, amount, card
	}{
		// 5 pieces: a cup, two tins and a box are four. The cup was free.
		{"cup", 0, []uint64{1, 0, 0, 0}},
		// A cup, a tin and a box: 7.00 are no longer off. 80.00 less 10 % is 72.00; 110.00 - 72.00 is 38.00.
		{"tin", 3454, []uint64{0, 0, 1, 345}},
		// A cup and a tin: 45.00, and 27.00 more come back.
		{"box", 2455, []uint64{0, 0, 0, 245}},
		{"tin", 4091, []uint64{0, 1, 0, 410}},
		{"cup", 0, []uint64{1, 0, 0, 0}},
	} {
		items := []pricing.Item{{Line: step.line, Quantity: 1}}
		back, err := pricing.GiveBack(record, in.Vouchers, earlier, items)
		require.NoError(t, err)
		earlier = append(earlier, items)
		units := make([]uint64, len(in.Vouchers))
		for _, u := range back.Units {
			units[u.Ref.Campaign[0]] = u.Units
		}
		require.Equal(t, step.units, units, step.line)
		require.Equal(t, step.refund, back.Refund, step.line)
	}
}

// TestGiveBack_RequalifyBesideOthers: a coupon that asks again for what the customer keeps
// stands beside a pass and a card, on a line that the merchant reduced. 29.99 were paid,
// 10.00 of them by the card.
func TestGiveBack_RequalifyBesideOthers(t *testing.T) {
	in := shop()
	in.Cart.Lines = []pricing.Line{
		{ID: "a", SKU: "A", Unit: 1000, Quantity: 4, Amount: 4000, Reduced: 401}, {ID: "cup", SKU: "CUP", Unit: 300, Quantity: 2, Amount: 600},
	}
	pass := add(t, &in, `"offer":{"kind":"exchange","on":{"skus":["CUP"]}}`+beside).Ref
	coupon := add(t, &in, `"offer":{"kind":"amount_off","amount":600},"when":[{"min_spend":{"amount":2000}}],"give_back":"requalify"`+beside).Ref
	card := add(t, &in, `"offer":{"kind":"stored_value"}`).Ref
	in.Vouchers[2].Units = 1000
	record := sold(t, in)
	require.Equal(t, uint64(1999), record.Totals.Due)
	var earlier [][]pricing.Item
	for _, step := range []struct {
		item   pricing.Item
		refund uint64
		units  []pricing.Back
	}{
		// Three of four cost 30.00 less 3.01, less the coupon: 20.99, and 9.00 of 29.99 go back.
		{pricing.Item{Line: "a", Quantity: 1}, 599, []pricing.Back{{Ref: card, Units: 300}}},
		{pricing.Item{Line: "cup", Quantity: 1}, 0, []pricing.Back{{Ref: pass, Units: 1}}},
		// One costs 10.00 less 1.01, and the coupon is not for it.
		{pricing.Item{Line: "a", Quantity: 2}, 800, []pricing.Back{{Ref: coupon, Units: 1}, {Ref: card, Units: 400}}},
		{pricing.Item{Line: "cup", Quantity: 1}, 0, []pricing.Back{{Ref: pass, Units: 1}}},
		{pricing.Item{Line: "a", Quantity: 1}, 600, []pricing.Back{{Ref: card, Units: 300}}},
	} {
		back, err := pricing.GiveBack(record, in.Vouchers, earlier, []pricing.Item{step.item})
		require.NoError(t, err)
		require.Equal(t, step.refund, back.Refund, step.item)
		require.Equal(t, step.units, back.Units, step.item)
		earlier = append(earlier, []pricing.Item{step.item})
	}
}
