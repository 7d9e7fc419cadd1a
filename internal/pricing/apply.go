package pricing

import "sort"

// worker applies candidates to states. It has the room that this takes, and counts the
// lines that it visits: the search ends by that count, and by no clock.
type worker struct {
	board
	visits  int
	alloc   allocator
	weights []uint64 // of each line
	shares  []uint64 // of each line
	free    []uint64 // of each line, as state.free
	bought  []uint64 // of each line, the same
	got     []uint64 // of each line, the same
}

func newWorker(b board) *worker {
	n := len(b.net)
	room := make([]uint64, 9*n)
	next := func(length int) (of []uint64) {
		of, room = room[:length:length], room[length:]
		return of
	}
	return &worker{
		board: b, weights: next(n), shares: next(n), free: next(2 * n), bought: next(2 * n), got: next(2 * n),
		alloc: allocator{order: make([]int, 0, n), rests: next(n)},
	}
}

// apply takes off what a candidate takes off in a state, and the units that it needs for
// it. Where it is nothing, the state stays as it was.
func (w *worker) apply(c *candidate, s *state) (units, off uint64) {
	w.visits += len(c.on)
	if !enough(c, s) {
		return 0, 0
	}
	switch o := c.terms.Offer.(type) {
	case AmountOff:
		if off = w.amountOff(c, o, s); c.every {
			s.grants[c.group] += (off + o.Amount - 1) / o.Amount
		}
	case PercentOff:
		off = w.percentOff(c, o, s)
	case Exchange:
		units, off = w.exchange(c, o, s)
		w.exchanged(c, o, s)
		w.share(off, c.parts, s)
		return units, off
	case BuyGet:
		if off = w.buyGet(c, o, s); off > 0 {
			copy(s.free, w.free)
			w.share(off, c.parts, s)
			return 1, off
		}
	}
	if off == 0 {
		return 0, 0
	}
	for _, i := range c.on {
		w.weights[i] = s.left[i]
	}
	w.share(off, c.on, s)
	return 1, off
}

// most is at least what a candidate takes off in any state that can come of this one:
// one in which every line has as much left or less, and as many free pieces or fewer.
func (w *worker) most(c *candidate, s *state) (off uint64) {
	w.visits += len(c.on)
	switch o := c.terms.Offer.(type) {
	case AmountOff:
		return w.amountOff(c, o, s)
	case PercentOff:
		return w.percentOff(c, o, s)
	case Exchange:
		_, off = w.exchange(c, o, s)
		return off
	case BuyGet:
		if c.same {
			return w.buyGet(c, o, s)
		}
		return w.dearest(c, o, s)
	default:
		return 0
	}
}

// enough judges what earlier vouchers left, where terms ask for it.
func enough(c *candidate, s *state) bool {
	for _, test := range c.left {
		if sumOf(s.left, test.on) < test.amount {
			return false
		}
	}
	return true
}

// share takes a discount off the lines at places, in proportion to weights.
func (w *worker) share(off uint64, places []int, s *state) {
	if off == 0 {
		return
	}
	w.visits += len(places)
	w.alloc.allocate(off, places, w.weights, w.shares)
	for _, i := range places {
		s.left[i] -= w.shares[i]
	}
	s.total -= off
}

func (w *worker) amountOff(c *candidate, o AmountOff, s *state) uint64 {
	amount := o.Amount
	if c.every {
		amount = times(amount, c.grants-s.grants[c.group])
	}
	return min(amount, c.v.MaxDiscount, sumOf(s.left, c.on))
}

func (w *worker) percentOff(c *candidate, o PercentOff, s *state) uint64 {
	return min(share(sumOf(s.left, c.on), o.BP, Whole, o.Round), c.v.MaxDiscount)
}

// exchange goes through the pieces from the dearest, and fills unit after unit. What it
// takes of each line is in bought.
func (w *worker) exchange(c *candidate, o Exchange, s *state) (units, off uint64) {
	w.visits += len(c.buy)
	clear(w.bought)
	var open, need uint64 // what the unit that is being filled takes off so far, and the pieces that it still needs
	unit := func(off uint64) uint64 { return min(off, c.v.MaxDiscount) }
	if c.v.MaxDiscount == 0 {
		return 0, 0
	}
	for _, r := range c.buy {
		if r.price <= o.Pay {
			break
		}
		gain, free := r.price-o.Pay, s.free[r.slot]
		take := min(need, free)
		open += take * gain
		if need -= take; need == 0 {
			off, open = off+unit(open), 0
			whole := min(c.units-units, (free-take)/o.Items)
			off += whole * unit(o.Items*gain)
			units, take = units+whole, take+whole*o.Items
			if rest := min(free-take, o.Items); rest > 0 && units < c.units {
				units, need, open, take = units+1, o.Items-rest, rest*gain, take+rest
			}
		}
		w.bought[r.slot] = take
	}
	return units, off + unit(open)
}

