package pricing

import (
	"cmp"
	"math/bits"
	"slices"
)

// candidate is a voucher that passes all conditions which other vouchers have no part
// in, with what its offer is on in this cart.
type candidate struct {
	v      *Voucher
	terms  *Terms
	phase  phase
	units  uint64 // that may be taken, of an exchange and of stored value
	on     []int  // lines
	parts  []int  // lines that its discount may be shared among
	buy    []rung // pieces of an exchange, or to be bought
	get    []rung // pieces to be got
	same   bool   // what is bought and what is got are selected alike
	left   []leftTest
	grants uint64 // times that the order grants an amount; 0 for an offer without every
	every  bool
	group  int // the campaign's place among the state's grants
}

// leftTest is a least spend after the vouchers that apply earlier.
type leftTest struct {
	on     []int
	amount uint64
	said   []Localised
}

// rung is the pieces of a line that have the same price. Pieces of a line differ by one
// minor unit at most, where its net amount does not divide.
type rung struct {
	slot  int // of state.free
	line  int
	price uint64
	also  bool // of buy: it could be got as well
}

// board is the cart that vouchers apply to.
type board struct {
	cart Cart // lines in the order of their ids
	net  []uint64
}

func newBoard(cart Cart) board {
	cart = cart.sorted()
	return board{cart, cart.nets()}
}

// state is what is left of the cart.
type state struct {
	total  uint64   // of all lines
	left   []uint64 // of each line
	free   []uint64 // pieces that no exchange and no set has: of each line the dear ones, then the others
	grants []uint64 // that each campaign has used up
}

// states are n states of the cart: the first as it is at first, and room for others.
func (b *board) states(n, campaigns int) []state {
	lines := len(b.net)
	size := 3*lines + campaigns
	room, all := make([]uint64, n*size), make([]state, n)
	for k := range all {
		of := room[k*size : (k+1)*size]
		all[k] = state{left: of[:lines], free: of[lines : 3*lines], grants: of[3*lines:]}
	}
	all[0].reset(b)
	return all
}

func (b *board) fresh(campaigns int) *state { return &b.states(1, campaigns)[0] }

// reset makes s the cart as it is at first.
func (s *state) reset(b *board) {
	clear(s.grants)
	s.total = 0
	for i, net := range b.net {
		quantity := b.cart.Lines[i].Quantity
		dear := net % quantity
		s.left[i], s.free[2*i], s.free[2*i+1] = net, dear, quantity-dear
		s.total += net
	}
}

// set makes s the same as o, which is of the same cart.
func (s *state) set(o *state) {
	s.total = o.total
	copy(s.left, o.left)
	copy(s.free, o.free)
	copy(s.grants, o.grants)
}

// ladder is the pieces of lines by falling price, then by line.
func (b *board) ladder(lines []int) []rung {
	rungs := make([]rung, 0, 2*len(lines))
	for _, i := range lines {
		l := &b.cart.Lines[i]
		price, dear := b.net[i]/l.Quantity, b.net[i]%l.Quantity
		if dear > 0 {
			rungs = append(rungs, rung{slot: 2 * i, line: i, price: price + 1})
		}
		rungs = append(rungs, rung{slot: 2*i + 1, line: i, price: price})
	}
	slices.SortFunc(rungs, func(a, b rung) int {
		return cmp.Or(cmp.Compare(b.price, a.price), cmp.Compare(a.line, b.line))
	})
	return rungs
}

// candidate makes c what a voucher is for this cart.
func (b *board) candidate(v *Voucher, c *candidate) {
	*c = candidate{v: v, terms: v.Terms, phase: phaseOf(v.Terms.Offer), units: mostUnits(v)}
	lines := b.cart.Lines
	on := v.Terms.Offer.Selects()
	c.on = on.lines(lines)
	c.parts = c.on
	switch o := v.Terms.Offer.(type) {
	case AmountOff:
		if o.Every > 0 {
			c.every, c.grants = true, sumOf(b.net, c.on)/o.Every
		}
	case Exchange:
		c.buy = b.ladder(c.on)
	case BuyGet:
		c.same = o.Buy.equal(o.Get)
		got := o.Get.lines(lines)
		c.buy, c.get = b.ladder(c.on), b.ladder(got)
		for i := range c.buy {
			_, c.buy[i].also = slices.BinarySearch(got, c.buy[i].line)
		}
		c.parts = slices.Concat(c.on, got)
		slices.Sort(c.parts)
		c.parts = slices.Compact(c.parts)
	}
	for _, when := range v.Terms.When {
		if m, ok := when.Test.(MinSpend); ok && m.Basis == BasisLeft && !v.waived {
			c.left = append(c.left, leftTest{m.On.or(on).lines(lines), m.Amount, when.Reason})
		}
	}
}

// mostUnits are the units that may be taken of a voucher, of an exchange and of stored value.
func mostUnits(v *Voucher) uint64 {
	switch o := v.Terms.Offer.(type) {
	case Exchange:
		return min(v.offered(), o.MostUnits)
	case StoredValue:
		return v.offered()
	default:
		return 0
	}
}

// beside reports whether two candidates may be used in one order.
func (c *candidate) beside(o *candidate) bool {
	switch a, b := &c.terms.Combine, &o.terms.Combine; {
	case c.phase == phaseTender && o.phase == phaseTender:
		return a.Tender && b.Tender
	case c.phase == phaseTender:
		return b.Tender
	case o.phase == phaseTender:
		return a.Tender
	default:
		return a.agrees(b)
	}
}

func sumOf(amounts []uint64, places []int) (sum uint64) {
	for _, i := range places {
		sum += amounts[i]
	}
	return sum
}

// times is a·b, at most MaxAmount.
func times(a, b uint64) uint64 {
	high, low := bits.Mul64(a, b)
	if high > 0 || low > MaxAmount {
		return MaxAmount
	}
	return low
}
