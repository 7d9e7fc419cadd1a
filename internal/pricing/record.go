package pricing

import (
	"crypto/sha256"
	"fmt"
	"slices"

	"tally/internal/voucher"
)

// RecordFormat is the name of the order record's form.
const RecordFormat = "tally-order/1"

// Record is a priced order, as wallet and till sign it: the hash of its canonical text
// with a salt is the details of the acceptance. It has all that the price depends on,
// but for what the ledger has about the vouchers and their campaigns. No name of a
// person and no name of an article is in it.
type Record struct {
	Ledger        voucher.Hash // the ledger's id
	Merchant      voucher.Address
	Store         uint32
	At            uint64
	Offset        int16
	Areas         []string
	Channel       string
	Payment       string
	Cart          Cart // lines in the order of their ids; the sums that it was checked against are left out
	FirstPurchase bool
	AsOf          voucher.Position // where the ledger stood when that was asked
	Vouchers      []Taken          // in the order in which they apply
	Exact         bool
	Totals        Totals
}

// Record is the order record of an input and its result.
func (in Input) Record(r Result, ledger voucher.Hash, merchant voucher.Address, asOf voucher.Position) Record {
	cart := in.Cart.sorted()
	cart.Total, cart.TaxTotal = nil, nil
	return Record{
		Ledger: ledger, Merchant: merchant, Store: in.Store, At: in.At, Offset: in.Offset, Areas: slices.Sorted(slices.Values(in.Areas)),
		Channel: in.Channel, Payment: in.Payment, Cart: cart, FirstPurchase: in.FirstPurchase, AsOf: asOf,
		Vouchers: r.Taken, Exact: r.Exact, Totals: r.Totals,
	}
}

// Details is the hash that the acceptance carries: SHA-256 of 32 random bytes and the
// record's canonical text.
func (r Record) Details(salt voucher.Hash) voucher.Hash {
	return sha256.Sum256(append(salt[:], r.Canonical()...))
}

// Hash names the record in records of its returns: SHA-256 of its canonical text.
func (r Record) Hash() voucher.Hash { return sha256.Sum256([]byte(r.Canonical())) }

// Parts are what the ledger is told: each voucher, the units and the discount, ascending
// by voucher as the lines of an offer are.
func (r Record) Parts() (refs []voucher.Ref, parts []voucher.Part) {
	taken := slices.SortedFunc(slices.Values(r.Vouchers), func(a, b Taken) int { return compareRef(a.Ref, b.Ref) })
	for _, t := range taken {
		refs = append(refs, t.Ref)
		parts = append(parts, voucher.Part{Units: t.Units, Discount: t.Discount})
	}
	return refs, parts
}

// Input is what the record says it was computed from. vouchers are what the ledger has
// about those that it names; others are left out.
func (r Record) Input(vouchers []Voucher) Input {
	return Input{
		Mode: ModeAll, At: r.At, Offset: r.Offset, Store: r.Store, Areas: r.Areas, Channel: r.Channel, Payment: r.Payment,
		FirstPurchase: r.FirstPurchase, Cart: r.Cart, Vouchers: vouchers,
	}
}

// Canonical is the record in the form of RFC 8785.
func (r Record) Canonical() string {
	t := tree{
		"v": RecordFormat, "engine": Engine, "ledger": r.Ledger.String(), "merchant": r.Merchant.String(), "store": r.Store,
		"at": r.At, "offset": r.Offset, "cart": r.Cart.tree(), "exact": r.Exact, "totals": r.Totals.tree(),
		"facts": tree{"first_purchase": r.FirstPurchase, "as_of": r.AsOf.String()},
	}
	t.put("areas", r.Areas)
	t.put("channel", r.Channel)
	t.put("payment", r.Payment)
	vouchers := make([]tree, len(r.Vouchers))
	for i, taken := range r.Vouchers {
		vouchers[i] = taken.tree()
	}
	t.put("vouchers", vouchers)
	return t.canonical()
}

