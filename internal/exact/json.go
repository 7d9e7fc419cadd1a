package exact

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// MaxDepth is how many objects and lists may stand in one another.
const MaxDepth = 32

// JSON reads one JSON value (RFC 8259) into the variable that into points to. It
// is stricter than encoding/json:
//
//   - A member has the letters of its tag, in the same case. It comes once, and a
//     member that is unknown is refused.
//   - A member must be there, unless its tag says omitempty or omitzero.
//   - null is refused. Only for a list that must be there it is one without
//     elements, and a json.RawMessage or an any takes it as it is.
//   - A whole number has no fraction and no exponent, and is in its type's range.
//   - A text is valid UTF-8 without halves of surrogate pairs.
//   - An address in capital and small letters has the checksum of EIP-55.
//   - Nothing follows the value, and it is MaxDepth deep at most.
//
// Types with UnmarshalJSON or UnmarshalText read themselves. The caller limits the
// length of raw. Where the error is not nil, into may be filled in part.
func JSON(raw []byte, into any) error {
	d := decoder{jsontext.NewDecoder(bytes.NewBuffer(raw))}
	err := d.value(reflect.ValueOf(into).Elem(), 0)
	if err == nil {
		if _, err = d.text.ReadToken(); errors.Is(err, io.EOF) {
			return nil
		}
		err = wrong("something follows the JSON value")
	}
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return notJSON(raw, err)
}

// notJSON says why a text is no JSON, by the error of its decoder.
func notJSON(raw []byte, err error) error {
	var at *jsontext.SyntacticError
	switch {
	case len(bytes.TrimSpace(raw)) == 0:
		return wrong("JSON is wanted, not nothing")
	case bytes.HasPrefix(raw, []byte("\ufeff")):
		return wrong("JSON is wanted, without a byte order mark in front")
	case !utf8.Valid(raw):
		return wrong("JSON in UTF-8 is wanted, and this is not UTF-8")
	case errors.Is(err, jsontext.ErrDuplicateName) && errors.As(err, &at):
		return &Error{Place: placeOf(raw, at.JSONPointer), Want: "this member comes twice"}
	case errors.As(err, &at):
		before := raw[:min(at.ByteOffset, int64(len(raw)))]
		line, column := 1+bytes.Count(before, []byte("\n")), len(before)-bytes.LastIndexByte(before, '\n')
		return wrong(fmt.Sprintf("JSON is wanted, and this is none at line %d, byte %d", line, column))
	default:
		return wrong("JSON is wanted, and this ends too early")
	}
}

// placeOf writes where a JSON pointer points to in a text: intent.lines[2].units. A
// pointer alone does not tell the third item of a list from a member with the name 2.
func placeOf(raw []byte, pointer jsontext.Pointer) (place string) {
	text := jsontext.NewDecoder(bytes.NewReader(raw), jsontext.AllowDuplicateNames(true))
	for text.StackPointer() != pointer {
		if _, err := text.ReadToken(); err != nil {
			break
		}
	}
	depth := 0
	for name := range pointer.Tokens() {
		depth++
		if kind, _ := text.StackIndex(depth); kind == '[' {
			place += "[" + name + "]"
		} else {
			place += "." + Shown(name)
		}
	}
	return strings.TrimPrefix(place, ".")
}

// decoder reads values into variables. Its errors are *Error, or those of text.
type decoder struct{ text *jsontext.Decoder }

func (d decoder) value(v reflect.Value, depth int) error {
	if depth > MaxDepth {
		return wrong(fmt.Sprintf("at most %d objects and lists may stand in one another", MaxDepth))
	}
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	switch itself := v.Addr().Interface().(type) {
	case json.Unmarshaler:
		return d.itself(itself)
	case encoding.TextUnmarshaler:
		return d.form(itself, v)
	}
	switch v.Kind() { //nolint:exhaustive // of all others there is no JSON
	case reflect.Struct:
		return d.object(v, depth)
	case reflect.Map:
		return d.members(v, depth)
	case reflect.Slice:
		return d.list(v, depth)
	case reflect.Interface:
		return d.any(v, depth)
	default:
		return d.scalar(v)
	}
}

// itself has a type read a value. What the type says of a wrong one may repeat it.
func (d decoder) itself(into json.Unmarshaler) error {
	raw, err := d.text.ReadValue()
	if err != nil {
		return err
	}
	if err := into.UnmarshalJSON(bytes.Clone(raw)); err != nil {
		return formOf(err)
	}
	return nil
}

// form has a type read a text.
func (d decoder) form(into encoding.TextUnmarshaler, v reflect.Value) error {
	token, err := d.token('"', "a text")
	if err != nil {
		return err
	}
	text := token.String()
	if err := into.UnmarshalText([]byte(text)); err != nil {
		return formOf(err)
	}
	if v.Kind() == reflect.Array && v.Len() == addressSize {
		return checksummed(text)
	}
	return nil
}

// formOf takes from a type's error the form that it documents, and nothing else.
func formOf(err error) error {
	var e *Error
	var documented interface{ Form() string }
	switch {
	case errors.As(err, &e):
		return e
	case errors.As(err, &documented):
		return wrong(documented.Form() + " is wanted")
	default:
		return wrong("its documented form is wanted")
	}
}

// token reads a token of a kind.
func (d decoder) token(want jsontext.Kind, called string) (jsontext.Token, error) {
	if kind := d.text.PeekKind(); kind != want && kind > 1 { // else it is no JSON at all
		return jsontext.Token{}, wrong(called + " is wanted, not " + kindName(kind))
	}
	return d.text.ReadToken()
}

