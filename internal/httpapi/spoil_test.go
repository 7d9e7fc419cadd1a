package httpapi_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"tally/internal/api"
)

// verbatim is a part of a body that is written as it is, JSON or not.
type verbatim string

// encode writes a body. Its parts are JSON, or verbatim.
func encode(b *bytes.Buffer, v any) {
	switch v := v.(type) {
	case verbatim:
		b.WriteString(string(v))
	case tree:
		b.WriteByte('{')
		for i, name := range names(v) {
			if i > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(b, "%q:", name)
			encode(b, v[name])
		}
		b.WriteByte('}')
	case []any:
		b.WriteByte('[')
		for i, item := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			encode(b, item)
		}
		b.WriteByte(']')
	default:
		text, err := json.Marshal(v)
		if err != nil {
			panic(err) // it was read as JSON
		}
		b.Write(text)
	}
}

func encoded(v any) string {
	var b bytes.Buffer
	encode(&b, v)
	return b.String()
}

// decoded reads JSON whose numbers stay as they are written.
func decoded(text []byte) (v any, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	return v, d.Decode(&v)
}

func names(of tree) []string {
	list := make([]string, 0, len(of))
	for name := range of {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}

// spot is a value somewhere in a body, and how to put another one there.
type spot struct {
	value  any
	schema tree
	put    func(any)
}

// spots lists all values of a body, itself the first.
func (c contract) spots(value any, schema tree, put func(any)) []spot {
	list := []spot{{value, c.resolve(schema), put}}
	switch v := value.(type) {
	case tree:
		for _, name := range names(v) {
			list = append(list, c.spots(v[name], c.property(schema, name), func(other any) { v[name] = other })...)
		}
	case []any:
		for i := range v {
			list = append(list, c.spots(v[i], c.items(schema), func(other any) { v[i] = other })...)
		}
	}
	return list
}

// spoil puts something else at some place of a body, as its schema suggests.
func (c contract) spoil(t *rapid.T, body any, schema tree, known []string) any {
	out := body
	list := c.spots(body, schema, func(other any) { out = other })
	at := rapid.SampledFrom(list).Draw(t, "spot")
	if rapid.IntRange(0, 9).Draw(t, "kind") == 0 {
		at.put(rapid.SampledFrom(strange()).Draw(t, "strange"))
		return out
	}
	switch v := at.value.(type) {
	case tree:
		at.put(spoilObject(t, v))
	case []any:
		at.put(spoilArray(t, v, at.schema))
	case json.Number:
		at.put(spoilNumber(t, v, at.schema))
	case string:
		at.put(spoilText(t, v, at.schema, known))
	default:
		at.put(rapid.SampledFrom(strange()).Draw(t, "strange"))
	}
	return out
}

// strange are values of all types, and some that are none.
func strange() []any {
	return []any{
		nil, true, false, verbatim("0"), verbatim("-1"), verbatim("1.5"), verbatim("1e999"), "", "x", []any{}, tree{}, []any{nil}, tree{"": nil},
		verbatim(strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000)), verbatim(strings.Repeat(`{"intent":`, 5000) + "1" + strings.Repeat("}", 5000)),
		verbatim(strings.Repeat("[", 60_000)), verbatim(`"` + strings.Repeat("a", 60_000) + `"`), verbatim(strings.Repeat("9", 60_000)),
		verbatim(`"` + strings.Repeat("a", api.MaxBody) + `"`), verbatim("\"\xff\xfe\""), verbatim(`"\ud800"`), verbatim("NaN"), verbatim("'x'"), verbatim(""),
	}
}

func spoilObject(t *rapid.T, v tree) any {
	if len(v) == 0 {
		return tree{"x": 1}
	}
	name := rapid.SampledFrom(names(v)).Draw(t, "member")
	other := tree{}
	for k, of := range v {
		other[k] = of
	}
	switch rapid.SampledFrom([]string{"drop", "add", "twice", "case", "null"}).Draw(t, "object") {
	case "drop":
		delete(other, name)
	case "add":
		other[rapid.SampledFrom([]string{"", "x", "__proto__", name + " ", strings.Repeat("n", 5000)}).Draw(t, "name")] = 1
	case "twice":
		again := rapid.SampledFrom(append(strange(), v[name])).Draw(t, "again")
		return verbatim(fmt.Sprintf("{%q:%s,", name, encoded(again)) + encoded(other)[1:])
	case "case":
		delete(other, name)
		other[strings.ToUpper(name)] = v[name]
	default:
		other[name] = nil
	}
	return other
}

func spoilArray(t *rapid.T, v []any, schema tree) any {
	limit, _ := schema["maxItems"].(int)
	var item any
	if len(v) > 0 {
		item = v[0]
	}
	switch rapid.SampledFrom([]string{"empty", "more", "too many", "far too many", "backwards", "fewer"}).Draw(t, "array") {
	case "empty":
		return []any{}
	case "more":
		return append(slices.Clone(v), item)
	case "too many":
		return slices.Repeat([]any{item}, max(limit, 32)+1)
	case "far too many":
		return slices.Repeat([]any{nil}, 10_000)
	case "backwards":
		other := slices.Clone(v)
		slices.Reverse(other)
		return other
	default:
		return v[:len(v)/2]
	}
}

func spoilNumber(t *rapid.T, v json.Number, schema tree) any {
	old, _ := v.Int64()
	limits := []string{
		fmt.Sprint(old - 1), fmt.Sprint(old + 1), fmt.Sprint(old + 600), "0", "-0", "-1", "1", "65535", "65536", "2147483648", "4294967295", "4294967296",
		"9007199254740991", "9007199254740992", "68719476735", "68719476736", "9223372036854775807", "9223372036854775808", "18446744073709551615", "18446744073709551616",
		"0.5", "1e3", "1e400", "-1e400", v.String() + ".0", v.String() + "e0", `"` + v.String() + `"`,
	}
	for _, name := range []string{"minimum", "maximum"} {
		if limit, ok := schema[name].(int); ok && limit < math.MaxInt {
			limits = append(limits, fmt.Sprint(limit-1), fmt.Sprint(limit), fmt.Sprint(limit+1))
		}
	}
	if rapid.Bool().Draw(t, "small") {
		return verbatim(fmt.Sprint(rapid.IntRange(0, 40).Draw(t, "number")))
	}
	return verbatim(rapid.SampledFrom(limits).Draw(t, "limit"))
}

func spoilText(t *rapid.T, v string, schema tree, known []string) any {
	long, _ := schema["maxLength"].(int)
	others := append([]string{
		"", " ", v + v, v + " ", " " + v, "0x", "0x0", "\x00", "é", "\u202e" + v, strings.ToUpper(v), strings.ToLower(v), strings.Repeat("x", long+1), strings.Repeat("é", 20_000),
		"0x" + strings.Repeat("f", 64), "0x" + strings.Repeat("0", 40), "cmp_" + strings.Repeat("F", 32), "HKD", "hkd", "{}", `{"a":1}`, "TALLY1-AAAA",
	}, known...)
	if len(v) == 0 || rapid.Bool().Draw(t, "other") {
		return rapid.SampledFrom(others).Draw(t, "text")
	}
	at := rapid.IntRange(0, len(v)-1).Draw(t, "at")
	with := rapid.SampledFrom([]string{"", "0", "f", "F", "g", "é", "\x00", `"`}).Draw(t, "with")
	return v[:at] + with + v[at+1:]
}
