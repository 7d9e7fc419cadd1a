package pricing_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tally/internal/pricing"
	"tally/internal/pricing/pricingtest"
	"tally/internal/voucher"
)

// answerOf is a result in the oracle's form.
func answerOf(r pricing.Result) pricingtest.Answer {
	a := pricingtest.Answer{Discount: r.Totals.Discount, Tender: r.Totals.Tender, Due: r.Totals.Due, Tax: r.Totals.Tax}
	for _, taken := range r.Taken {
		shares := map[string]uint64{}
		for _, s := range taken.Shares {
			shares[s.Line] = s.Amount
		}
		a.Used = append(a.Used, pricingtest.Used{Ref: taken.Ref, Units: taken.Units, Off: taken.Discount, Shares: shares})
	}
	return a
}

// TestEvaluate_IsTheOracle: the engine chooses what trying every set of vouchers finds,
// and takes it off the same lines.
func TestEvaluate_IsTheOracle(t *testing.T) {
	problems := 60 // in each of rapid's 100 checks
	if testing.Short() {
		problems = 20
	}
	rapid.Check(t, func(t *rapid.T) {
		for range problems {
			in := pricingtest.Input(t, 8)
			got, err := pricing.Evaluate(in)
			require.NoError(t, err)
			require.True(t, got.Exact)
			require.Equal(t, pricingtest.Oracle(in), answerOf(got))
		}
	})
}

// TestEvaluate_Bounds: no discount is above what is left, or above units times the
// greatest discount; shares make discounts; what is due, taken off and paid makes the
// order's amount as far as tax did not fall.
func TestEvaluate_Bounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := pricingtest.Input(t, 10)
		r, err := pricing.Evaluate(in)
		require.NoError(t, err)
		left := map[string]uint64{}
		var discount, tender uint64
		for _, l := range in.Cart.Lines {
			left[l.ID] = l.Amount - l.Reduced
		}
		for _, taken := range r.Taken {
			v := byRef(t, in, taken)
			require.Positive(t, taken.Discount)
			require.Equal(t, v.Units, taken.Had)
			require.LessOrEqual(t, taken.Units, v.Units)
			if v.Most > 0 {
				require.LessOrEqual(t, taken.Units, v.Most)
			}
			var sum uint64
			for _, s := range taken.Shares {
				require.Positive(t, s.Amount)
				sum += s.Amount
				if !taken.Tender {
					require.LessOrEqual(t, s.Amount, left[s.Line])
					left[s.Line] -= s.Amount
				}
			}
			require.Equal(t, taken.Discount, sum)
			if taken.Tender {
				require.Equal(t, taken.Units, taken.Discount)
				tender += taken.Discount
			} else {
				require.LessOrEqual(t, taken.Discount, taken.Units*v.MaxDiscount)
				discount += taken.Discount
			}
		}
		require.Equal(t, discount, r.Totals.Discount)
		require.Equal(t, tender, r.Totals.Tender)
		require.LessOrEqual(t, discount+tender, r.Totals.Amount)
		require.LessOrEqual(t, r.Totals.Due+discount+tender, r.Totals.Amount)
		require.LessOrEqual(t, r.Totals.TaxedAtIssue, tender)
		require.Len(t, in.Vouchers, len(r.Taken)+len(r.NotTaken))
		for _, n := range r.NotTaken {
			require.NotEmpty(t, n.Reasons)
		}
	})
}

func byRef(t *rapid.T, in pricing.Input, taken pricing.Taken) pricing.Voucher {
	i := slices.IndexFunc(in.Vouchers, func(v pricing.Voucher) bool { return v.Ref == taken.Ref })
	require.GreaterOrEqual(t, i, 0)
	return in.Vouchers[i]
}

// TestEvaluate_OrderMeansNothing: the order of lines, vouchers, tags and tax classes
// changes nothing.
func TestEvaluate_OrderMeansNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := pricingtest.Input(t, 10)
		want, err := pricing.Evaluate(in)
		require.NoError(t, err)
		in.Cart.Lines = rapid.Permutation(in.Cart.Lines).Draw(t, "lines")
		in.Vouchers = rapid.Permutation(in.Vouchers).Draw(t, "vouchers")
		for i, l := range in.Cart.Lines {
			in.Cart.Lines[i].Tags = rapid.Permutation(l.Tags).Draw(t, "tags")
		}
		got, err := pricing.Evaluate(in)
		require.NoError(t, err)
		require.Equal(t, want, got)
	})
}

