package voucher

import (
	"bytes"
	"encoding"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// CanonicalJSON is v as RFC 8785 wants it: members sorted, no white space, one
// form for every string and number. It takes the types of this package: structs
// with json tags, slices, texts, and integers, which the rules keep below 2^53.
func CanonicalJSON(v any) []byte {
	b := bytes.NewBuffer(make([]byte, 0, 1<<10)) // most outcomes are shorter
	writeCanonical(b, reflect.ValueOf(v))
	return b.Bytes()
}

func writeCanonical(b *bytes.Buffer, v reflect.Value) {
	if v.Type().PkgPath() == "" { // the language's own types have no text of their own
		writePlain(b, v)
		return
	}
	switch own := v.Interface().(type) {
	case Hash:
		writeHex(b, own[:])
	case Address:
		writeHex(b, own[:])
	case Slot:
		writeCanonical(b, reflect.ValueOf(own.Unpack()))
	case encoding.TextMarshaler:
		s, err := own.MarshalText()
		if err != nil {
			panic(fmt.Sprintf("voucher: %T has no text: %v", own, err))
		}
		writeString(b, string(s))
	default:
		writePlain(b, v)
	}
}

func writeHex(b *bytes.Buffer, v []byte) {
	b.WriteString(`"0x`)
	b.Write(hex.AppendEncode(b.AvailableBuffer(), v))
	b.WriteByte('"')
}

func writePlain(b *bytes.Buffer, v reflect.Value) {
	switch v.Kind() {
	case reflect.Interface:
		writeCanonical(b, v.Elem())
	case reflect.Struct:
		writeObject(b, v)
	case reflect.Slice:
		b.WriteByte('[')
		for i := range v.Len() {
			if i > 0 {
				b.WriteByte(',')
			}
			writeCanonical(b, v.Index(i))
		}
		b.WriteByte(']')
	case reflect.String:
		writeString(b, v.String())
	case reflect.Bool:
		b.WriteString(strconv.FormatBool(v.Bool()))
	case reflect.Int16:
		b.Write(strconv.AppendInt(b.AvailableBuffer(), v.Int(), 10))
	default:
		b.Write(strconv.AppendUint(b.AvailableBuffer(), v.Uint(), 10))
	}
}

func writeObject(b *bytes.Buffer, v reflect.Value) {
	type member struct {
		name  string
		value reflect.Value
	}
	var room [16]member // more than most types have
	members := room[:0]
	for i, t := 0, v.Type(); i < t.NumField(); i++ {
		members = append(members, member{t.Field(i).Tag.Get("json"), v.Field(i)})
	}
	// Names are ASCII, so byte order is the UTF-16 order of RFC 8785.
	slices.SortFunc(members, func(a, b member) int { return strings.Compare(a.name, b.name) })
	b.WriteByte('{')
	for i, m := range members {
		if i > 0 {
			b.WriteByte(',')
		}
		writeString(b, m.name)
		b.WriteByte(':')
		writeCanonical(b, m.value)
	}
	b.WriteByte('}')
}

// writeString escapes what RFC 8785, section 3.2.2.2, escapes and nothing else.
func writeString(b *bytes.Buffer, s string) {
	b.WriteByte('"')
	if plain(s) {
		b.WriteString(s)
		b.WriteByte('"')
		return
	}
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\b':
			b.WriteString(`\b`)
		case r == '\f':
			b.WriteString(`\f`)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < ' ':
			fmt.Fprintf(b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
}

// plain reports whether a text is of ASCII that nothing has to escape.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= utf8.RuneSelf || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// CanonicalDocument rewrites any JSON object in the form of RFC 8785, so that a
// terms document has one text. Numbers must be integers below 2^53: a figure
// with a fraction belongs in a string.
func CanonicalDocument(doc []byte) (string, error) {
	if !utf8.Valid(doc) {
		return "", fmt.Errorf("terms: not UTF-8: %w", ErrText)
	}
	if !json.Valid(doc) { // one value, and nothing after it
		return "", fmt.Errorf("terms: not JSON: %w", ErrText)
	}
	d := json.NewDecoder(bytes.NewReader(doc))
	d.UseNumber()
	object, err := readAny(d)
	if err != nil {
		return "", err
	}
	if _, ok := object.(map[string]any); !ok || halfPair(doc) {
		return "", fmt.Errorf("terms: a JSON object of whole characters is wanted: %w", ErrText)
	}
	var b bytes.Buffer
	if err := writeAny(&b, object); err != nil {
		return "", err
	}
	return b.String(), nil
}

// readAny reads a value. It refuses a member's name that comes twice: some readers
// would take the first, others the second.
func readAny(d *json.Decoder) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, fmt.Errorf("terms: %w: %w", err, ErrText)
	}
	delim, ok := token.(json.Delim)
	if !ok {
		return token, nil
	}
	object, list := map[string]any{}, []any{}
	for d.More() {
		var name string
		if delim == '{' {
			if name, err = readName(d, object); err != nil {
				return nil, err
			}
		}
		v, err := readAny(d)
		if err != nil {
			return nil, err
		}
		object[name], list = v, append(list, v)
	}
	if _, err := d.Token(); err != nil {
		return nil, fmt.Errorf("terms: %w: %w", err, ErrText)
	}
	if delim == '{' {
		return object, nil
	}
	return list, nil
}

