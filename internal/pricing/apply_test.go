package pricing

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

// shelf is a cart of lines of some pieces each, at unit prices.
func shelf(quantity uint64, units ...uint64) Cart {
	c := Cart{Currency: voucher.Currency{'H', 'K', 'D'}}
	for i, unit := range units {
		c.Lines = append(c.Lines, Line{ID: string(rune('a' + i)), SKU: string(rune('A' + i)), Unit: unit, Quantity: quantity, Amount: unit * quantity})
	}
	return c
}

// applied applies an offer to a new cart, and checks the state's own sum.
func applied(t *testing.T, cart Cart, offer Offer, units, most uint64) (w *worker, s *state, taken, off uint64) {
	t.Helper()
	w = newWorker(newBoard(cart))
	var c candidate
	w.candidate(&Voucher{Terms: &Terms{Offer: offer, Combine: Combine{Most: 1}}, Units: units, MaxDiscount: most}, &c)
	s = w.fresh(1)
	taken, off = w.apply(&c, s)
	require.Equal(t, w.total(s), s.total, "the sum of what is left")
	return w, s, taken, off
}

// total is what is left of all lines.
func (w *worker) total(s *state) (sum uint64) {
	for _, left := range s.left {
		sum += left
	}
	return sum
}

// TestApply_StateAfter: what is left of each line, which pieces are free, and what the
// campaign has granted.
func TestApply_StateAfter(t *testing.T) {
	any2 := Selector{SKUs: []string{"A", "B"}}
	for name, c := range map[string]struct {
		cart               Cart
		offer              Offer
		units, most        uint64
		taken, off, grants uint64
		left, free         []uint64
	}{
		"an amount": {
			shelf(1, 600, 400), AmountOff{Amount: 100}, 1, MaxAmount, 1, 100, 0, []uint64{540, 360}, []uint64{0, 1, 0, 1},
		},
		"an amount for every amount": {
			shelf(1, 600, 400), AmountOff{Amount: 100, Every: 300}, 1, MaxAmount, 1, 300, 3, []uint64{420, 280}, []uint64{0, 1, 0, 1},
		},
		"a part of the last grant counts as one": {
			shelf(1, 600, 400), AmountOff{Amount: 100, Every: 300}, 1, 250, 1, 250, 3, []uint64{450, 300}, []uint64{0, 1, 0, 1},
		},
		"a percentage": {
			shelf(1, 600, 401), PercentOff{BP: 1000, Round: RoundDown}, 1, MaxAmount, 1, 100, 0, []uint64{540, 361}, []uint64{0, 1, 0, 1},
		},
		"an exchange takes the dearest pieces": {
			shelf(2, 600, 400), Exchange{On: any2, Items: 1, MostUnits: 9, Pay: 100}, 3, MaxAmount, 3, 1300, 0, []uint64{200, 500}, []uint64{0, 0, 0, 1},
		},
		"an exchange of units of several pieces, the last not full": {
			shelf(3, 600, 400), Exchange{On: any2, Items: 2, MostUnits: 9, Pay: 100}, 9, MaxAmount, 3, 2400, 0, []uint64{300, 300}, []uint64{0, 0, 0, 0},
		},
		"an exchange up to its units": {
			shelf(3, 600, 400), Exchange{On: any2, Items: 2, MostUnits: 1, Pay: 100}, 9, MaxAmount, 1, 1000, 0, []uint64{800, 1200}, []uint64{0, 1, 0, 3},
		},
		"an exchange whose units are capped": {
			shelf(3, 600), Exchange{On: any2, Items: 1, MostUnits: 2, Pay: 100}, 9, 450, 2, 900, 0, []uint64{900}, []uint64{0, 1},
		},
		"buy one, get one, until the cap": {
			shelf(20, 100), BuyGet{BuyCount: 1, GetCount: 1, BP: Whole, Repeat: 99, Round: RoundDown}, 1, 250, 1, 250, 0, []uint64{1750}, []uint64{0, 14},
		},
		"the cap is met exactly": {
			shelf(20, 100), BuyGet{BuyCount: 1, GetCount: 1, BP: Whole, Repeat: 99, Round: RoundDown}, 1, 300, 1, 300, 0, []uint64{1700}, []uint64{0, 14},
		},
		"as often as it may": {
			shelf(20, 100), BuyGet{BuyCount: 1, GetCount: 1, BP: Whole, Repeat: 2, Round: RoundDown}, 1, MaxAmount, 1, 200, 0, []uint64{1800}, []uint64{0, 16},
		},
		"two lines, the dear one is bought": {
			shelf(1, 600, 400), BuyGet{BuyCount: 1, GetCount: 1, BP: 5000, Repeat: 9, Round: RoundDown}, 1, MaxAmount, 1, 200, 0, []uint64{480, 320}, []uint64{0, 0, 0, 0},
		},
		"pieces of a line that differ by one": {
			Cart{Lines: []Line{{ID: "a", SKU: "A", Unit: 34, Quantity: 3, Amount: 102, Reduced: 2}}},
			Exchange{On: any2, Items: 1, MostUnits: 9}, 1, MaxAmount, 1, 34, 0, []uint64{66}, []uint64{0, 2},
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, s, taken, off := applied(t, c.cart, c.offer, c.units, c.most)
			require.Equal(t, []uint64{c.taken, c.off, c.grants}, []uint64{taken, off, s.grants[0]}, "units, discount, grants")
			require.Equal(t, c.left, s.left)
			require.Equal(t, c.free, s.free)
			again := newBoard(c.cart)
			other := again.fresh(1)
			other.set(s)
			require.Equal(t, s, other, "a copy is the same")
		})
	}
}