// TestEvaluate_OneMoreIsNeverWorse: one more voucher never lowers what the best set
// takes off.
func TestEvaluate_OneMoreIsNeverWorse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := pricingtest.Input(t, 8)
		in.Mode = pricing.ModeBest
		with, err := pricing.Evaluate(in)
		require.NoError(t, err)
		if n := len(in.Vouchers); n > 0 {
			i := rapid.IntRange(0, n-1).Draw(t, "without")
			in.Vouchers = slices.Delete(slices.Clone(in.Vouchers), i, i+1)
		}
		without, err := pricing.Evaluate(in)
		require.NoError(t, err)
		require.GreaterOrEqual(t, with.Totals.Discount, without.Totals.Discount)
	})
}

// TestEvaluate_AllIsBestOfItself: what the best set took, it takes as a code of all or
// nothing, and the input is not changed.
func TestEvaluate_AllIsBestOfItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := pricingtest.Input(t, 8)
		in.Mode = pricing.ModeBest
		best, err := pricing.Evaluate(in)
		require.NoError(t, err)
		var chosen []pricing.Voucher
		for _, taken := range best.Taken {
			chosen = append(chosen, byRef(t, in, taken))
		}
		in.Mode, in.Vouchers = pricing.ModeAll, chosen
		all, err := pricing.Evaluate(in)
		require.NoError(t, err)
		require.Equal(t, best.Taken, all.Taken)
		require.Equal(t, best.Totals, all.Totals)
		require.Empty(t, all.NotTaken)
	})
}

// TestEvaluate_PassesOfDifferentUnits: two passes with one unit and with two share out
// their discounts otherwise than one pass with two units does. The search once took
// them for the same.
func TestEvaluate_PassesOfDifferentUnits(t *testing.T) {
	terms, err := pricing.ReadTerms([]byte(`{"name":"x","offer":{"kind":"exchange","on":{"skus":["A","B"]},"items":2,"most_units":2},"combine":{"with":["voucher"],"most":3}}`))
	require.NoError(t, err)
	half, err := pricing.ReadTerms([]byte(`{"name":"x","offer":{"kind":"percent_off","bp":5000},"combine":{"with":["voucher"]}}`))
	require.NoError(t, err)
	in := pricing.Input{Mode: pricing.ModeBest, At: pricingtest.Monday, Store: 1, Cart: pricing.Cart{
		Currency: pricingtest.HKD(), Lines: []pricing.Line{
			{ID: "0", SKU: "A", Unit: 99, Quantity: 2, Amount: 198, Reduced: 3}, {ID: "1", Of: "0", SKU: "B", Unit: 50, Quantity: 1, Amount: 50},
		},
	}}
	on := terms.Offer.(pricing.Exchange)
	on.On.AddOns = true
	terms.Offer = on
	for i, units := range []uint64{4, 1, 2} {
		in.Vouchers = append(in.Vouchers, pricing.Voucher{
			Ref: voucher.Ref{Serial: uint32(i)}, Terms: &terms, Units: units, Expiry: in.At + 1, MaxDiscount: 1, Currency: pricingtest.HKD(),
		})
	}
	in.Vouchers = append(in.Vouchers, pricing.Voucher{
		Ref: voucher.Ref{Campaign: voucher.CampaignID{1}}, Terms: &half, Units: 1, Expiry: in.At + 1, MaxDiscount: 500, Currency: pricingtest.HKD(),
	})
	got, err := pricing.Evaluate(in)
	require.NoError(t, err)
	require.Equal(t, pricingtest.Oracle(in), answerOf(got))
	require.Equal(t, uint64(2+97), got.Totals.Discount)
}

