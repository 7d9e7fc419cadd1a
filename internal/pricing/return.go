package pricing

import (
	"crypto/sha256"

	"tally/internal/voucher"
)

// Canonical is the return record in the form of RFC 8785.
func (r Return) Canonical() string {
	t := tree{"v": ReturnFormat, "engine": Engine, "order": r.Order.String(), "items": itemTree(r.Items), "refund": r.Refund}
	earlier := make([][][]any, len(r.Earlier))
	for i, items := range r.Earlier {
		earlier[i] = itemTree(items)
	}
	units := make([][]any, len(r.Units))
	for i, u := range r.Units {
		units[i] = []any{u.Ref.String(), u.Units}
	}
	put(t, "earlier", earlier, len(earlier) > 0)
	put(t, "units", units, len(units) > 0)
	return t.canonical()
}

func itemTree(items []Item) [][]any {
	pairs := make([][]any, len(items))
	for i, item := range items {
		pairs[i] = []any{item.Line, item.Quantity}
	}
	return pairs
}

// Details is the hash that the rollback carries: SHA-256 of 32 random bytes and the
// record's canonical text.
func (r Return) Details(salt voucher.Hash) voucher.Hash {
	return sha256.Sum256(append(salt[:], r.Canonical()...))
}

// ReadReturn reads a return record of at most MaxRecord bytes. The error is a RefusalError.
// Whether its numbers are right, CheckReturn knows.
func ReadReturn(data []byte) (Return, error) {
	v, err := parse(data, MaxRecord)
	if err != nil {
		return Return{}, err
	}
	if err := checkFormat(v, ReturnFormat); err != nil {
		return Return{}, err
	}
	r := &reader{}
	o := r.object(v, "v", "engine", "order", "earlier", "items", "refund", "units")
	o.need("v", "engine", "order", "items", "refund")
	back := Return{Items: r.itemList(o.items("items", MaxLines)), Refund: o.number("refund", 0, 0, MaxAmount)}
	o.parse("order", back.Order.UnmarshalText)
	for _, list := range o.items("earlier", MaxReturns) {
		if list.is != isList {
			r.refuse(FaultType, list.path, "a list is wanted, not %s", list.is)
		}
		back.Earlier = append(back.Earlier, r.itemList(list.items))
	}
	for _, item := range o.items("units", MaxVouchers) {
		back.Units = append(back.Units, r.back(item))
	}
	return back, r.err
}

// checkFormat comes before all else: what the members of another form mean is unknown
// here.
func checkFormat(v value, format string) error {
	for _, m := range v.members {
		if m.name == "v" && m.text != format || m.name == "engine" && m.text != Engine {
			return refuse(FaultVersion, m.path, "%s reads %s only", Engine, format)
		}
	}
	return nil
}

func (r *reader) itemList(values []value) (items []Item) {
	if len(values) > MaxLines {
		r.refuse(FaultTooMany, values[0].path, "%d items, and at most %d are allowed", len(values), MaxLines)
		return nil
	}
	for _, v := range values {
		s := r.share(v)
		items = append(items, Item{s.Line, s.Amount})
	}
	return items
}

func (r *reader) back(v value) Back {
	s := r.share(v)
	ref, err := voucher.ParseRef(s.Line)
	if err != nil {
		r.refuse(FaultForm, v.path, "%s is no voucher", clip(s.Line))
	}
	return Back{ref, s.Amount}
}

// CheckReturn computes a return anew and compares every figure of its record. vouchers
// are as for GiveBack. The error is a DifferenceError, which names the first figure that
// differs, or a RefusalError of the items.
func CheckReturn(order Record, vouchers []Voucher, r Return) error {
	want, err := GiveBack(order, vouchers, r.Earlier, r.Items)
	if err != nil {
		return err
	}
	return differ(r.Canonical(), want.Canonical())
}
