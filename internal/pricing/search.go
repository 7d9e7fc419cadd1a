package pricing

import (
	"cmp"
	"math/bits"
	"slices"
)

// Limit is the work that one search may do, in visits of a line. It is counted, and not
// timed, so that everybody gets the same answer.
const Limit = 400_000

// bitset is some of the candidates.
type bitset uint32

func (b bitset) has(i int) bool { return b>>i&1 == 1 }

func (b bitset) with(i int) bitset { return b | 1<<i }

// search finds the lawful set of discounts that takes off most; of equal ones the set of
// fewer vouchers, then the one that ends earliest, then the one of the smallest ids.
// It goes through the sets depth first, in the order in which vouchers apply, and
// leaves out what a bound shows to be no better.
type search struct {
	*worker
	all     []*candidate // discounts, in the order in which they apply; like ones by expiry
	beside  []bitset     // of each: what it may stand beside
	alike   []int        // of each: the one before it that does the same, or −1
	uniform []bool       // of each campaign: whether all its vouchers do the same
	trial   []int        // room for a set
	ends    []int        // of each: its rank by expiry
	refs    []int        // of each: its rank by id
	classes []bitset     // of each class no two may stand beside each other
	states  []state      // one for each depth
	mosts   [][]uint64   // of each depth: what each candidate takes off at most
	limit   int
	chosen  []int
	best    choice
	more    uint64 // what the branches that were cut at the limit could take off at most
}

// choice is a set of candidates and what it takes off.
type choice struct {
	off uint64
	set []int // ascending
}

func newSearch(w *worker, candidates []*candidate, campaigns int) *search {
	n := len(candidates)
	s := &search{worker: w, all: slices.Clone(candidates), limit: Limit, uniform: uniform(candidates, campaigns)}
	s.beside, s.alike, s.trial, s.chosen = make([]bitset, 0, n), make([]int, 0, n), make([]int, 0, n), make([]int, 0, n)
	s.best.set = make([]int, 0, n)
	slices.SortFunc(s.all, func(a, b *candidate) int {
		if a.group == b.group && s.uniform[a.group] {
			return cmp.Or(cmp.Compare(a.v.Expiry, b.v.Expiry), before(a, b))
		}
		return before(a, b)
	})
	s.pair()
	s.states = w.board.states(n+1, campaigns)
	s.mosts = make([][]uint64, 0, n+1)
	room := make([]uint64, (n+1)*n)
	for k := range n + 1 {
		s.mosts = append(s.mosts, room[k*n:(k+1)*n])
	}
	s.rank()
	return s
}

// pair finds out who may stand beside whom, who does the same, and the classes.
func (s *search) pair() {
	for i, c := range s.all {
		var beside bitset
		for j, o := range s.all[:i] { // both sides agree, or none does
			if c.beside(o) {
				beside, s.beside[j] = beside.with(j), s.beside[j].with(i)
			}
		}
		s.beside = append(s.beside, beside)
		before := -1
		if i > 0 && s.all[i-1].group == c.group && s.uniform[c.group] {
			before = i - 1
		}
		s.alike = append(s.alike, before)
		s.classify(i)
	}
}

// uniform reports of each campaign whether all its vouchers do the same. Then it does not matter
// which of them apply, and in which order. Passes with different numbers of units
// do not: two units of one pass share out their discount together, and rounding may
// differ from one unit of each of two.
func uniform(all []*candidate, campaigns int) []bool {
	alike, first := make([]bool, campaigns), make([]*candidate, campaigns)
	for _, c := range all {
		switch {
		case first[c.group] == nil:
			first[c.group], alike[c.group] = c, true
		case c.units != first[c.group].units:
			alike[c.group] = false
		}
	}
	return alike
}

// classify puts a candidate into the first class where it may stand beside nobody.
func (s *search) classify(i int) {
	for k, class := range s.classes {
		if class&s.beside[i] == 0 {
			s.classes[k] = class.with(i)
			return
		}
	}
	s.classes = append(s.classes, bitset(0).with(i))
}

