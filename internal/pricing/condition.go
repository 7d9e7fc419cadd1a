package pricing

import (
	"fmt"
	"time"
)

// Condition is one test that must hold before an offer applies. All conditions of an
// offer must hold.
type Condition struct {
	Test   Test        // never nil
	Reason []Localised // what holders read if it fails; by locale
}

// Test is a MinSpend, Quantity, Hours, NotDates, Stores, NotStores, Areas, Channels,
// Payments, FirstPurchase or CEL.
type Test interface {
	name() string // its member
	tree() any
}

// Basis is which amount of a line counts towards a least spend.
type Basis string

// The bases.
const (
	BasisNet  Basis = "net"  // after the merchant's own reductions, before vouchers
	BasisList Basis = "list" // before both
	BasisLeft Basis = "left" // after the vouchers that apply earlier
)

// MinSpend wants an amount spent on lines. On is nil for the offer's own selection.
type MinSpend struct {
	Amount uint64
	On     *Selector
	Basis  Basis
}

// Quantity wants a number of pieces, from Min to Max. 0 is no limit. On is nil for the
// offer's own selection.
type Quantity struct {
	Min, Max uint64
	On       *Selector
}

// Hours wants the local time within one of the spans.
type Hours []Span

// Span is from a minute of the local day to another. Where Until is not after From, it
// runs past midnight and belongs to the day on which it began.
type Span struct {
	Days        []uint32 // 1 is Monday, 7 is Sunday; none is every day
	From, Until uint16   // minutes since midnight; Until is 1 to 1,440
}

// NotDates wants the local date to be none of these: YYYY-MM-DD.
type NotDates []string

// Stores wants one of the stores.
type Stores []uint32

// NotStores wants none of the stores.
type NotStores []uint32

// Areas wants a store in one of the areas.
type Areas []string

// Channels wants one of the channels: counter, delivery, …
type Channels []string

// Payments wants one of the means of payment for the rest.
type Payments []string

// FirstPurchase wants a wallet that bought nothing at this merchant yet.
type FirstPurchase struct{}

// CEL wants an expression of the Common Expression Language to be true of the order.
// Terms.Compile makes it a predicate. Terms with one that is not compiled are
// unsupported_terms.
type CEL struct {
	Expression string
	predicate  Predicate // nil: not compiled
}

func (MinSpend) name() string      { return "min_spend" }
func (Quantity) name() string      { return "quantity" }
func (Hours) name() string         { return "hours" }
func (NotDates) name() string      { return "not_dates" }
func (Stores) name() string        { return "stores" }
func (NotStores) name() string     { return "not_stores" }
func (Areas) name() string         { return "areas" }
func (Channels) name() string      { return "channels" }
func (Payments) name() string      { return "payments" }
func (FirstPurchase) name() string { return "first_purchase" }
func (CEL) name() string           { return "cel" }

// tests reads each test, by the name of its member.
func (r *reader) tests() map[string]func(object, string) Test {
	return map[string]func(object, string) Test{
		"min_spend":      r.minSpend,
		"quantity":       r.quantity,
		"hours":          r.hours,
		"not_dates":      r.notDates,
		"stores":         func(o object, name string) Test { return Stores(o.stores(name)) },
		"not_stores":     func(o object, name string) Test { return NotStores(o.stores(name)) },
		"areas":          func(o object, name string) Test { return Areas(o.words(name)) },
		"channels":       func(o object, name string) Test { return Channels(o.words(name)) },
		"payments":       func(o object, name string) Test { return Payments(o.words(name)) },
		"first_purchase": r.firstPurchase,
		"cel":            r.cel,
	}
}

func (r *reader) condition(v value) Condition {
	o := r.object(v, "min_spend", "quantity", "hours", "not_dates", "stores", "not_stores", "areas", "channels", "payments",
		"first_purchase", "cel", "reason")
	c := Condition{Reason: r.reason(o, "reason")}
	tests := r.tests()
	for _, m := range o.members {
		read, ok := tests[m.name]
		switch {
		case !ok: // the reason
		case c.Test != nil:
			r.refuse(FaultContradiction, m.path, "a condition has one test: write another condition for this one")
		default:
			c.Test = read(o, m.name)
		}
	}
	if c.Test == nil {
		r.refuse(FaultMissing, v.path, "a condition has a test: min_spend, quantity, hours, …")
		return c
	}
	if _, ok := c.Test.(CEL); ok {
		o.need("reason")
	}
	return c
}

func (r *reader) minSpend(o object, name string) Test {
	v, _ := o.find(name)
	in := r.object(v, "amount", "on", "basis")
	in.need("amount")
	return MinSpend{
		Amount: in.number("amount", 1, 1, MaxAmount), On: r.ownSelector(in), Basis: oneOf(in, "basis", BasisNet, BasisList, BasisLeft),
	}
}

func (r *reader) quantity(o object, name string) Test {
	v, _ := o.find(name)
	in := r.object(v, "min", "max", "on")
	q := Quantity{Min: in.count("min", 0), Max: in.count("max", 0), On: r.ownSelector(in)}
	switch {
	case q.Min == 0 && q.Max == 0:
		r.refuse(FaultMissing, v.path, "min or max must be there")
	case q.Max > 0 && q.Min > q.Max:
		r.refuse(FaultContradiction, v.path, "min is %d and max is %d", q.Min, q.Max)
	}
	return q
}