func (t Taken) tree() tree {
	doc := tree{
		"voucher": t.Ref.String(), "terms": t.TermsHash.String(), "had": t.Had, "units": t.Units, "discount": t.Discount,
		"shares": sharesTree(t.Shares), "tender": t.Tender, "tax_point": taxPoint(t),
	}
	put(doc, "pieces", sharesTree(t.Pieces), len(t.Pieces) > 0)
	return doc
}

func sharesTree(shares []Share) [][]any {
	pairs := make([][]any, len(shares))
	for i, s := range shares {
		pairs[i] = []any{s.Line, s.Amount}
	}
	return pairs
}

// taxPoint is the tax point in a record: that of a discount is its use.
func taxPoint(t Taken) TaxPoint {
	if t.TaxPoint == "" {
		return TaxAtUse
	}
	return t.TaxPoint
}

func (t Totals) tree() tree {
	return tree{
		"list": t.List, "reduced": t.Reduced, "amount": t.Amount, "discount": t.Discount, "tax": t.Tax, "tender": t.Tender,
		"taxed_at_issue": t.TaxedAtIssue, "due": t.Due,
	}
}

func (c Cart) tree() tree {
	t := tree{"currency": c.Currency.String()}
	put(t, "prices", c.Prices, c.Prices == PricesAdded)
	put(t, "tax_round", c.TaxRound, c.taxRound() != RoundHalfUp)
	taxes, lines := make([]tree, len(c.Taxes)), make([]tree, len(c.Lines))
	for i, tax := range c.Taxes {
		taxes[i] = tree{"class": tax.Class, "rate": tax.Rate}
	}
	for i, l := range c.Lines {
		lines[i] = l.tree()
	}
	t.put("taxes", taxes)
	t.put("lines", lines)
	return t
}

func (l Line) tree() tree {
	t := tree{"id": l.ID, "unit": l.Unit, "quantity": l.Quantity, "amount": l.Amount}
	t.put("of", l.Of)
	t.put("sku", l.SKU)
	t.put("tags", slices.Sorted(slices.Values(l.Tags)))
	t.put("reduced", l.Reduced)
	t.put("tax", l.Tax)
	t.put("fee", l.Fee)
	t.put("measure", l.Measure)
	return t
}

// ReadRecord reads an order record of at most MaxRecord bytes. The error is a RefusalError.
// Whether its numbers are right, Check knows.
func ReadRecord(data []byte) (Record, error) {
	v, err := parse(data, MaxRecord)
	if err != nil {
		return Record{}, err
	}
	if err := checkFormat(v, RecordFormat); err != nil {
		return Record{}, err
	}
	r := &reader{}
	record := r.record(v)
	if r.err == nil {
		r.err = within("cart", record.Cart.Check())
	}
	if r.err != nil {
		return Record{}, r.err
	}
	return record, nil
}

func (r *reader) record(v value) Record {
	o := r.object(v, "v", "engine", "ledger", "merchant", "store", "at", "offset", "areas", "channel", "payment", "cart", "facts",
		"vouchers", "exact", "totals")
	o.need("v", "engine", "ledger", "merchant", "store", "at", "offset", "cart", "facts", "exact", "totals")
	cart, _ := o.find("cart")
	facts, _ := o.find("facts")
	f := r.object(facts, "first_purchase", "as_of")
	f.need("first_purchase", "as_of")
	record := Record{
		Store: uint32(o.number("store", 1, 1, voucher.MaxStore)), At: o.number("at", 0, 0, MaxAmount), //nolint:gosec // at most MaxStore
		Offset: o.offset("offset"), Areas: set(o, "areas", MaxAreas, r.word), Channel: o.word("channel", ""), Payment: o.word("payment", ""),
		Cart: r.cart(cart), FirstPurchase: f.yes("first_purchase", false), Exact: o.yes("exact", false), Totals: r.totals(o),
	}
	o.parse("ledger", record.Ledger.UnmarshalText)
	o.parse("merchant", record.Merchant.UnmarshalText)
	f.parse("as_of", record.AsOf.UnmarshalText)
	for _, item := range o.items("vouchers", MaxVouchers) {
		record.Vouchers = append(record.Vouchers, r.taken(item))
	}
	return record
}

