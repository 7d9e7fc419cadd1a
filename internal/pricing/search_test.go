package pricing

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

// stacked is an input whose n vouchers may all stand beside each other, or, in groups of
// three, beside those of other groups.
func stacked(lines, n int, groups bool) Input {
	in := Input{Mode: ModeBest, At: 1_800_000_000, Store: 1, Cart: Cart{Currency: voucher.Currency([]byte("HKD"))}}
	for i := range lines {
		unit := uint64(1000 + 137*i%991)
		in.Cart.Lines = append(in.Cart.Lines, Line{
			ID: fmt.Sprintf("%03d", i), SKU: string(rune('A' + i%5)), Tags: []string{"t" + fmt.Sprint(i%3)}, Unit: unit, Quantity: 2, Amount: 2 * unit,
		})
	}
	for i := range n {
		terms := Terms{Name: "x", Combine: Combine{Group: "a", With: []string{"a"}, Tender: true, Most: 1}, GiveBack: WithLast}
		if groups {
			terms.Combine = Combine{Group: fmt.Sprint("g", i/3), Tender: true, Most: 1}
			for k := range (n + 2) / 3 {
				if k != i/3 {
					terms.Combine.With = append(terms.Combine.With, fmt.Sprint("g", k))
				}
			}
		}
		on := Selector{Tags: []string{"t" + fmt.Sprint(i%3)}}
		switch i % 5 {
		case 0:
			terms.Offer = AmountOff{On: on, Amount: uint64(300 + 53*i)}
		case 1:
			terms.Offer = PercentOff{BP: uint64(500 + 61*i), Round: RoundDown}
		case 2:
			terms.Offer = BuyGet{Buy: on, Get: on, BuyCount: 1, GetCount: 1, BP: 5000, Repeat: 2, Round: RoundDown}
		case 3:
			terms.Offer = Exchange{On: Selector{SKUs: []string{string(rune('A' + i%4))}}, Items: 1, MostUnits: MaxCount, Pay: 100}
		default:
			terms.Offer = AmountOff{Amount: uint64(500 + 31*i)}
		}
		in.Vouchers = append(in.Vouchers, Voucher{
			Ref: voucher.Ref{Campaign: voucher.CampaignID{byte(i)}}, Terms: &terms, Units: 1, Expiry: in.At + 1, MaxDiscount: uint64(1500 + 17*i), Currency: in.Cart.Currency,
		})
	}
	return in
}

// TestSearch_AtItsLimit: a search that ends at its limit says what could be missed, which
// is never less than what is.
func TestSearch_AtItsLimit(t *testing.T) {
	in := stacked(10, 12, false)
	exact := newEvaluation(in).best()
	require.True(t, exact.Exact)
	require.Zero(t, exact.AtMostMore)
	cut := 0
	for limit := 0; limit < 40_000; limit += 97 {
		e := newEvaluation(in)
		e.limit = limit
		r := e.best()
		if !r.Exact {
			cut++
			require.Positive(t, r.AtMostMore)
		}
		require.LessOrEqual(t, exact.Totals.Discount, r.Totals.Discount+r.AtMostMore)
	}
	require.Positive(t, cut)
}

// TestSearch_StaysWithinItsLimit: the largest inputs end, and their work is bounded.
func TestSearch_StaysWithinItsLimit(t *testing.T) {
	for _, in := range []Input{stacked(MaxLines, MaxVouchers, false), stacked(MaxLines, MaxVouchers, true)} {
		e := newEvaluation(in)
		r := e.best()
		require.NotEmpty(t, r.Taken)
		t.Log(e.worker.visits, r.Exact, r.AtMostMore, r.Totals.Discount)
		require.Less(t, e.worker.visits, 2*Limit)
	}
}

// TestSearch_WorkIsCountedAlike: where a search ends is part of the rules, so the work
// that it counts is, too.
func TestSearch_WorkIsCountedAlike(t *testing.T) {
	for _, c := range []struct {
		lines, vouchers int
		groups          bool
		visits          int
	}{{10, 10, true, 714}, {10, 10, false, 1428}, {20, 15, true, 1807}, {20, 15, false, 4964}, {100, 30, true, 54530}} {
		e := newEvaluation(stacked(c.lines, c.vouchers, c.groups))
		s := newSearch(e.worker, e.discounts, len(e.campaigns))
		s.run()
		require.Equal(t, c.visits, s.visits, c)
	}
}

