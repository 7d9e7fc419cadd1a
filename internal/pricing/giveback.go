package pricing

import (
	"fmt"
	"slices"

	"tally/internal/voucher"
)

// ReturnFormat is the name of the return record's form.
const ReturnFormat = "tally-return/1"

// Item is a number of pieces of a line that a customer gives back.
type Item struct {
	Line     string
	Quantity uint64
}

// Return is what a customer gets back for items. Refund is what was paid by other means
// than vouchers; what stored value paid goes back to it as units.
type Return struct {
	Order   voucher.Hash // SHA-256 of the order record's canonical text
	Earlier [][]Item     // returns of the order before this one, in their order
	Items   []Item       // by line
	Refund  uint64
	Units   []Back // by voucher; those that get nothing back are left out
}

// Back is units that return to a voucher.
type Back struct {
	Ref   voucher.Ref
	Units uint64
}

// GiveBack computes a return from the record of its order, the vouchers that the record
// names (their terms and what the ledger has of them), and the returns before. Whatever
// the order of partial returns is, they never give back more than was paid and taken;
// once all items are back, all was refunded, and every unit has returned. The error is a
// RefusalError of items that the order does not have, or the DifferenceError that Check found in
// the record.
//
// A line's part of everything goes back piece by piece: of k pieces of q, the part of
// the first k. A unit of an exchange returns with its items. Any other unit returns with
// the last item that its voucher took something off; if one of the order's vouchers has
// the policy Requalify, then the refund is what was paid less what the rest costs, and
// such a voucher's unit returns once the rest does not qualify for it. The ledger's own
// rollback policy stands above: what it forfeits does not return.
//
// vouchers are as the ledger had them at the sale. The record is checked first: of one
// with a wrong figure nothing is given back.
func GiveBack(r Record, vouchers []Voucher, earlier [][]Item, now []Item) (Return, error) {
	if err := Check(r.Input(vouchers), r); err != nil {
		return Return{}, err
	}
	in, err := r.Input(vouchers).only(r.Vouchers)
	if err != nil {
		return Return{}, err
	}
	if len(earlier) >= MaxReturns {
		return Return{}, refuse(FaultTooMany, "earlier", "%d returns, and at most %d are allowed of one order", len(earlier)+1, MaxReturns)
	}
	d := newDesk(r, in)
	before, after := d.given(), d.given()
	for i, items := range append(slices.Clone(earlier), now) {
		path := fmt.Sprintf("earlier[%d]", i)
		if i == len(earlier) {
			path = "items"
		}
		if err := d.accept(path, items); err != nil {
			return Return{}, err
		}
		before, after = after, d.given()
	}
	back := Return{Order: r.Hash(), Earlier: earlier, Items: slices.Clone(now), Refund: after.refund - before.refund}
	slices.SortFunc(back.Items, func(a, b Item) int { return compare(a.Line, b.Line) })
	for i, t := range r.Vouchers {
		if units := after.units[i] - before.units[i]; units > 0 {
			back.Units = append(back.Units, Back{t.Ref, units})
		}
	}
	slices.SortFunc(back.Units, func(a, b Back) int { return compareRef(a.Ref, b.Ref) })
	return back, nil
}

// desk is where items are given back: an order, and what came back of it.
type desk struct {
	record    Record
	in        Input
	cart      Cart
	back      []uint64 // pieces of each line
	cash      []uint64 // of each line: what was paid by other means than vouchers
	requalify bool
	paid      uint64   // by whatever means
	reached   uint64   // if requalify: the most that was refunded so far, by whatever means
	returned  []uint64 // if requalify: units of each voucher that are not used by the rest
}

func newDesk(r Record, in Input) *desk {
	d := &desk{record: r, in: in, cart: r.Cart.sorted(), returned: make([]uint64, len(r.Vouchers))}
	d.back = make([]uint64, len(d.cart.Lines))
	left := d.cart.nets()
	for _, t := range r.Vouchers {
		if !t.Tender {
			d.subtract(left, t.Shares)
		}
	}
	d.cash = d.cart.payables(left)
	for i, t := range r.Vouchers {
		if t.Tender {
			d.subtract(d.cash, t.Shares)
		} else if in.Vouchers[i].Terms.GiveBack == Requalify {
			d.requalify = true
		}
	}
	d.paid = r.Totals.Due + r.Totals.Tender
	return d
}

func (d *desk) subtract(from []uint64, shares []Share) {
	for _, s := range shares {
		from[d.cart.at(s.Line)] -= s.Amount
	}
}