// TestApply_NothingChangesNothing: what takes nothing off takes no units, no pieces and no
// grants, and counts no line that it does not look at.
func TestApply_NothingChangesNothing(t *testing.T) {
	for name, c := range map[string]struct {
		cart   Cart
		offer  Offer
		most   uint64
		visits int
	}{
		"no line":                       {shelf(1, 100), AmountOff{On: Selector{SKUs: []string{"Z"}}, Amount: 5}, MaxAmount, 0},
		"below what is granted for":     {shelf(1, 100), AmountOff{Amount: 5, Every: 101}, MaxAmount, 1},
		"a percentage of less than one": {shelf(1, 9), PercentOff{BP: 1000, Round: RoundDown}, MaxAmount, 1},
		"no discount is allowed":        {shelf(1, 100), Exchange{Items: 1, MostUnits: 9}, 0, 2},
		"a price below what is paid":    {shelf(1, 100), Exchange{Items: 1, MostUnits: 9, Pay: 100}, MaxAmount, 2},
		"too few pieces":                {shelf(1, 100), BuyGet{BuyCount: 1, GetCount: 1, BP: Whole, Repeat: 1, Round: RoundDown}, MaxAmount, 3},
		"sets worth less than one":      {shelf(2, 1), BuyGet{BuyCount: 1, GetCount: 1, BP: 5000, Repeat: 1, Round: RoundDown}, MaxAmount, 3},
	} {
		t.Run(name, func(t *testing.T) {
			w, s, units, off := applied(t, c.cart, c.offer, 9, c.most)
			require.Zero(t, units)
			require.Zero(t, off)
			require.Equal(t, w.fresh(1), s)
			require.Equal(t, c.visits, w.visits)
		})
	}
}

// TestMost_WithoutTakingAnything: what is taken off at most is asked without taking it.
func TestMost_WithoutTakingAnything(t *testing.T) {
	for _, offer := range []Offer{
		AmountOff{Amount: 100, Every: 300}, PercentOff{BP: 1000, Round: RoundDown}, Exchange{Items: 1, MostUnits: 9, Pay: 100},
		BuyGet{BuyCount: 1, GetCount: 1, BP: 5000, Repeat: 2, Round: RoundDown},
		BuyGet{Buy: Selector{SKUs: []string{"A"}}, Get: Selector{SKUs: []string{"B"}}, BuyCount: 1, GetCount: 1, BP: 5000, Repeat: 2, Round: RoundDown},
	} {
		w := newWorker(newBoard(shelf(3, 600, 400)))
		var c candidate
		w.candidate(&Voucher{Terms: &Terms{Offer: offer}, Units: 2, MaxDiscount: MaxAmount}, &c)
		s := w.fresh(1)
		most := w.most(&c, s)
		require.Equal(t, w.fresh(1), s)
		_, off := w.apply(&c, s)
		require.Equal(t, off, most, "%T: nothing stands before it", offer)
	}
}

// TestLadder_FallingPrices: from the dearest piece, then by line.
func TestLadder_FallingPrices(t *testing.T) {
	b := newBoard(Cart{Lines: []Line{
		{ID: "c", Unit: 50, Quantity: 2, Amount: 100}, {ID: "a", Unit: 50, Quantity: 2, Amount: 100}, {ID: "b", Unit: 34, Quantity: 3, Amount: 101},
	}})
	require.Equal(t, []rung{
		{slot: 1, line: 0, price: 50}, {slot: 5, line: 2, price: 50}, {slot: 2, line: 1, price: 34}, {slot: 3, line: 1, price: 33},
	}, b.ladder([]int{0, 1, 2}))
	require.Equal(t, []uint64{0, 2, 2, 1, 0, 2}, b.fresh(0).free)
	require.True(t, slices.IsSortedFunc(b.cart.Lines, func(x, y Line) int { return compare(x.ID, y.ID) }))
}