func readName(d *json.Decoder, object map[string]any) (string, error) {
	token, err := d.Token()
	if err != nil {
		return "", fmt.Errorf("terms: %w: %w", err, ErrText)
	}
	name, _ := token.(string)
	if _, twice := object[name]; twice {
		return "", fmt.Errorf("terms: %q comes twice: %w", clip([]byte(name)), ErrText)
	}
	return name, nil
}

// halfPair reports whether a text of valid JSON escapes one half of a surrogate
// pair without the other, which encoding/json replaces in silence.
func halfPair(doc []byte) bool {
	for i := 0; i < len(doc); i++ {
		if doc[i] != '\\' {
			continue
		}
		i++
		if doc[i] != 'u' {
			continue
		}
		r := unitAt(doc, i+1)
		i += 4
		if !utf16.IsSurrogate(r) {
			continue
		}
		if i+6 >= len(doc) || doc[i+1] != '\\' || doc[i+2] != 'u' || utf16.DecodeRune(r, unitAt(doc, i+3)) == utf8.RuneError {
			return true
		}
		i += 6
	}
	return false
}

func unitAt(doc []byte, i int) rune {
	n, _ := strconv.ParseUint(string(doc[i:i+4]), 16, 16)
	return rune(n)
}

func writeAny(b *bytes.Buffer, v any) error {
	switch v := v.(type) {
	case nil:
		b.WriteString("null")
	case bool:
		b.WriteString(strconv.FormatBool(v))
	case string:
		writeString(b, v)
	case json.Number:
		n, err := strconv.ParseInt(v.String(), 10, 64)
		if err != nil || n > MaxAmount || n < -MaxAmount {
			return fmt.Errorf("terms: %s is not an integer below 2^53: %w", clip([]byte(v)), ErrText)
		}
		b.WriteString(strconv.FormatInt(n, 10))
	case []any:
		return writeEach(b, '[', ']', len(v), func(i int) error { return writeAny(b, v[i]) })
	case map[string]any:
		names := make([]string, 0, len(v))
		for name := range v {
			names = append(names, name)
		}
		slices.SortFunc(names, compareUTF16)
		return writeEach(b, '{', '}', len(names), func(i int) error {
			writeString(b, names[i])
			b.WriteByte(':')
			return writeAny(b, v[names[i]])
		})
	}
	return nil
}

func writeEach(b *bytes.Buffer, open, end byte, n int, write func(int) error) error {
	b.WriteByte(open)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := write(i); err != nil {
			return err
		}
	}
	b.WriteByte(end)
	return nil
}

// compareUTF16 orders names by their UTF-16 code units, as RFC 8785 asks.
func compareUTF16(a, b string) int {
	return slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b)))
}