// ownSelector is the condition's own selection, or nil for the offer's.
func (r *reader) ownSelector(o object) *Selector {
	if !o.has("on") {
		return nil
	}
	s := r.selector(o, Selector{})
	return &s
}

func (r *reader) firstPurchase(o object, name string) Test {
	if _, ok := o.typed(name, isBool); ok && !o.yes(name, false) {
		r.refuse(FaultForm, join(o.path, name), "it is true, or left out")
	}
	return FirstPurchase{}
}

func (r *reader) cel(o object, name string) Test {
	text := o.text(name, MaxCEL)
	if len(text) > MaxCEL {
		r.refuse(FaultTooLong, join(o.path, name), "%d bytes, and at most %d are allowed", len(text), MaxCEL)
	}
	return CEL{Expression: text}
}

func (r *reader) hours(o object, name string) Test {
	var hours Hours
	for _, v := range o.items(name, MaxHours) {
		in := r.object(v, "days", "from", "until")
		in.need("from", "until")
		days := set(in, "days", daysAWeek, func(v value) uint32 {
			return uint32(r.number(v, 1, daysAWeek)) //nolint:gosec // at most 7
		})
		span := Span{Days: days, From: in.clock("from"), Until: in.clock("until")}
		switch {
		case r.err != nil:
		case span.From == minutesADay:
			r.refuse(FaultForm, join(v.path, "from"), "24:00 is the end of a day: write 00:00 of the next one")
		case span.From == span.Until:
			r.refuse(FaultContradiction, v.path, "from and until are the same: a whole day is 00:00 to 24:00")
		}
		hours = append(hours, span)
	}
	return hours
}

const (
	daysAWeek   = 7
	minutesADay = 24 * 60
)

// clock is the minutes of a text HH:MM, from 00:00 to 24:00.
func (o object) clock(name string) uint16 {
	v, ok := o.typed(name, isText)
	if !ok {
		return 0
	}
	minutes, ok := parseClock(v.text)
	if !ok {
		o.r.refuse(FaultForm, v.path, "%s is no time of a day, from 00:00 to 24:00", clip(v.text))
	}
	return minutes
}

func parseClock(text string) (minutes uint16, ok bool) {
	if len(text) != len("HH:MM") || text[2] != ':' {
		return 0, false
	}
	hour, ok1 := digits(text[:2])
	minute, ok2 := digits(text[3:])
	minutes = uint16(hour*60 + minute) //nolint:gosec // at most 99·61
	return minutes, ok1 && ok2 && minute < 60 && minutes <= minutesADay
}

// digits is the number that a text of decimal digits, and of nothing else, stands for.
func digits(text string) (n int, ok bool) {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return 0, false
		}
		n = 10*n + int(text[i]-'0')
	}
	return n, true
}

func (r *reader) notDates(o object, name string) Test {
	return NotDates(set(o, name, MaxDates, func(v value) string {
		if v.is != isText || !isDate(v.text) {
			r.refuse(FaultForm, v.path, "%s is no date of the calendar, as 2027-02-28 is", clip(v.text))
		}
		return v.text
	}))
}

// isDate reports whether a text is a day of the calendar: YYYY-MM-DD.
func isDate(text string) bool {
	_, err := time.Parse(time.DateOnly, text)
	return err == nil
}

func whenTree(when []Condition) (trees []tree) {
	for _, c := range when {
		t := tree{c.Test.name(): c.Test.tree()}
		t.put("reason", reasonTree(c.Reason))
		trees = append(trees, t)
	}
	return trees
}

func (c MinSpend) tree() any {
	t := tree{"amount": c.Amount}
	put(t, "basis", c.Basis, c.Basis != BasisNet)
	t.own(c.On)
	return t
}

func (c Quantity) tree() any {
	t := tree{}
	t.put("min", c.Min)
	t.put("max", c.Max)
	t.own(c.On)
	return t
}

// own writes a condition's own selection. All goods have no member to write, and leaving
// "on" out would say the offer's selection.
func (t tree) own(s *Selector) {
	if s == nil {
		return
	}
	on := s.tree()
	put(on, "add_ons", false, len(on) == 0)
	t["on"] = on
}

func (c Hours) tree() any {
	trees := make([]tree, len(c))
	for i, span := range c {
		trees[i] = tree{"from": clockText(span.From), "until": clockText(span.Until)}
		trees[i].put("days", span.Days)
	}
	return trees
}

func clockText(minutes uint16) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

func (c NotDates) tree() any    { return []string(c) }
func (c Stores) tree() any      { return []uint32(c) }
func (c NotStores) tree() any   { return []uint32(c) }
func (c Areas) tree() any       { return []string(c) }
func (c Channels) tree() any    { return []string(c) }
func (c Payments) tree() any    { return []string(c) }
func (FirstPurchase) tree() any { return true }
func (c CEL) tree() any         { return c.Expression }