// parse reads a text that has a form of its own.
func (o object) parse(name string, read func([]byte) error) {
	if v, ok := o.typed(name, isText); ok && read([]byte(v.text)) != nil {
		o.r.refuse(FaultForm, v.path, "%s is not in its form", clip(v.text))
	}
}

// offset is minutes, which may be negative.
func (o object) offset(name string) int16 {
	v, ok := o.find(name)
	if !ok {
		return 0
	}
	digits, negative := v.text, v.is == isNumber && len(v.text) > 1 && v.text[0] == '-'
	if negative {
		digits = v.text[1:]
	}
	v.text = digits
	n := int16(o.r.number(v, 0, voucher.MaxMinutes)) //nolint:gosec // at most 840
	if negative {
		return -n
	}
	return n
}

func (r *reader) totals(o object) Totals {
	v, _ := o.find("totals")
	names := []string{"list", "reduced", "amount", "discount", "tax", "tender", "taxed_at_issue", "due"}
	in := r.object(v, names...)
	in.need(names...)
	n := func(name string) uint64 { return in.number(name, 0, 0, MaxAmount) }
	return Totals{
		List: n("list"), Reduced: n("reduced"), Amount: n("amount"), Discount: n("discount"), Tax: n("tax"), Tender: n("tender"),
		TaxedAtIssue: n("taxed_at_issue"), Due: n("due"),
	}
}

func (r *reader) taken(v value) Taken {
	names := []string{"voucher", "terms", "had", "units", "discount", "shares", "tender", "tax_point"}
	o := r.object(v, append(names, "pieces")...)
	o.need(names...)
	t := Taken{
		Had: o.number("had", 0, 1, voucher.MaxUnits), Units: o.number("units", 0, 1, voucher.MaxUnits),
		Discount: o.number("discount", 0, 1, MaxAmount), Tender: o.yes("tender", false), TaxPoint: oneOf(o, "tax_point", TaxAtUse, TaxAtIssue),
	}
	if !t.Tender {
		if t.TaxPoint != TaxAtUse {
			r.refuse(FaultContradiction, join(v.path, "tax_point"), "a discount has no tax point of its own")
		}
		t.TaxPoint = ""
	}
	o.parse("terms", t.TermsHash.UnmarshalText)
	o.parse("voucher", func(text []byte) (err error) {
		t.Ref, err = voucher.ParseRef(string(text))
		return err
	})
	t.Shares, t.Pieces = r.shares(o, "shares"), r.shares(o, "pieces")
	return t
}

func (r *reader) shares(o object, name string) (shares []Share) {
	for _, item := range o.items(name, MaxLines) {
		shares = append(shares, r.share(item))
	}
	return shares
}

func (r *reader) share(v value) Share {
	if v.is != isList || len(v.items) != 2 {
		r.refuse(FaultType, v.path, "a list of a name and a number is wanted")
		return Share{}
	}
	return Share{r.text(v.items[0], maxPair), r.number(v.items[1], 1, MaxAmount)}
}

// DifferenceError says which figure of a record is not what the rules make of the order.
type DifferenceError struct {
	Path string // like vouchers[0].discount
	Is   string // in the record
	Want string // what it has to be
}

// Error is the place, what is there, and what has to be there.
func (d *DifferenceError) Error() string {
	return fmt.Sprintf("%s is %s, and has to be %s", d.Path, d.Is, d.Want)
}