func TestTimes_NeverAboveMaxAmount(t *testing.T) {
	for _, c := range [][3]uint64{
		{3, 4, 12}, {0, MaxAmount, 0}, {MaxAmount, 1, MaxAmount}, {MaxAmount, 2, MaxAmount}, {1 << 32, 1 << 32, MaxAmount}, {1 << 63, 4, MaxAmount},
		{1<<64 - 1, 1<<64 - 1, MaxAmount},
	} {
		require.Equal(t, c[2], times(c[0], c[1]), c)
	}
}

// TestBeside_StoredValue: two that pay must both allow another, and a discount must allow
// one that pays.
func TestBeside_StoredValue(t *testing.T) {
	of := func(phase phase, tender bool) *candidate {
		return &candidate{phase: phase, terms: &Terms{Combine: Combine{Tender: tender, Group: "a", With: []string{"a"}}}}
	}
	for _, yes := range []bool{true, false} {
		for _, too := range []bool{true, false} {
			require.Equal(t, yes && too, of(phaseTender, yes).beside(of(phaseTender, too)), "%t %t", yes, too)
			require.Equal(t, yes, of(phaseAmount, yes).beside(of(phaseTender, too)), "%t %t", yes, too)
			require.Equal(t, too, of(phaseTender, yes).beside(of(phaseAmount, too)), "%t %t", yes, too)
			require.True(t, of(phaseAmount, yes).beside(of(phaseAmount, too)), "%t %t", yes, too)
		}
	}
}

// TestPieces_OfAnExchange: the dear pieces of a line and its others are one number.
func TestPieces_OfAnExchange(t *testing.T) {
	cart := Cart{Lines: []Line{{ID: "a", SKU: "A", Unit: 34, Quantity: 3, Amount: 102, Reduced: 2}, {ID: "b", SKU: "B", Unit: 9, Quantity: 1, Amount: 9}}}
	for units, want := range map[uint64][]Share{1: {{"a", 1}}, 2: {{"a", 2}}, 3: {{"a", 3}}, 4: {{"a", 3}, {"b", 1}}} {
		w, _, taken, _ := applied(t, cart, Exchange{Items: 1, MostUnits: 9}, units, MaxAmount)
		require.Equal(t, units, taken)
		require.Equal(t, want, w.pieces())
	}
}

// TestPay_AfterDiscounts: what pays, pays what is open, in proportion, and nothing where
// earlier vouchers left too little.
func TestPay_AfterDiscounts(t *testing.T) {
	for _, c := range []struct {
		units, least, paid uint64
		open               []uint64
	}{
		{100, 0, 100, []uint64{540, 360}}, {100, 1000, 100, []uint64{540, 360}}, {100, 1001, 0, []uint64{600, 400}},
		{2000, 0, 1000, []uint64{0, 0}}, {0, 0, 0, []uint64{600, 400}},
	} {
		w := newWorker(newBoard(shelf(1, 600, 400)))
		var of candidate
		w.candidate(&Voucher{Units: c.units, Terms: &Terms{
			Offer: StoredValue{}, When: []Condition{{Test: MinSpend{Amount: c.least, Basis: BasisLeft}}},
		}}, &of)
		open := []uint64{600, 400}
		require.Equal(t, c.paid, w.pay(&of, w.fresh(1), open), c)
		require.Equal(t, c.open, open, c)
	}
}

// TestEvaluate_AtEveryLimit: wherever a search ends, the result says what was found, and
// by how much more a set could take off that was not looked at.
func TestEvaluate_AtEveryLimit(t *testing.T) {
	for _, groups := range []bool{true, false} {
		in := stacked(10, 10, groups)
		best := newEvaluation(in).best()
		require.True(t, best.Exact)
		cuts, most := 0, uint64(0)
		for limit := range 1500 {
			e := newEvaluation(in)
			e.limit = limit
			r := e.best()
			require.Equal(t, r.Exact, r.AtMostMore == 0, limit)
			require.LessOrEqual(t, best.Totals.Discount, r.Totals.Discount+r.AtMostMore, limit)
			if r.Exact {
				require.Equal(t, best.Totals.Discount, r.Totals.Discount, limit)
				continue
			}
			cuts++
			if most == 0 {
				most = r.Totals.Discount + r.AtMostMore // nothing was looked at: no bound is wider
			}
			require.LessOrEqual(t, r.Totals.Discount+r.AtMostMore, most, limit)
		}
		require.Positive(t, cuts)
	}
}