// exchanged takes the pieces of an exchange out of the state, and weighs their lines by
// what they take off.
func (w *worker) exchanged(c *candidate, o Exchange, s *state) {
	clear(w.weights)
	for _, r := range c.buy {
		take := w.bought[r.slot] // 0 where the price is below what the customer pays
		s.free[r.slot] -= take
		w.weights[r.line] += take * (r.price - o.Pay)
	}
}

// buyGet forms sets from the dearest pieces on, until there is no full one, or one takes
// off nothing more. What is free then is in w.free; the pieces of sets weigh their
// lines by their prices.
func (w *worker) buyGet(c *candidate, o BuyGet, s *state) (off uint64) {
	copy(w.free, s.free)
	clear(w.weights)
	var worth uint64 // of all that is got
	percent := func(worth uint64) uint64 { return min(share(worth, o.BP, Whole, o.Round), c.v.MaxDiscount) }
	for sets := o.Repeat; sets > 0 && off < c.v.MaxDiscount; {
		each, alike := w.oneSet(c, o)
		if each == 0 {
			break
		}
		n := min(sets, alike)
		if n > 1 {
			n = 1 + uint64(sort.Search(int(n-1), func(k int) bool { //nolint:gosec // at most MaxCount
				return percent(worth+uint64(k+1)*each) >= c.v.MaxDiscount //nolint:gosec // k is not negative
			}))
		}
		w.commit(c, n)
		worth, sets = worth+n*each, sets-n
		off = percent(worth)
	}
	return off
}

// oneSet finds the pieces of the next set: the dearest to buy that leave enough to get,
// then the dearest to get of what is left. It returns the price of what is got, 0 for no
// set, and how many such sets may follow each other.
func (w *worker) oneSet(c *candidate, o BuyGet) (worth, alike uint64) {
	w.visits += len(c.buy) + len(c.get)
	clear(w.bought)
	clear(w.got)
	gettable := uint64(0)
	for _, r := range c.get {
		gettable += w.free[r.slot]
	}
	if gettable < o.GetCount {
		return 0, 0
	}
	last, ok := w.buySet(c, o.BuyCount, gettable-o.GetCount)
	if !ok {
		return 0, 0
	}
	need := o.GetCount
	for _, r := range c.get {
		take := min(need, w.free[r.slot]-w.bought[r.slot])
		w.got[r.slot] = take
		worth += take * r.price
		if need -= take; need == 0 {
			return worth, w.alike(o, last, r, gettable)
		}
	}
	return 0, 0
}

// alike is how many sets like the one that was found may follow each other: as long as
// all that is bought comes from one rung, and all that is got from one.
func (w *worker) alike(o BuyGet, buy, get rung, gettable uint64) uint64 {
	b, g := o.BuyCount, o.GetCount
	switch {
	case w.bought[buy.slot] < b || w.got[get.slot] < g:
		return 1
	case buy.slot == get.slot:
		return w.free[buy.slot] / (b + g)
	case buy.also:
		return min(w.free[buy.slot]/b, w.free[get.slot]/g, gettable/(b+g))
	default:
		return min(w.free[buy.slot]/b, w.free[get.slot]/g)
	}
}

// buySet finds the pieces to buy, and the last rung that they come from. At most spare of
// them are such as could be got.
func (w *worker) buySet(c *candidate, need, spare uint64) (last rung, ok bool) {
	for _, r := range c.buy {
		take := min(need, w.free[r.slot])
		if r.also {
			take = min(take, spare)
			spare -= take
		}
		w.bought[r.slot] = take
		if need -= take; need == 0 {
			return r, true
		}
	}
	return rung{}, false
}

// commit takes the pieces of n such sets.
func (w *worker) commit(c *candidate, n uint64) {
	for _, r := range c.buy {
		pieces := n * w.bought[r.slot]
		w.weights[r.line] += pieces * r.price
		w.free[r.slot] -= pieces
	}
	for _, r := range c.get {
		pieces := n * w.got[r.slot]
		w.weights[r.line] += pieces * r.price
		w.free[r.slot] -= pieces
	}
}

// dearest is what a buy_get would take off if it got the dearest pieces that can be got.
func (w *worker) dearest(c *candidate, o BuyGet, s *state) uint64 {
	w.visits += len(c.get)
	need, worth := o.GetCount*o.Repeat, uint64(0)
	for _, r := range c.get {
		take := min(need, s.free[r.slot])
		worth += take * r.price
		need -= take
	}
	return min(share(worth, o.BP, Whole, o.Round), c.v.MaxDiscount)
}
