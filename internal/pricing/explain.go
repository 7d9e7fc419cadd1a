package pricing

import (
	"slices"
	"time"

	"tally/internal/voucher"
)

// refusals are the reasons for which a voucher cannot be used, whatever the others are.
// known is what was found out for another voucher of its campaign.
func (e *evaluation) refusals(v *Voucher, known *judged) []Reason {
	if kind := e.ledger(v); kind != voucher.KindAccepted {
		return []Reason{{Code: Code(kind.String())}}
	}
	if !supported(v) {
		return []Reason{{Code: CodeUnsupported}}
	}
	if v.waived {
		return nil
	}
	if known.terms != v.Terms {
		known.terms, known.reasons = v.Terms, e.unmet(v.Terms)
	}
	return known.reasons
}

// unmet are the conditions of terms that do not hold. They ask about the order, and about no voucher.
func (e *evaluation) unmet(t *Terms) (reasons []Reason) {
	on := t.Offer.Selects()
	for _, c := range t.When {
		if r, ok := e.fails(c.Test, on); ok {
			r.Said = c.Reason
			reasons = append(reasons, r)
		}
	}
	return slices.Clip(reasons) // several vouchers have them
}

// ledger is the kind with which the ledger would refuse the voucher.
func (e *evaluation) ledger(v *Voucher) voucher.Kind {
	switch {
	case v.Currency != e.in.Cart.Currency:
		return voucher.KindWrongCurrency
	case e.in.At < v.ValidFrom:
		return voucher.KindNotYetValid
	case e.in.At >= v.Expiry:
		return voucher.KindExpired
	case v.Units == 0:
		return voucher.KindSpent
	case v.Held:
		return voucher.KindHeld
	case len(v.Stores) > 0 && !slices.Contains(v.Stores, e.in.Store):
		return voucher.KindWrongStore
	default:
		return voucher.KindAccepted
	}
}

// supported reports whether this engine evaluates a voucher's terms.
func supported(v *Voucher) bool {
	if v.Terms == nil || v.Terms.Offer == nil {
		return false
	}
	_, tender := v.Terms.Offer.(StoredValue)
	return tender == v.StoredValue && !slices.ContainsFunc(v.Terms.When, func(c Condition) bool {
		cel, ok := c.Test.(CEL)
		return ok && cel.predicate == nil
	})
}

// fails is the reason for which a test does not hold.
func (e *evaluation) fails(test Test, offer Selector) (Reason, bool) {
	in, lines := &e.in, e.worker.cart.Lines
	switch t := test.(type) {
	case MinSpend:
		has := spent(lines, t.On.or(offer).lines(lines), t.Basis)
		return Reason{Code: CodeMinSpend, Need: t.Amount, Has: has}, t.Basis != BasisLeft && has < t.Amount
	case Quantity:
		return quantity(t, pieces(lines, t.On.or(offer).lines(lines)))
	case Hours:
		return Reason{Code: CodeHours, Opens: t.opens(in.At, in.Offset)}, !t.open(in.At, in.Offset)
	case NotDates:
		return Reason{Code: CodeDates}, slices.Contains(t, local(in.At, in.Offset).Format(time.DateOnly))
	case Stores:
		return Reason{Code: CodeStore}, !slices.Contains(t, in.Store)
	case NotStores:
		return Reason{Code: CodeStore}, slices.Contains(t, in.Store)
	case Areas:
		return Reason{Code: CodeStore}, !slices.ContainsFunc(t, func(area string) bool { return slices.Contains(in.Areas, area) })
	case Channels:
		return Reason{Code: CodeChannel}, !slices.Contains(t, in.Channel)
	case Payments:
		return Reason{Code: CodePayment}, !slices.Contains(t, in.Payment)
	case CEL:
		return t.fails(&e.seen)
	default:
		return Reason{Code: CodeFirstPurchase}, !in.FirstPurchase
	}
}

func spent(lines []Line, on []int, basis Basis) (sum uint64) {
	for _, i := range on {
		if basis == BasisList {
			sum += lines[i].Amount
		} else {
			sum += lines[i].net()
		}
	}
	return sum
}

