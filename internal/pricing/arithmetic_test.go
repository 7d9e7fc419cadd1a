package pricing

import (
	"math/big"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestShare_Rounding(t *testing.T) {
	for _, c := range []struct {
		a, b, whole               uint64
		down, halfUp, halfEven, u uint64
	}{
		{7245, 1000, 10000, 724, 725, 724, 725},
		{7235, 1000, 10000, 723, 724, 724, 724},
		{275, 1000, 10000, 27, 28, 28, 28},
		{100, 1000, 10000, 10, 10, 10, 10},
		{1, 1, 10000, 0, 0, 0, 1},
		{0, 1, 10000, 0, 0, 0, 0},
		{1, 2, 3, 0, 1, 1, 1},
		{1, 1, 3, 0, 0, 0, 1},
		{MaxAmount, 9999, 10000, 9006298534815516, 9006298534815517, 9006298534815517, 9006298534815517},
		{MaxAmount, 10000, 10000, MaxAmount, MaxAmount, MaxAmount, MaxAmount},
	} {
		require.Equal(t, c.down, share(c.a, c.b, c.whole, RoundDown), c)
		require.Equal(t, c.halfUp, share(c.a, c.b, c.whole, RoundHalfUp), c)
		require.Equal(t, c.halfEven, share(c.a, c.b, c.whole, RoundHalfEven), c)
		require.Equal(t, c.u, share(c.a, c.b, c.whole, RoundUp), c)
	}
}

// TestShare_AsWithoutLimits: a share is what whole numbers without limits make of it.
func TestShare_AsWithoutLimits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, whole := rapid.Uint64Range(0, MaxAmount).Draw(t, "a"), rapid.Uint64Range(1, 2*perRate).Draw(t, "whole")
		b := rapid.Uint64Range(0, whole).Draw(t, "b")
		product := new(big.Int).Mul(new(big.Int).SetUint64(a), new(big.Int).SetUint64(b))
		quotient, rest := new(big.Int).QuoRem(product, new(big.Int).SetUint64(whole), new(big.Int))
		half := new(big.Int).Lsh(rest, 1).Cmp(new(big.Int).SetUint64(whole))
		down := quotient.Uint64()
		plus := func(yes bool) uint64 {
			if yes {
				return down + 1
			}
			return down
		}
		require.Equal(t, down, share(a, b, whole, RoundDown))
		require.Equal(t, plus(half >= 0), share(a, b, whole, RoundHalfUp))
		require.Equal(t, plus(half > 0 || half == 0 && down%2 == 1), share(a, b, whole, RoundHalfEven))
		require.Equal(t, plus(rest.Sign() > 0), share(a, b, whole, RoundUp))
	})
}

func TestAllocate_LargestRemainder(t *testing.T) {
	for _, c := range []struct {
		name         string
		total        uint64
		weights, all []uint64
	}{
		{"vendure 4811", 1000, []uint64{5000, 1000}, []uint64{833, 167}},
		{"a line of nothing gets nothing", 100, []uint64{0, 333, 333, 333}, []uint64{0, 34, 33, 33}},
		{"the largest remainder", 1, []uint64{1, 3, 0}, []uint64{0, 1, 0}},
		{"equal remainders go to the greater", 2, []uint64{1, 3}, []uint64{0, 2}},
		{"then to the earlier", 1, []uint64{2, 2}, []uint64{1, 0}},
		{"a remainder of 1 counts", 1, []uint64{1, 1}, []uint64{1, 0}},
		{
			"to the earlier of many", 7, slices.Repeat([]uint64{3}, 20),
			slices.Concat(slices.Repeat([]uint64{1}, 7), slices.Repeat([]uint64{0}, 13)),
		},
		{"weights of nothing share nothing", 5, []uint64{0, 0}, []uint64{0, 0}},
		{"the tie is among greater ones, wherever they stand", 2, []uint64{1, 2, 1}, []uint64{1, 1, 0}},
		{"all of it", 9, []uint64{4, 5}, []uint64{4, 5}},
		{"nothing", 0, []uint64{4, 5}, []uint64{0, 0}},
		{"of nothing", 0, []uint64{0, 0}, []uint64{0, 0}},
		{"the last takes no rest that it has no room for", 100, []uint64{99, 1, 1}, []uint64{98, 1, 1}},
		{"2^53", MaxAmount - 1, []uint64{MaxAmount - 1, 1}, []uint64{MaxAmount - 2, 1}},
	} {
		require.Equal(t, c.all, allocate(c.total, c.weights), c.name)
	}
}

