package pricing

import (
	"bytes"
	"slices"

	"tally/internal/voucher"
)

// Evaluate is what the vouchers of an input do to its cart, and why the others do
// nothing. The same input has the same result for ever, in whatever order its lines
// and vouchers are. The error is a RefusalError of an input that no evaluation can have.
func Evaluate(in Input) (Result, error) {
	if err := in.Check(); err != nil {
		return Result{}, err
	}
	e := newEvaluation(in)
	if in.Mode == ModeAll {
		return e.all(), nil
	}
	return e.best(), nil
}

// evaluation is one Evaluate.
type evaluation struct {
	in        Input
	seen      Order // what expressions see of it
	worker    *worker
	discounts []*candidate // in the order in which they apply
	tenders   []*candidate // the same
	campaigns []voucher.CampaignID
	judged    []judged                 // of each campaign
	why       map[voucher.Ref][]Reason // why vouchers are no candidates
	room      []candidate              // one for each voucher
	scratch   *state
	limit     int
}

// judged is what was found out for one voucher of a campaign, and is the same for the others that
// have the same terms: expressions are dear, and a cart is sorted by an offer once.
type judged struct {
	terms     *Terms // nil before the first
	reasons   []Reason
	candidate *candidate // nil before the first
}

func newEvaluation(in Input) *evaluation {
	e := &evaluation{in: in, worker: newWorker(newBoard(in.Cart)), why: map[voucher.Ref][]Reason{}, limit: Limit}
	e.campaigns = make([]voucher.CampaignID, 0, len(in.Vouchers))
	e.seen = Order{Cart: e.worker.cart, Store: in.Store, Areas: in.Areas, Channel: in.Channel, Payment: in.Payment}
	e.discounts, e.room = make([]*candidate, 0, len(in.Vouchers)), make([]candidate, len(in.Vouchers))
	for i := range in.Vouchers {
		e.campaigns = append(e.campaigns, in.Vouchers[i].Ref.Campaign)
	}
	slices.SortFunc(e.campaigns, func(a, b voucher.CampaignID) int { return bytes.Compare(a[:], b[:]) })
	e.campaigns = slices.Compact(e.campaigns)
	e.judged = make([]judged, len(e.campaigns))
	e.scratch = e.worker.fresh(len(e.campaigns))
	for i := range in.Vouchers {
		e.admit(&in.Vouchers[i], &e.room[i])
	}
	slices.SortFunc(e.discounts, before)
	slices.SortFunc(e.tenders, before)
	return e
}

// admit makes a voucher the candidate c, or notes why it is none.
func (e *evaluation) admit(v *Voucher, c *candidate) {
	group, _ := slices.BinarySearchFunc(e.campaigns, v.Ref.Campaign, func(a, b voucher.CampaignID) int { return bytes.Compare(a[:], b[:]) })
	known := &e.judged[group]
	if reasons := e.refusals(v, known); len(reasons) > 0 {
		e.why[v.Ref] = reasons
		return
	}
	if like := known.candidate; like != nil && like.terms == v.Terms { // waived follows from the terms
		*c = *like
		c.v, c.units = v, mostUnits(v)
	} else {
		e.worker.candidate(v, c)
		known.candidate = c
	}
	c.group = group
	if c.phase == phaseTender {
		e.tenders = append(e.tenders, c)
	} else {
		e.discounts = append(e.discounts, c)
	}
}

// best is the best lawful set of discounts; then stored value pays, each as much as it can.
func (e *evaluation) best() Result {
	s := newSearch(e.worker, e.discounts, len(e.campaigns))
	s.limit = e.limit
	found := s.run()
	chosen := make([]*candidate, 0, len(found.set))
	for _, i := range found.set {
		chosen = append(chosen, s.all[i])
	}
	slices.SortFunc(chosen, before)
	o := e.order(chosen, e.tenders)
	r := o.result()
	r.Exact = s.more <= found.off
	if !r.Exact {
		r.AtMostMore = s.more - found.off
	}
	r.NotTaken = e.notTaken(o)
	return r
}

// all is the set of all vouchers, if it is lawful and each takes something off.
func (e *evaluation) all() Result {
	e.exclude()
	if len(e.why) == 0 {
		o := e.order(e.discounts, e.tenders)
		if len(o.taken) == len(e.in.Vouchers) {
			r := o.result()
			r.Exact = true
			return r
		}
		e.note(o)
	}
	r := e.order(nil, nil).result()
	r.Exact = true
	for i := range e.in.Vouchers {
		v := &e.in.Vouchers[i]
		reasons := e.why[v.Ref]
		if len(reasons) == 0 {
			reasons = []Reason{{Code: CodeNotAll}}
		}
		r.NotTaken = append(r.NotTaken, NotTaken{v.Ref, reasons, almost(reasons)})
	}
	sortNotTaken(r.NotTaken)
	return r
}