// accept takes items back.
func (d *desk) accept(path string, items []Item) error {
	if len(items) == 0 || len(items) > MaxLines {
		return refuse(FaultRange, path, "%d items, and 1 to %d are allowed", len(items), MaxLines)
	}
	for i, item := range items {
		at, place := d.cart.at(item.Line), fmt.Sprintf("%s[%d]", path, i)
		switch {
		case at < 0:
			return refuse(FaultContradiction, place, "the order has no line %s", clip(item.Line))
		case slices.ContainsFunc(items[:i], func(o Item) bool { return o.Line == item.Line }):
			return refuse(FaultDoubled, place, "line %s comes twice", clip(item.Line))
		case item.Quantity < 1 || item.Quantity > d.cart.Lines[at].Quantity-d.back[at]:
			return refuse(FaultRange, place, "%d pieces of line %s, and %d can be given back", item.Quantity, clip(item.Line), d.cart.Lines[at].Quantity-d.back[at])
		}
		d.back[at] += item.Quantity
	}
	return nil
}

// given is what all items that are back are worth.
type given struct {
	refund uint64
	units  []uint64 // of each voucher
}

func (d *desk) given() given {
	if d.requalify {
		return d.requalified()
	}
	g := given{units: make([]uint64, len(d.record.Vouchers))}
	for i, amount := range d.cash {
		g.refund += firstPieces(amount, d.back[i], d.cart.Lines[i].Quantity)
	}
	for i, t := range d.record.Vouchers {
		g.units[i] = d.units(t)
	}
	return g
}

// units are those of a voucher that return with the items that are back.
func (d *desk) units(t Taken) uint64 {
	switch {
	case t.Tender:
		return d.part(t.Shares)
	case len(t.Pieces) > 0:
		return share(t.Units, d.part(t.Pieces), sumShares(t.Pieces), RoundDown)
	case d.carries(t):
		return 0
	default:
		return t.Units
	}
}

// part is the part of shares that the pieces which are back have.
func (d *desk) part(shares []Share) (sum uint64) {
	for _, s := range shares {
		at := d.cart.at(s.Line)
		sum += firstPieces(s.Amount, d.back[at], d.cart.Lines[at].Quantity)
	}
	return sum
}

func sumShares(shares []Share) (sum uint64) {
	for _, s := range shares {
		sum += s.Amount
	}
	return sum
}

// carries reports whether the customer keeps an item that the voucher took something
// off.
func (d *desk) carries(t Taken) bool {
	return slices.ContainsFunc(t.Shares, func(s Share) bool {
		at := d.cart.at(s.Line)
		return d.back[at] < d.cart.Lines[at].Quantity
	})
}

// requalified is what was paid less what the rest costs under the same terms. It never
// falls: what was refunded stays so, and a unit that returned is not used again.
func (d *desk) requalified() given {
	due, used := d.rest()
	if due < d.paid {
		d.reached = max(d.reached, d.paid-due)
	}
	part := func(of uint64) uint64 {
		if d.paid == 0 {
			return 0
		}
		return share(of, d.reached, d.paid, RoundDown)
	}
	g := given{refund: part(d.record.Totals.Due), units: make([]uint64, len(d.record.Vouchers))}
	for i, t := range d.record.Vouchers {
		switch {
		case t.Tender && d.paid > 0:
			g.units[i] = part(t.Discount)
			continue
		case len(t.Pieces) > 0 || d.in.Vouchers[i].Terms.GiveBack == Requalify:
			d.returned[i] = max(d.returned[i], t.Units-used[i])
		case !d.carries(t):
			d.returned[i] = t.Units
		}
		g.units[i] = d.returned[i]
	}
	return g
}

// rest is what the items that are kept cost with those vouchers whose units are not
// returned, and the units that each of these uses for it.
func (d *desk) rest() (due uint64, used []uint64) {
	cart := d.cart
	cart.Lines = nil
	for i, l := range d.cart.Lines {
		if kept := l.Quantity - d.back[i]; kept > 0 {
			l.Reduced -= firstPieces(l.Reduced, d.back[i], l.Quantity)
			l.Quantity, l.Amount = kept, l.Unit*kept
			cart.Lines = append(cart.Lines, l)
		}
	}
	in := d.in
	in.Cart, in.Vouchers = cart, nil
	for i, t := range d.record.Vouchers {
		if t.Tender || d.returned[i] == t.Units {
			continue
		}
		v := d.in.Vouchers[i]
		v.Most = t.Units - d.returned[i]
		v.waived = v.Terms.GiveBack == WithLast
		in.Vouchers = append(in.Vouchers, v)
	}
	used = make([]uint64, len(d.record.Vouchers))
	e := newEvaluation(in)
	o := e.order(e.discounts, nil)
	for i, t := range d.record.Vouchers {
		if at := slices.IndexFunc(o.taken, func(u Taken) bool { return u.Ref == t.Ref }); at >= 0 {
			used[i] = o.taken[at].Units
		}
	}
	due, _ = cart.payable(o.left)
	return due, used
}