// Check evaluates an order anew and compares every figure of its record. in is what
// the checker knows by itself: the cart of the point of sale, or the record's own
// Input; the vouchers as the ledger has them. Of these, only such as the record names
// are used, each with at most the units that the record says were taken. The error is
// a DifferenceError, which names the first figure that differs, or a RefusalError of the input.
func Check(in Input, r Record) error {
	in, err := in.only(r.Vouchers)
	if err != nil {
		return err
	}
	result, err := Evaluate(in)
	if err != nil {
		return err
	}
	if len(result.Taken) < len(r.Vouchers) {
		n := result.NotTaken[max(0, slices.IndexFunc(result.NotTaken, NotTaken.itself))]
		at := slices.IndexFunc(r.Vouchers, func(t Taken) bool { return t.Ref == n.Ref })
		return &DifferenceError{fmt.Sprintf("vouchers[%d]", at), n.Ref.String(), "left out: " + string(n.Reasons[0].Code)}
	}
	result.Exact = r.Exact // whether a wallet had better ones, its other vouchers decide
	want := in.Record(result, r.Ledger, r.Merchant, r.AsOf)
	return differ(r.Canonical(), want.Canonical())
}

// itself reports whether the reason is the voucher's own.
func (n NotTaken) itself() bool { return n.Reasons[0].Code != CodeNotAll }

// maxPair is the most characters of the first of a pair: a line's id, or a voucher's.
const maxPair = 64

// only is the input with the vouchers that a record names, of each the units that it
// took.
func (in Input) only(taken []Taken) (Input, error) {
	known := in.Vouchers
	in.Mode, in.Vouchers = ModeAll, nil
	for i, t := range taken {
		at := slices.IndexFunc(known, func(v Voucher) bool { return v.Ref == t.Ref })
		if at < 0 {
			return in, &DifferenceError{fmt.Sprintf("vouchers[%d].voucher", i), t.Ref.String(), "a voucher that is known"}
		}
		v := known[at]
		if t.Units == 0 || t.Units > v.Units {
			return in, &DifferenceError{fmt.Sprintf("vouchers[%d].units", i), fmt.Sprint(t.Units), fmt.Sprintf("1 to %d", v.Units)}
		}
		v.Most = t.Units
		in.Vouchers = append(in.Vouchers, v)
	}
	return in, nil
}

// differ is the first difference of two canonical texts.
func differ(is, want string) error {
	if is == want {
		return nil
	}
	a, err := parse([]byte(is), len(is))
	if err != nil {
		return err
	}
	b, err := parse([]byte(want), len(want))
	if err != nil {
		return err
	}
	return a.differ(b)
}

func (v value) differ(o value) error {
	if v.is != o.is || v.text != o.text || v.yes != o.yes || len(v.items) != len(o.items) {
		return &DifferenceError{v.path, v.String(), o.String()}
	}
	for i := range v.items {
		if err := v.items[i].differ(o.items[i]); err != nil {
			return err
		}
	}
	for i := range min(len(v.members), len(o.members)) {
		a, b := v.members[i], o.members[i]
		if a.name != b.name {
			first := min(a.name, b.name)
			return &DifferenceError{join(v.path, first), v.member(first), o.member(first)}
		}
		if err := a.differ(b.value); err != nil {
			return err
		}
	}
	if len(v.members) != len(o.members) {
		longer := v.members
		if len(o.members) > len(longer) {
			longer = o.members
		}
		last := longer[min(len(v.members), len(o.members))].name
		return &DifferenceError{join(v.path, last), v.member(last), o.member(last)}
	}
	return nil
}

// member is what a difference says about a member that may not be there.
func (v value) member(name string) string {
	m, ok := object{value: v}.find(name)
	if !ok {
		return "left out"
	}
	return m.String()
}

// String is what a difference says about a value.
func (v value) String() string {
	switch v.is {
	case isText, isNumber:
		return clip(v.text)
	case isBool:
		return fmt.Sprint(v.yes)
	case isList:
		return fmt.Sprintf("a list of %d", len(v.items))
	default:
		return string(v.is)
	}
}