// order is a set of vouchers as it is applied.
type order struct {
	board
	taken []Taken
	used  []*candidate
	left  []uint64 // after discounts
	state *state
	most  int // vouchers that may be taken
}

// order applies discounts, which are lawful and in their order, then tax, then tenders
// as far as they are lawful. What takes nothing off is not taken.
func (e *evaluation) order(discounts, tenders []*candidate) *order {
	o := &order{board: e.worker.board, state: e.worker.fresh(len(e.campaigns)), most: len(discounts) + len(tenders)}
	left := slices.Clone(o.net)
	for _, c := range discounts {
		if units, off := e.worker.apply(c, o.state); off > 0 {
			o.take(c, units, off, left, o.state.left)
			if c.phase == phaseExchange {
				o.taken[len(o.taken)-1].Pieces = e.worker.pieces()
			}
			copy(left, o.state.left)
		}
	}
	o.left = left
	if len(tenders) == 0 {
		return o
	}
	open := o.cart.payables(o.left)
	was := slices.Clone(open)
	for _, c := range tenders {
		if !o.admits(c) {
			continue
		}
		if paid := e.worker.pay(c, o.state, open); paid > 0 {
			o.take(c, paid, paid, was, open)
			copy(was, open)
		}
	}
	return o
}

// pieces are what the exchange that was applied last has of each line.
func (w *worker) pieces() (pieces []Share) {
	for i, l := range w.cart.Lines {
		if n := w.bought[2*i] + w.bought[2*i+1]; n > 0 {
			pieces = append(pieces, Share{l.ID, n})
		}
	}
	return pieces
}

// pay takes what stored value pays off what is open.
func (w *worker) pay(c *candidate, s *state, open []uint64) uint64 {
	paid := min(c.units, sumOf(open, c.on))
	if !enough(c, s) {
		return 0
	}
	w.alloc.allocate(paid, c.on, open, w.shares)
	for _, i := range c.on {
		open[i] -= w.shares[i]
	}
	return paid
}

// admits reports whether a candidate may stand beside all that are used.
func (o *order) admits(c *candidate) bool {
	with, limit := o.conflict(c)
	return with == nil && !limit
}

// conflict is what stands against one more candidate: one that is used and that it may
// not stand beside, or the limit of its campaign.
func (o *order) conflict(c *candidate) (with *candidate, limit bool) {
	same := uint64(0)
	for _, u := range o.used {
		if u.group == c.group {
			same++
		}
	}
	if same >= c.terms.Combine.Most {
		return nil, true
	}
	for _, u := range o.used {
		if !c.beside(u) {
			return u, false
		}
	}
	return nil, false
}

func (o *order) take(c *candidate, units, off uint64, before, after []uint64) {
	t := Taken{Ref: c.v.Ref, TermsHash: c.v.TermsHash, Had: c.v.Units, Units: units, Discount: off}
	if stored, ok := c.terms.Offer.(StoredValue); ok {
		t.Tender, t.TaxPoint = true, stored.TaxPoint
	}
	parts := 0
	for i := range before {
		if before[i] > after[i] {
			parts++
		}
	}
	t.Shares = make([]Share, 0, parts)
	for i := range before {
		if part := before[i] - after[i]; part > 0 {
			t.Shares = append(t.Shares, Share{o.cart.Lines[i].ID, part})
		}
	}
	if o.taken == nil {
		o.taken, o.used = make([]Taken, 0, o.most), make([]*candidate, 0, o.most)
	}
	o.taken, o.used = append(o.taken, t), append(o.used, c)
}

func (o *order) result() Result {
	r := Result{Taken: o.taken, Taxes: o.cart.taxes(o.left)}
	t := &r.Totals
	for i := range o.cart.Lines {
		t.List += o.cart.Lines[i].Amount
		t.Reduced += o.cart.Lines[i].Reduced
	}
	t.Amount, _ = o.cart.payable(o.net)
	t.Due, t.Tax = o.cart.taxed(o.left, r.Taxes)
	for _, taken := range o.taken {
		switch {
		case !taken.Tender:
			t.Discount += taken.Discount
			continue
		case taken.TaxPoint == TaxAtIssue:
			t.TaxedAtIssue += taken.Discount
		}
		t.Tender += taken.Discount
	}
	t.Due -= t.Tender
	return r
}