// TestAllocate_Properties: shares make the total, none is above its weight, none is off
// its exact part by one or more, and places do not matter but for ties.
func TestAllocate_Properties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weight := rapid.OneOf(rapid.Uint64Range(0, 5), rapid.Uint64Range(0, MaxAmount/100))
		weights := rapid.SliceOfN(weight, 1, 12).Draw(t, "weights")
		var sum uint64
		for _, w := range weights {
			sum += w
		}
		total := rapid.Uint64Range(0, sum).Draw(t, "total")
		shares := allocate(total, weights)
		var made uint64
		for i, s := range shares {
			made += s
			require.LessOrEqual(t, s, weights[i])
			down := uint64(0)
			if sum > 0 {
				down = share(total, weights[i], sum, RoundDown)
			}
			require.GreaterOrEqual(t, s, down)
			require.LessOrEqual(t, s, down+1)
		}
		require.Equal(t, total, made)

		type pair struct{ weight, share uint64 }
		pairs := func(weights, shares []uint64) (all []pair) {
			for i := range weights {
				all = append(all, pair{weights[i], shares[i]})
			}
			slices.SortFunc(all, func(a, b pair) int {
				return slices.Compare([]uint64{a.weight, a.share}, []uint64{b.weight, b.share})
			})
			return all
		}
		moved := rapid.Permutation(weights).Draw(t, "moved")
		require.Equal(t, pairs(weights, shares), pairs(moved, allocate(total, moved)))
	})
}

// TestFirstPieces_Telescope: parts that are taken one after another make the whole.
func TestFirstPieces_Telescope(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		figure, q := rapid.Uint64Range(0, MaxAmount).Draw(t, "figure"), rapid.Uint64Range(1, MaxQuantity).Draw(t, "pieces")
		k := rapid.Uint64Range(0, q).Draw(t, "k")
		last := firstPieces(figure, q, q)
		require.Equal(t, figure, last)
		require.LessOrEqual(t, firstPieces(figure, k, q), last)
		if k > 0 {
			part := firstPieces(figure, k, q) - firstPieces(figure, k-1, q)
			require.GreaterOrEqual(t, part, figure/q)
			require.LessOrEqual(t, part, figure/q+1)
		}
	})
}

func TestTax_OnceAClass(t *testing.T) {
	cart := func(prices Prices, round Rounding, rate uint64, amounts ...uint64) Cart {
		c := Cart{Prices: prices, TaxRound: round, Taxes: []TaxClass{{"unused", 5}, {"a", rate}}}
		for _, amount := range amounts {
			c.Lines = append(c.Lines, Line{Tax: "a", Amount: amount})
		}
		return c
	}
	for _, c := range []struct {
		name         string
		cart         Cart
		payable, tax uint64
	}{
		{"included", cart(PricesIncluded, "", 100_000, 2000), 2000, 182},
		{"included, 19 %", cart("", "", 190_000, 107100), 107100, 17100},
		{"included, 9 %", cart("", "", 90_000, 10900), 10900, 900},
		{"added", cart(PricesAdded, "", 150_000, 560, 892, 4491), 6834, 891},
		{"added, by line it would be 3", cart(PricesAdded, RoundHalfUp, 100_000, 5, 5, 5), 17, 2},
		{"added, down", cart(PricesAdded, RoundDown, 100_000, 19), 20, 1},
		{"8.875 %", cart(PricesAdded, "", 88_750, 10000), 10888, 888},
		{"no rate", cart(PricesAdded, "", 0, 10000), 10000, 0},
	} {
		payable, tax := c.cart.payable(c.cart.nets())
		require.Equal(t, c.payable, payable, c.name)
		require.Equal(t, c.tax, tax, c.name)
		require.Len(t, c.cart.taxes(c.cart.nets()), 1)
		var sum uint64
		for _, p := range c.cart.payables(c.cart.nets()) {
			sum += p
		}
		require.Equal(t, payable, sum, c.name)
	}
}