func pieces(lines []Line, on []int) (n uint64) {
	for _, i := range on {
		n += lines[i].Quantity
	}
	return n
}

func quantity(t Quantity, has uint64) (Reason, bool) {
	if has < t.Min {
		return Reason{Code: CodeQuantity, Need: t.Min, Has: has}, true
	}
	return Reason{Code: CodeQuantity, Need: t.Max, Has: has}, t.Max > 0 && has > t.Max
}

// local is an instant as a clock that is offset minutes ahead of UTC shows it.
func local(at uint64, offset int16) time.Time {
	return time.Unix(int64(at)+60*int64(offset), 0).UTC() //nolint:gosec // at is at most MaxAmount
}

// open reports whether an instant is within one of the spans.
func (h Hours) open(at uint64, offset int16) bool {
	now := local(at, offset)
	minute := uint16(now.Hour()*60 + now.Minute()) //nolint:gosec // below 1,440
	return slices.ContainsFunc(h, func(s Span) bool { return s.open(weekday(now), minute) })
}

// weekday is the day of the week: 1 is Monday, 7 is Sunday.
func weekday(t time.Time) uint32 {
	if day := t.Weekday(); day != time.Sunday {
		return uint32(day) //nolint:gosec // at most 6
	}
	return daysAWeek
}

func (s Span) open(day uint32, minute uint16) bool {
	if s.From < s.Until {
		return s.on(day) && minute >= s.From && minute < s.Until
	}
	yesterday := (day+daysAWeek-2)%daysAWeek + 1
	return s.on(day) && minute >= s.From || s.on(yesterday) && minute < s.Until
}

func (s Span) on(day uint32) bool { return len(s.Days) == 0 || slices.Contains(s.Days, day) }

// opens is the next instant after at when a span begins, by the offset of now; it is at
// most eight days away. A change of offset until then may move it.
func (h Hours) opens(at uint64, offset int16) uint64 {
	now := local(at, offset)
	midnight := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
	var next time.Time
	for days := range daysAWeek + 1 {
		for _, s := range h {
			begins := midnight.AddDate(0, 0, days).Add(time.Duration(s.From) * time.Minute)
			if begins.After(now) && s.on(weekday(begins)) && (next.IsZero() || begins.Before(next)) {
				next = begins
			}
		}
	}
	if next.IsZero() {
		return 0
	}
	return at + uint64(next.Sub(now)/time.Second) //nolint:gosec // next is after now
}

// notTaken says of each voucher that is not used why.
func (e *evaluation) notTaken(o *order) (list []NotTaken) {
	for i := range e.in.Vouchers {
		v := &e.in.Vouchers[i]
		if reasons := e.why[v.Ref]; len(reasons) > 0 {
			list = append(list, NotTaken{v.Ref, reasons, almost(reasons)})
		}
	}
	for _, all := range [][]*candidate{e.discounts, e.tenders} {
		for _, c := range all {
			if slices.Contains(o.used, c) {
				continue
			}
			reasons := []Reason{e.against(c, o)}
			list = append(list, NotTaken{c.v.Ref, reasons, almost(reasons)})
		}
	}
	sortNotTaken(list)
	return list
}

func sortNotTaken(list []NotTaken) {
	slices.SortFunc(list, func(a, b NotTaken) int { return compareRef(a.Ref, b.Ref) })
}

// almost reports whether one thing is missing that the customer can mend.
func almost(reasons []Reason) bool {
	if len(reasons) != 1 {
		return false
	}
	switch r := reasons[0]; r.Code {
	case CodeMinSpend, CodeQuantity:
		return r.Has < r.Need
	case CodeHours:
		return true
	default:
		return false
	}
}

// against is what speaks against a candidate beside what is used.
func (e *evaluation) against(c *candidate, o *order) Reason {
	takes := e.alone(c)
	if takes == 0 {
		return e.nothing(c)
	}
	with, limit := o.conflict(c)
	switch {
	case limit:
		return Reason{Code: CodeLimit, Need: c.terms.Combine.Most}
	case with != nil:
		return Reason{Code: CodeCannotCombine, With: with.v.Ref, Alone: takes, Chosen: o.off()}
	case c.phase == phaseTender || !e.adds(c, o):
		return Reason{Code: CodeNothingLeft}
	default:
		return Reason{Code: CodeBetterWithout, Alone: takes, Chosen: o.off()}
	}
}