// several is stacked with several vouchers of each campaign; an order may have three of them. Every third
// campaign takes off nothing; the second voucher of every other campaign has one unit more.
func several(lines, campaigns, each int) Input {
	in := stacked(lines, campaigns, false)
	of := in.Vouchers
	in.Vouchers = nil
	for i, first := range of {
		first.Terms.Combine.Most = 3
		if i%3 == 2 {
			first.MaxDiscount = 0
		}
		for serial := range each {
			v := first
			v.Ref.Serial, v.Expiry = uint32(serial), first.Expiry+uint64(each-serial)
			if i%2 == 1 && serial == 1 {
				v.Units++
			}
			in.Vouchers = append(in.Vouchers, v)
		}
	}
	return in
}

// TestSearch_WorkOfLikeVouchers: of like vouchers the first are tried, and what takes off nothing is tried once: the
// work, and the answer at each limit of it, is a part of the rules.
func TestSearch_WorkOfLikeVouchers(t *testing.T) {
	require.Equal(t, 400_000, Limit)
	for _, c := range []struct {
		campaigns, each, limit int
		visits                 int
		off, more              uint64
	}{
		{3, 4, Limit, 869, 4520, 0},
		{4, 4, Limit, 4087, 6726, 0},
		{5, 3, Limit, 1999, 8598, 0},
		{7, 2, Limit, 1542, 9717, 0},
		{10, 3, Limit, 16011, 16367, 0},
		{7, 4, 0, 264, 0, 21967},
		{7, 4, 100, 264, 0, 21967},
		{7, 4, 1000, 1279, 12244, 21967},
		{7, 4, 5000, 5036, 12629, 20656},
		{7, 4, 20000, 20091, 12629, 18034},
		{10, 3, 3000, 3213, 16367, 23672},
	} {
		e := newEvaluation(several(8, c.campaigns, c.each))
		s := newSearch(e.worker, e.discounts, len(e.campaigns))
		s.limit = c.limit
		found := s.run()
		require.Equal(t, c.visits, s.visits, c)
		require.Equal(t, c.off, found.off, c)
		require.Equal(t, c.more, s.more, c)
	}
}

// TestSearch_ManySets: sets of a thousand lines of ten thousand pieces cost no more than
// the lines that they change over at.
func TestSearch_ManySets(t *testing.T) {
	in := Input{Mode: ModeBest, At: 1_800_000_000, Store: 1, Cart: Cart{Currency: voucher.Currency([]byte("HKD"))}}
	for i := range MaxLines {
		unit := uint64(1000 - i)
		in.Cart.Lines = append(in.Cart.Lines, Line{
			ID: fmt.Sprintf("%03d", i), Tags: []string{fmt.Sprint("t", i%2)}, Unit: unit, Quantity: MaxQuantity, Amount: MaxQuantity * unit,
		})
	}
	for i := range MaxVouchers {
		terms := Terms{
			Name: "x", Combine: Combine{Group: "a", With: []string{"a"}, Tender: true, Most: 1}, GiveBack: WithLast,
			Offer: BuyGet{Get: Selector{Tags: []string{"t1"}}, BuyCount: uint64(7 + i), GetCount: 3, BP: 5000, Repeat: MaxCount, Round: RoundDown},
		}
		in.Vouchers = append(in.Vouchers, Voucher{
			Ref: voucher.Ref{Campaign: voucher.CampaignID{byte(i)}}, Terms: &terms, Units: 1, Expiry: in.At + 1, MaxDiscount: MaxAmount, Currency: in.Cart.Currency,
		})
	}
	e := newEvaluation(in)
	r := e.best()
	require.NotEmpty(t, r.Taken)
	t.Log(e.worker.visits, r.Exact, r.AtMostMore, r.Totals.Discount)
	require.Less(t, e.worker.visits, 10*Limit)
	one := newWorker(newBoard(in.Cart))
	c := candidate{}
	one.candidate(&in.Vouchers[0], &c)
	units, off := one.apply(&c, one.fresh(1))
	require.Equal(t, uint64(1), units)
	require.Positive(t, off)
	require.Less(t, one.visits, 20*MaxLines)
}

func BenchmarkEvaluate(b *testing.B) {
	for _, c := range []struct {
		lines, vouchers int
		groups          bool
		name            string
	}{{10, 10, true, "groups"}, {10, 10, false, "stack"}, {100, 30, true, "groups"}, {100, 30, false, "stack"}} {
		b.Run(fmt.Sprintf("%dx%d-%s", c.lines, c.vouchers, c.name), func(b *testing.B) {
			in := stacked(c.lines, c.vouchers, c.groups)
			for b.Loop() {
				if _, err := Evaluate(in); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "evaluations/s")
		})
	}
}
