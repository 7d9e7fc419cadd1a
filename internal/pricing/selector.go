package pricing

import "slices"

// Selector says which lines of a cart an offer or a condition is on. All that it
// says must hold. The zero Selector is all goods: no add-ons and no fees.
type Selector struct {
	Tags    []string // any of them
	NotTags []string // none of them
	SKUs    []string // one of them
	NotSKUs []string // none of them
	MaxUnit uint64   // greatest price of a piece; 0 is none
	Reduced Reduced
	AddOns  bool // add-ons, too
	Fees    bool // fees, too
}

// Reduced is what a selector makes of lines that the merchant reduced already.
type Reduced string

// What a selector makes of reduced lines.
const (
	ReducedToo  Reduced = ""      // they count like others
	NotReduced  Reduced = "false" // they do not count
	OnlyReduced Reduced = "true"  // nothing else counts
)

// selector reads the member "on", or absent where there is none.
func (r *reader) selector(o object, absent Selector) Selector {
	v, ok := o.find("on")
	if !ok {
		return absent
	}
	on := r.object(v, "tags", "not_tags", "skus", "not_skus", "max_unit", "reduced", "add_ons", "fees")
	if on.is == isObject && len(on.members) == 0 {
		r.refuse(FaultForm, v.path, "the object is empty: leave the member out")
	}
	s := Selector{
		Tags: on.words("tags"), NotTags: on.words("not_tags"), SKUs: r.skus(on, "skus"), NotSKUs: r.skus(on, "not_skus"),
		MaxUnit: on.number("max_unit", 0, 1, MaxAmount), AddOns: on.yes("add_ons", false), Fees: on.yes("fees", false),
	}
	if on.has("reduced") {
		s.Reduced = NotReduced
		if on.yes("reduced", false) {
			s.Reduced = OnlyReduced
		}
	}
	return s
}

func (r *reader) skus(o object, name string) []string {
	return set(o, name, MaxSKUs, func(v value) string { return r.text(v, MaxSKU) })
}

func (s Selector) tree() tree {
	t := tree{}
	t.put("tags", s.Tags)
	t.put("not_tags", s.NotTags)
	t.put("skus", s.SKUs)
	t.put("not_skus", s.NotSKUs)
	t.put("max_unit", s.MaxUnit)
	t.put("add_ons", s.AddOns)
	t.put("fees", s.Fees)
	put(t, "reduced", s.Reduced == OnlyReduced, s.Reduced != ReducedToo)
	return t
}

// equal reports whether both are on the same lines of every cart.
func (s Selector) equal(o Selector) bool {
	return slices.Equal(s.Tags, o.Tags) && slices.Equal(s.NotTags, o.NotTags) && slices.Equal(s.SKUs, o.SKUs) &&
		slices.Equal(s.NotSKUs, o.NotSKUs) && s.MaxUnit == o.MaxUnit && s.Reduced == o.Reduced &&
		s.AddOns == o.AddOns && s.Fees == o.Fees
}

// selects reports whether the selection is on a line.
func (s *Selector) selects(l *Line) bool {
	switch {
	case l.Fee && !s.Fees, l.Of != "" && !s.AddOns:
		return false
	case s.Reduced == NotReduced && l.Reduced > 0, s.Reduced == OnlyReduced && l.Reduced == 0:
		return false
	case s.MaxUnit > 0 && l.Unit > s.MaxUnit:
		return false
	case len(s.SKUs) > 0 && !slices.Contains(s.SKUs, l.SKU), slices.Contains(s.NotSKUs, l.SKU):
		return false
	default:
		return (len(s.Tags) == 0 || l.hasAny(s.Tags)) && !l.hasAny(s.NotTags)
	}
}

// hasAny reports whether the line has one of the tags.
func (l *Line) hasAny(tags []string) bool {
	for _, tag := range l.Tags {
		if slices.Contains(tags, tag) {
			return true
		}
	}
	return false
}

// lines are the places of the lines that the selection is on.
func (s *Selector) lines(lines []Line) []int {
	places := make([]int, 0, len(lines))
	for i := range lines {
		if s.selects(&lines[i]) {
			places = append(places, i)
		}
	}
	return places
}

// or is the condition's own selection, or the offer's where it has none.
func (s *Selector) or(offer Selector) *Selector {
	if s == nil {
		return &offer
	}
	return s
}
