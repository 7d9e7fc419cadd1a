package pricing

import "slices"

// Combine says what a voucher may stand beside in one order. Both sides must agree.
type Combine struct {
	Group  string   // what others call it
	With   []string // groups that it may stand beside; none is alone
	Tender bool     // whether stored value may pay the rest
	Most   uint64   // vouchers of its campaign in one order
	Order  uint64   // place within its phase; smaller is earlier
}

const (
	defaultGroup = "voucher"
	defaultOrder = 500
)

func (r *reader) combine(terms object) Combine {
	v, ok := terms.find("combine")
	if !ok {
		v = value{path: join(terms.path, "combine"), is: isObject}
	}
	o := r.object(v, "group", "with", "tender", "most", "order")
	return Combine{
		Group: o.word("group", defaultGroup), With: set(o, "with", MaxWith, r.word), Tender: o.yes("tender", true),
		Most: o.number("most", 1, 1, MaxVouchers), Order: o.number("order", defaultOrder, 0, MaxOrder),
	}
}

func (c Combine) tree() tree {
	t := tree{}
	put(t, "group", c.Group, c.Group != defaultGroup)
	t.put("with", c.With)
	put(t, "tender", false, !c.Tender)
	put(t, "most", c.Most, c.Most != 1)
	put(t, "order", c.Order, c.Order != defaultOrder)
	return t
}

// agrees reports whether both sides of a pair name each other.
func (c *Combine) agrees(o *Combine) bool {
	return slices.Contains(c.With, o.Group) && slices.Contains(o.With, c.Group)
}