func kindName(kind jsontext.Kind) string {
	switch kind {
	case 'n':
		return "null"
	case 't', 'f':
		return "true or false"
	case '"':
		return "a text"
	case '0':
		return "a number"
	case '{':
		return "an object"
	case '[':
		return "a list"
	default:
		return "nothing"
	}
}

// object reads an object into a struct.
func (d decoder) object(v reflect.Value, depth int) error {
	if _, err := d.token('{', "an object"); err != nil {
		return err
	}
	members := membersOf(v.Type())
	var there uint64 // a bit for each member
	for d.text.PeekKind() != '}' {
		token, err := d.text.ReadToken()
		if err != nil {
			return err
		}
		i := find(members, token)
		if i < 0 {
			return &Error{Place: Shown(token.String()), Want: "there is no such member"}
		}
		there |= 1 << i
		if members[i].optional && d.text.PeekKind() == 'n' {
			return &Error{Place: members[i].name, Want: "a value is wanted, not null: leave the member out"}
		}
		if err := d.value(v.FieldByIndex(members[i].index), depth+1); err != nil {
			return Within(members[i].name, err)
		}
	}
	for i, m := range members {
		if !m.optional && there&(1<<i) == 0 {
			return &Error{Place: m.name, Want: "this member is missing"}
		}
	}
	_, err := d.text.ReadToken()
	return err
}

// members reads an object into a map.
func (d decoder) members(v reflect.Value, depth int) error {
	if _, err := d.token('{', "an object"); err != nil {
		return err
	}
	v.Set(reflect.MakeMap(v.Type()))
	for d.text.PeekKind() != '}' {
		token, err := d.text.ReadToken()
		if err != nil {
			return err
		}
		name := token.String()
		member := reflect.New(v.Type().Elem()).Elem()
		if err := d.value(member, depth+1); err != nil {
			return Within(Shown(name), err)
		}
		v.SetMapIndex(reflect.ValueOf(name).Convert(v.Type().Key()), member)
	}
	_, err := d.text.ReadToken()
	return err
}

// list reads a list into a slice. Null makes it nil.
func (d decoder) list(v reflect.Value, depth int) error {
	if d.text.PeekKind() == 'n' {
		v.SetZero()
		_, err := d.text.ReadToken()
		return err
	}
	if _, err := d.token('[', "a list"); err != nil {
		return err
	}
	v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	for i := 0; d.text.PeekKind() != ']'; i++ {
		v.Grow(1)
		v.SetLen(i + 1)
		if err := d.value(v.Index(i), depth+1); err != nil {
			return Within(fmt.Sprintf("[%d]", i), err)
		}
	}
	_, err := d.text.ReadToken()
	return err
}

// any reads a value of any kind: map[string]any, []any, string, json.Number, bool or nil.
func (d decoder) any(v reflect.Value, depth int) error {
	switch d.text.PeekKind() {
	case '{':
		object := map[string]any{}
		err := d.members(reflect.ValueOf(&object).Elem(), depth)
		v.Set(reflect.ValueOf(object))
		return err
	case '[':
		list := []any{}
		err := d.list(reflect.ValueOf(&list).Elem(), depth)
		v.Set(reflect.ValueOf(list))
		return err
	}
	token, err := d.text.ReadToken()
	if err != nil {
		return err
	}
	switch token.Kind() {
	case '"':
		v.Set(reflect.ValueOf(token.String()))
	case '0':
		v.Set(reflect.ValueOf(json.Number(token.String())))
	case 'n':
		v.SetZero()
	default:
		v.Set(reflect.ValueOf(token.Bool()))
	}
	return nil
}

// scalar reads a text, a number, true or false.
func (d decoder) scalar(v reflect.Value) error {
	switch v.Kind() { //nolint:exhaustive // of all others there is no JSON
	case reflect.String:
		token, err := d.token('"', "a text")
		if err != nil {
			return err
		}
		v.SetString(token.String())
		return nil
	case reflect.Bool:
		if kind := d.text.PeekKind(); kind != 't' && kind != 'f' && kind > 1 {
			return wrong("true or false is wanted, not " + kindName(kind))
		}
		token, err := d.text.ReadToken()
		if err != nil {
			return err
		}
		v.SetBool(token.Bool())
		return nil
	default:
		return d.number(v)
	}
}

func (d decoder) number(v reflect.Value) error {
	least, most := rangeOf(v.Type())
	token, err := d.token('0', wantedNumber(least, most))
	if err != nil {
		return err
	}
	if v.CanUint() {
		n, err := Whole(token.String(), 0, most)
		v.SetUint(n)
		return err
	}
	n, err := Integer(token.String(), least, int64(most)) //nolint:gosec // rangeOf a signed type
	v.SetInt(n)
	return err
}

// rangeOf is what a type of whole numbers holds.
func rangeOf(t reflect.Type) (least int64, most uint64) {
	bits := t.Bits() // panics for a type that is no number
	if reflect.Zero(t).CanUint() {
		return 0, math.MaxUint64 >> (64 - bits)
	}
	return math.MinInt64 >> (64 - bits), math.MaxInt64 >> (64 - bits)
}

func wantedNumber(least int64, most uint64) string {
	return strings.TrimSuffix(wantWhole("1", strconv.FormatInt(least, 10), most), " is wanted")
}