// alone is what a candidate takes off, or pays, if nothing else is used.
func (e *evaluation) alone(c *candidate) uint64 {
	s := e.scratch
	s.reset(&e.worker.board)
	if c.phase == phaseTender {
		return e.worker.pay(c, s, e.worker.cart.payables(s.left))
	}
	_, off := e.worker.apply(c, s)
	return off
}

// off is what the discounts of the order take off.
func (o *order) off() (sum uint64) {
	for _, t := range o.taken {
		if !t.Tender {
			sum += t.Discount
		}
	}
	return sum
}

// adds reports whether a discount takes something off beside those that are used.
func (e *evaluation) adds(c *candidate, o *order) bool {
	s := e.scratch
	s.reset(&e.worker.board)
	for _, u := range o.used {
		if before(u, c) < 0 {
			e.worker.apply(u, s)
		}
	}
	_, off := e.worker.apply(c, s)
	return off > 0
}

// nothing is why a voucher takes off nothing by itself.
func (e *evaluation) nothing(c *candidate) Reason {
	net := e.worker.net
	for _, test := range c.left {
		if has := sumOf(net, test.on); has < test.amount {
			return Reason{Code: CodeMinSpend, Need: test.amount, Has: has, Said: test.said}
		}
	}
	switch o := c.terms.Offer.(type) {
	case AmountOff:
		if len(c.on) > 0 && c.every && c.grants == 0 {
			return Reason{Code: CodeMinSpend, Need: o.Every, Has: sumOf(net, c.on)}
		}
	case Exchange:
		return Reason{Code: CodeNoItem}
	case BuyGet:
		return c.lacks(e.worker.cart.Lines, o)
	}
	if len(c.on) == 0 {
		return Reason{Code: CodeNoItem}
	}
	return Reason{Code: CodeNothingLeft}
}

// lacks is which pieces a cart lacks for one set of what is bought and what is got.
func (c *candidate) lacks(lines []Line, o BuyGet) Reason {
	if pieces(lines, c.parts) == 0 {
		return Reason{Code: CodeNoItem}
	}
	both := o.BuyCount + o.GetCount
	for _, part := range []struct {
		on   []int
		need uint64
	}{{lineOf(c.buy), o.BuyCount}, {lineOf(c.get), o.GetCount}, {c.parts, both}} {
		has := pieces(lines, part.on)
		switch {
		case has >= part.need:
		case c.same: // a person counts them together
			return Reason{Code: CodeQuantity, Need: both, Has: has}
		default:
			return Reason{Code: CodeQuantity, Need: part.need, Has: has}
		}
	}
	return Reason{Code: CodeNothingLeft} // what would be got costs nothing
}

// lineOf are the lines of a ladder's pieces.
func lineOf(ladder []rung) (lines []int) {
	for _, r := range ladder {
		lines = append(lines, r.line)
	}
	return lines
}

// exclude notes why vouchers of one code cannot be used together.
func (e *evaluation) exclude() {
	all := slices.Concat(e.discounts, e.tenders)
	for i, c := range all {
		others := &order{used: slices.Delete(slices.Clone(all), i, i+1)}
		switch with, limit := others.conflict(c); {
		case limit:
			e.why[c.v.Ref] = []Reason{{Code: CodeLimit, Need: c.terms.Combine.Most}}
		case with != nil:
			e.why[c.v.Ref] = []Reason{{Code: CodeCannotCombine, With: with.v.Ref}}
		}
	}
}

// note notes which vouchers of one code take nothing off.
func (e *evaluation) note(o *order) {
	for _, c := range slices.Concat(e.discounts, e.tenders) {
		if slices.Contains(o.used, c) {
			continue
		}
		if e.alone(c) == 0 {
			e.why[c.v.Ref] = []Reason{e.nothing(c)}
		} else {
			e.why[c.v.Ref] = []Reason{{Code: CodeNothingLeft}}
		}
	}
}
