package pricing

import (
	"cmp"
	"math/bits"
	"slices"
)

// allocate shares a total among weights in their proportion. What rounding down leaves
// over goes, one by one, to the largest remainders; among equal ones to the greater
// weight, then to the earlier place. The shares make the total exactly. A weight of 0
// gets 0, and no share is greater than its weight as long as the total is not greater
// than the weights' sum. Weights' sum and total are below 2^63; weights that are all 0
// share nothing.
func allocate(total uint64, weights []uint64) []uint64 {
	shares, places := make([]uint64, len(weights)), make([]int, len(weights))
	for i := range places {
		places[i] = i
	}
	a := allocator{rests: make([]uint64, len(weights))}
	a.allocate(total, places, weights, shares)
	return shares
}

// allocator has room for the work of allocate.
type allocator struct {
	order []int
	rests []uint64
}

// allocate is the same for the weights at ascending places. It writes the shares at
// these places, and none elsewhere.
func (a *allocator) allocate(total uint64, places []int, weights, shares []uint64) {
	sum := max(sumOf(weights, places), 1)
	over := total
	a.order = a.order[:0]
	for _, i := range places {
		high, low := bits.Mul64(total, weights[i])
		shares[i], a.rests[i] = bits.Div64(high, low, sum)
		over -= shares[i]
		if a.rests[i] > 0 {
			a.order = append(a.order, i)
		}
	}
	if len(a.order) == 0 { // all divide, or all are 0
		return
	}
	slices.SortFunc(a.order, func(i, j int) int {
		switch {
		case a.rests[i] != a.rests[j]:
			return cmp.Compare(a.rests[j], a.rests[i])
		case weights[i] != weights[j]:
			return cmp.Compare(weights[j], weights[i])
		default:
			return i - j
		}
	})
	for _, i := range a.order[:over] {
		shares[i]++
	}
}

// firstPieces is the part of a line's figure that its first k of q pieces have. Parts
// of a line that are taken one after another make the figure exactly.
func firstPieces(figure, k, q uint64) uint64 { return share(figure, k, q, RoundDown) }
