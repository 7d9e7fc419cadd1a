package pricing

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"tally/internal/voucher"
)

// reader reads values into types. It keeps the first refusal, so that a document is
// read in one go and judged at the end.
type reader struct{ err error }

func (r *reader) refuse(fault Fault, path, format string, args ...any) {
	if r.err == nil {
		r.err = refuse(fault, path, format, args...)
	}
}

// object is a JSON object whose members are known.
type object struct {
	r *reader
	value
}

// object takes v as an object that has no other members than the known ones.
func (r *reader) object(v value, known ...string) object {
	if v.is != isObject {
		r.refuse(FaultType, v.path, "an object is wanted, not %s", v.is)
		return object{r, value{path: v.path, is: isObject}}
	}
	for _, m := range v.members {
		if !slices.Contains(known, m.name) {
			r.refuse(FaultUnknown, m.path, "no such member: there are %s", strings.Join(known, ", "))
		}
	}
	return object{r, v}
}

// find is a member of the object, if it is there.
func (o object) find(name string) (value, bool) {
	for _, m := range o.members {
		if m.name == name {
			return m.value, true
		}
	}
	return value{}, false
}

func (o object) has(name string) bool {
	_, ok := o.find(name)
	return ok
}

// need refuses an object without the members.
func (o object) need(names ...string) {
	for _, name := range names {
		if !o.has(name) {
			o.r.refuse(FaultMissing, join(o.path, name), "the member must be there")
		}
	}
}

// typed is a member of the type, if it is there.
func (o object) typed(name string, is kind) (value, bool) {
	v, ok := o.find(name)
	if ok && v.is != is {
		o.r.refuse(FaultType, v.path, "%s is wanted, not %s", is, v.is)
		return value{}, false
	}
	return v, ok
}

// number is a whole number from least to most, or absent where there is none.
func (o object) number(name string, absent, least, most uint64) uint64 {
	v, ok := o.find(name)
	if !ok {
		return absent
	}
	return o.r.number(v, least, most)
}

func (r *reader) number(v value, least, most uint64) uint64 {
	switch {
	case v.is != isNumber:
		r.refuse(FaultType, v.path, "a whole number is wanted, not %s", v.is)
		return least
	case strings.ContainsAny(v.text, ".eE"):
		r.refuse(FaultNotWhole, v.path, "%s is not written as a whole number", clip(v.text))
		return least
	}
	n, err := strconv.ParseUint(v.text, 10, 64)
	if err != nil || n < least || n > most {
		r.refuse(FaultRange, v.path, "%s is not between %d and %d", clip(v.text), least, most)
		return least
	}
	return n
}

func (o object) count(name string, absent uint64) uint64 { return o.number(name, absent, 1, MaxCount) }

// yes is true or false, and false where there is none.
func (o object) yes(name string, absent bool) bool {
	v, ok := o.typed(name, isBool)
	if !ok {
		return absent
	}
	return v.yes
}

// text is a printable text of 1 to most characters, or empty where there is none.
func (o object) text(name string, most int) string {
	v, ok := o.typed(name, isText)
	if !ok {
		return ""
	}
	return o.r.text(v, most)
}

func (r *reader) text(v value, most int) string {
	switch n := utf8.RuneCountInString(v.text); {
	case v.is != isText:
		r.refuse(FaultType, v.path, "a text is wanted, not %s", v.is)
	case n == 0:
		r.refuse(FaultForm, v.path, "the text is empty")
	case n > most:
		r.refuse(FaultTooLong, v.path, "%d characters, and at most %d are allowed", n, most)
	case !printable(v.text):
		r.refuse(FaultForm, v.path, "the text has characters that cannot be printed")
	}
	return v.text
}

// word is a text in the form of a word, or absent where there is none.
func (o object) word(name, absent string) string {
	v, ok := o.find(name)
	if !ok {
		return absent
	}
	return o.r.word(v)
}

func (r *reader) word(v value) string {
	switch {
	case v.is != isText:
		r.refuse(FaultType, v.path, "a text is wanted, not %s", v.is)
	case !isWord(v.text):
		r.refuse(FaultForm, v.path, "%s is no word: 1 to %d of a-z, 0-9, _ : . and -, and the first is a letter or a digit", clip(v.text), maxWord)
	}
	return v.text
}

func isWord(text string) bool {
	for i := range len(text) {
		c := text[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && (i == 0 || !strings.ContainsRune("_:.-", rune(c))) {
			return false
		}
	}
	return text != "" && len(text) <= maxWord
}

// oneOf is one of the names, or the first where there is none.
func oneOf[T ~string](o object, name string, names ...T) T {
	v, ok := o.typed(name, isText)
	if !ok {
		return names[0]
	}
	if !slices.Contains(names, T(v.text)) {
		o.r.refuse(FaultForm, v.path, "%s is none of %s", clip(v.text), listed(names))
	}
	return T(v.text)
}

func listed[T ~string](names []T) string {
	texts := make([]string, len(names))
	for i, name := range names {
		texts[i] = string(name)
	}
	return strings.Join(texts, ", ")
}

// items are the values of a list of 1 to most, or nil where there is none.
func (o object) items(name string, most int) []value {
	v, ok := o.typed(name, isList)
	switch {
	case !ok:
		return nil
	case len(v.items) == 0:
		o.r.refuse(FaultForm, v.path, "the list is empty: leave the member out")
		return nil
	case len(v.items) > most:
		o.r.refuse(FaultTooMany, v.path, "%d items, and at most %d are allowed", len(v.items), most)
		return nil
	}
	return v.items
}

// set is a list whose order means nothing: ascending, no item twice. It is nil where
// there is no such member.
func set[T cmp.Ordered](o object, name string, most int, read func(value) T) (items []T) {
	for _, v := range o.items(name, most) {
		item := read(v)
		at, twice := slices.BinarySearch(items, item)
		if twice {
			o.r.refuse(FaultDoubled, v.path, "%v comes twice in the list", item)
		}
		items = slices.Insert(items, at, item)
	}
	return items
}

func (o object) words(name string) []string { return set(o, name, MaxWords, o.r.word) }

func (o object) stores(name string) []uint32 { return set(o, name, MaxStores, o.r.store) }

func (r *reader) store(v value) uint32 {
	return uint32(r.number(v, 1, voucher.MaxStore)) //nolint:gosec // at most MaxStore
}