func (s *search) run() choice {
	s.greedy()
	s.visit(0, bitset(1<<len(s.all)-1), 0)
	return s.best
}

// greedy finds a first set: it goes through the candidates from the one that takes off
// most by itself, and keeps those that add to what is taken off.
func (s *search) greedy() {
	first := &s.states[0]
	order := make([]int, len(s.all))
	for i, c := range s.all {
		order[i] = i
		s.mosts[0][i] = s.worker.most(c, first)
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(s.mosts[0][j], s.mosts[0][i]) })
	for _, i := range order {
		if s.visits > s.limit {
			return
		}
		if set, ok := s.extended(i); ok {
			if off, ok := s.total(set); ok && off > s.best.off {
				s.trial, s.best = s.best.set, choice{off, set}
			}
		}
	}
}

// extended is the best set with one more, if that is lawful. It is in s.trial.
func (s *search) extended(i int) (set []int, ok bool) {
	same := uint64(0)
	for _, j := range s.best.set {
		if !s.beside[i].has(j) {
			return nil, false
		}
		if s.all[j].group == s.all[i].group {
			same++
		}
	}
	set = append(append(s.trial[:0], s.best.set...), i)
	slices.Sort(set)
	return set, same < s.all[i].terms.Combine.Most
}

// total is what a set takes off. It is no lawful set where one takes off nothing.
func (s *search) total(set []int) (sum uint64, ok bool) {
	scratch := &s.states[len(s.states)-1]
	scratch.set(&s.states[0])
	for _, i := range set {
		_, off := s.apply(s.all[i], scratch)
		if off == 0 {
			return 0, false
		}
		sum += off
	}
	return sum, true
}

// visit judges the set that is chosen, and all that come of it by candidates that are
// allowed: later ones. off is what it takes off, and its state is at depth.
func (s *search) visit(depth int, allowed bitset, off uint64) {
	s.judge(off)
	here := &s.states[depth]
	mosts := s.mosts[depth]
	for rest := allowed; rest != 0; rest &= rest - 1 {
		i := bits.TrailingZeros32(uint32(rest))
		mosts[i] = s.most(s.all[i], here)
	}
	for ; allowed != 0; allowed &= allowed - 1 {
		if !s.promises(depth, allowed, off) {
			return
		}
		i := bits.TrailingZeros32(uint32(allowed))
		if mosts[i] == 0 || !s.inOrder(i) {
			continue
		}
		next := &s.states[depth+1]
		next.set(here)
		_, more := s.apply(s.all[i], next)
		if more == 0 {
			continue
		}
		s.chosen = append(s.chosen, i)
		s.visit(depth+1, s.after(i, allowed), off+more)
		s.chosen = s.chosen[:len(s.chosen)-1]
	}
}

// inOrder reports whether the candidate before, if it does the same, is chosen: of like
// ones the first are taken.
func (s *search) inOrder(i int) bool {
	return s.alike[i] < 0 || slices.Contains(s.chosen, s.alike[i])
}

// after is what is still allowed once i is chosen, too.
func (s *search) after(i int, allowed bitset) bitset {
	allowed &= s.beside[i]
	same := uint64(0)
	for _, j := range s.chosen {
		if s.all[j].group == s.all[i].group {
			same++
		}
	}
	if same < s.all[i].terms.Combine.Most {
		return allowed
	}
	for rest := allowed; rest != 0; rest &= rest - 1 {
		if j := bits.TrailingZeros32(uint32(rest)); s.all[j].group == s.all[i].group {
			allowed &^= 1 << j
		}
	}
	return allowed
}

// judge keeps the chosen set if it is better than the best so far.
func (s *search) judge(off uint64) {
	if off == 0 {
		return
	}
	if off > s.best.off || off == s.best.off && s.precedes(s.chosen, s.best.set) {
		s.best = choice{off, append(s.best.set[:0], s.chosen...)}
	}
}