// TestEvaluate_Ties: of sets that take off the same, the one with fewer vouchers is used,
// then the one that ends earliest, then the one of the smallest ids; also where the
// first guess of the search is another.
func TestEvaluate_Ties(t *testing.T) {
	off := func(amount, order int, group, with string) string {
		return fmt.Sprintf(`"offer":{"kind":"amount_off","amount":%d},"combine":{"order":%d,"group":"%s","with":["%s"]}`, amount, order, group, with)
	}
	for _, c := range []struct {
		name    string
		terms   []string
		expires []uint64 // after the others
		want    []byte   // campaigns
	}{
		{"fewer", []string{off(70, 1, "x", "x"), off(20, 2, "x", "x"), off(10, 3, "x", "x"), off(60, 4, "y", "y"), off(40, 5, "y", "y")}, []uint64{0, 0, 0, 9, 9}, []byte{3, 4}},
		{"earlier", []string{off(500, 1, "x", "y"), off(500, 2, "x", "y"), off(500, 3, "x", "y")}, []uint64{5, 6, 4}, []byte{2}},
		{"smaller id", []string{off(500, 9, "x", "y"), off(500, 8, "x", "y"), off(500, 7, "x", "y")}, []uint64{0, 0, 0}, []byte{0}},
		{"earlier in pairs", []string{off(70, 1, "x", "x"), off(30, 2, "x", "x"), off(60, 3, "y", "y"), off(40, 4, "y", "y")}, []uint64{3, 8, 9, 2}, []byte{2, 3}},
		{"smaller ids in pairs", []string{off(60, 3, "y", "y"), off(70, 1, "x", "x"), off(30, 2, "x", "x"), off(40, 4, "y", "y")}, []uint64{0, 0, 0, 0}, []byte{0, 3}},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := shop()
			for i, terms := range c.terms {
				add(t, &in, terms).Expiry += c.expires[i]
			}
			r, err := pricing.Evaluate(in)
			require.NoError(t, err)
			var used []byte
			for _, taken := range r.Taken {
				used = append(used, taken.Ref.Campaign[0])
			}
			slices.Sort(used)
			require.Equal(t, c.want, used)
			require.Equal(t, pricingtest.Oracle(in), answerOf(r))
		})
	}
}

// TestMost_IsNeverTooLittle: what the search thinks that a voucher takes off at most is
// no less than what it takes off after any others.
func TestMost_IsNeverTooLittle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for range 20 {
			in := pricingtest.Input(t, 5)
			n := len(in.Vouchers)
			order := rapid.SliceOfN(rapid.IntRange(0, max(n-1, 0)), n, n).Draw(t, "order")
			require.NoError(t, pricing.CheckMost(in, order))
		}
	})
}

// TestMost_OfSetsThatGetDearerPieces: a set takes off more once a cheap piece is gone, for
// then it buys what it could have got.
func TestMost_OfSetsThatGetDearerPieces(t *testing.T) {
	in := shop()
	in.Cart.Lines = []pricing.Line{
		{ID: "1", SKU: "A", Tags: []string{"m"}, Unit: 30, Quantity: 1, Amount: 30}, {ID: "2", SKU: "B", Tags: []string{"m"}, Unit: 10, Quantity: 1, Amount: 10},
		{ID: "3", SKU: "C", Unit: 20, Quantity: 1, Amount: 20},
	}
	add(t, &in, `"offer":{"kind":"buy_get","buy":{"count":1},"get":{"count":1,"on":{"tags":["m"]}}}`+beside)
	r, err := pricing.Evaluate(in)
	require.NoError(t, err)
	require.Equal(t, uint64(10), r.Totals.Discount)
	add(t, &in, `"offer":{"kind":"exchange","on":{"skus":["B"]}}`+beside)
	require.NoError(t, pricing.CheckMost(in, []int{0}))
	r, err = pricing.Evaluate(in)
	require.NoError(t, err)
	require.Equal(t, uint64(30+10), r.Totals.Discount)
	require.Equal(t, in.Vouchers[0].Ref, r.Taken[1].Ref)
}

// TestEvaluate_LargeFigures: carts up to the greatest figure are computed exactly, too.
func TestEvaluate_LargeFigures(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for range 10 {
			in := pricingtest.Input(t, 5)
			var list uint64
			for _, l := range in.Cart.Lines {
				list += l.Amount
			}
			factor := pricing.MaxAmount / (2*list + 1)
			for i := range in.Cart.Lines {
				l := &in.Cart.Lines[i]
				l.Unit, l.Amount, l.Reduced = l.Unit*factor, l.Amount*factor, l.Reduced*factor
			}
			campaigns := map[voucher.CampaignID]uint64{}
			for i := range in.Vouchers {
				v := &in.Vouchers[i]
				if _, ok := campaigns[v.Ref.Campaign]; !ok {
					campaigns[v.Ref.Campaign] = rapid.Uint64Range(1, pricing.MaxAmount).Draw(t, "max discount")
				}
				v.MaxDiscount = campaigns[v.Ref.Campaign]
			}
			got, err := pricing.Evaluate(in)
			require.NoError(t, err)
			require.Equal(t, pricingtest.Oracle(in), answerOf(got))
			require.NoError(t, pricing.Check(in, in.Record(got, voucher.Hash{}, voucher.Address{}, voucher.Position{})))
		}
	})
}