// rank numbers the candidates by when they end, and by their ids.
func (s *search) rank() {
	s.ends, s.refs = make([]int, len(s.all)), make([]int, len(s.all))
	for i, c := range s.all {
		for j, o := range s.all[:i] {
			switch {
			case o.v.Expiry < c.v.Expiry:
				s.ends[i]++
			case o.v.Expiry > c.v.Expiry:
				s.ends[j]++
			}
			if compareRef(o.v.Ref, c.v.Ref) < 0 {
				s.refs[i]++
			} else {
				s.refs[j]++
			}
		}
	}
}

// precedes reports whether a set is better than another that takes off the same.
func (s *search) precedes(a, b []int) bool {
	if len(a) != len(b) {
		return len(a) < len(b)
	}
	var x, y ranks
	if c := slices.Compare(x.of(a, s.ends), y.of(b, s.ends)); c != 0 {
		return c < 0
	}
	return slices.Compare(x.of(a, s.refs), y.of(b, s.refs)) < 0
}

// ranks has room for the ranks of a set.
type ranks [32]int

// of are the ranks of a set, ascending.
func (r *ranks) of(set, by []int) []int {
	all := r[:0]
	for _, i := range set {
		all = append(all, by[i])
	}
	slices.Sort(all)
	return all
}

// precedesAt reports whether the chosen set and more of the allowed ones, n in all, could
// be better than the best, which takes off the same and has n.
func (s *search) precedesAt(depth int, allowed bitset, n int) bool {
	for _, by := range [][]int{s.ends, s.refs} {
		var least, best ranks
		all := s.smallest(least[:0], depth, allowed, n, by)
		for _, i := range s.chosen {
			all = append(all, by[i])
		}
		slices.Sort(all)
		if c := slices.Compare(all, best.of(s.best.set, by)); c != 0 {
			return c < 0
		}
	}
	return false
}

// smallest are the least ranks that the vouchers which n still lacks could have: one of
// each class, for a lawful set has at most one of each.
func (s *search) smallest(ranks []int, depth int, allowed bitset, n int, by []int) []int {
	for _, class := range s.classes {
		least := -1
		for rest := class & allowed; rest != 0; rest &= rest - 1 {
			i := bits.TrailingZeros32(uint32(rest))
			if s.mosts[depth][i] > 0 && (least < 0 || by[i] < least) {
				least = by[i]
			}
		}
		if least >= 0 {
			ranks = append(ranks, least)
		}
	}
	slices.Sort(ranks)
	return ranks[:min(len(ranks), n-len(s.chosen))]
}

// promises reports whether a set that comes of the chosen one by allowed candidates can
// be better than the best. Beyond the limit it reports false, and keeps what could have
// been there.
func (s *search) promises(depth int, allowed bitset, off uint64) bool {
	here := &s.states[depth]
	var classes [32]uint64
	n, sum := 0, uint64(0)
	for _, class := range s.classes {
		most := uint64(0)
		for rest := class & allowed; rest != 0; rest &= rest - 1 {
			most = max(most, s.mosts[depth][bits.TrailingZeros32(uint32(rest))])
		}
		if most > 0 {
			classes[n] = most
			n++
			sum += most
		}
	}
	reach := off + min(sum, here.total)
	if reach < s.best.off || reach == s.best.off && !s.ties(depth, allowed, classes[:n], s.best.off-off) {
		return false
	}
	if s.visits > s.limit {
		s.more = max(s.more, reach)
		return false
	}
	return true
}

// ties reports whether a set that comes of the chosen one, and takes off the rest of the
// best discount, could be better than the best by its size, its end or its ids. classes
// are what each class takes off at most.
func (s *search) ties(depth int, allowed bitset, classes []uint64, rest uint64) bool {
	slices.Sort(classes)
	n := len(s.chosen)
	for i := len(classes) - 1; i >= 0 && rest > 0; i-- {
		rest -= min(rest, classes[i])
		n++
	}
	switch best := len(s.best.set); {
	case rest > 0 || n == len(s.chosen):
		return false
	case n == best:
		return s.precedesAt(depth, allowed, n)
	default:
		return n < best
	}
}
