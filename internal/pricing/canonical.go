package pricing

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"

	"tally/internal/voucher"
)

// canonical writes by RFC 8785. It cannot fail: what was read has a text.
func (t tree) canonical() string {
	text := appendJSON(make([]byte, 0, 4<<10), t) // most records are shorter
	if isCanonical(text) {
		return string(text)
	}
	doc, err := voucher.CanonicalDocument(text)
	if err != nil {
		panic(fmt.Sprintf("pricing: a document has no canonical form: %v", err))
	}
	return doc
}

// appendJSON writes what trees are made of. It writes the same as encoding/json, and an
// order record has a thousand values.
func appendJSON(b []byte, v any) []byte {
	switch v := v.(type) {
	case tree:
		return appendObject(b, v)
	case []tree:
		return appendList(b, v, appendObject)
	case []any:
		return appendList(b, v, appendJSON)
	case [][]any:
		return appendList(b, v, func(b []byte, pair []any) []byte { return appendList(b, pair, appendJSON) })
	case []string:
		return appendList(b, v, appendText)
	case string:
		return appendText(b, v)
	case uint64:
		return strconv.AppendUint(b, v, 10)
	case uint32:
		return strconv.AppendUint(b, uint64(v), 10)
	case bool:
		return strconv.AppendBool(b, v)
	default:
		return appendOther(b, v)
	}
}

func appendObject(b []byte, t tree) []byte {
	names := make([]string, 0, len(t))
	for name := range t {
		names = append(names, name)
	}
	slices.Sort(names)
	b = append(b, '{')
	for i, name := range names {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendText(b, name), ':')
		b = appendJSON(b, t[name])
	}
	return append(b, '}')
}

func appendList[T any](b []byte, items []T, add func([]byte, T) []byte) []byte {
	if items == nil {
		return append(b, "null"...)
	}
	b = append(b, '[')
	for i, item := range items {
		if i > 0 {
			b = append(b, ',')
		}
		b = add(b, item)
	}
	return append(b, ']')
}

// appendText writes a text. Which characters need an escape, encoding/json knows.
func appendText(b []byte, text string) []byte {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c >= utf8.RuneSelf || c == '"' || c == '\\' {
			return appendOther(b, text)
		}
	}
	b = append(append(b, '"'), text...)
	return append(b, '"')
}

func appendOther(b []byte, v any) []byte {
	var other bytes.Buffer
	e := json.NewEncoder(&other)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(fmt.Sprintf("pricing: a document has no JSON: %v", err))
	}
	return append(b, bytes.TrimSuffix(other.Bytes(), []byte("\n"))...)
}

// isCanonical reports whether what was written of a tree of integers is surely in the
// form of RFC 8785. It differs in the characters that are written as an escape with \u, and in
// the order of names with characters from U+E000 on, whose first byte is 0xee or more.
func isCanonical(text []byte) bool {
	return !bytes.Contains(text, []byte(`\u`)) && !slices.ContainsFunc(text, func(b byte) bool { return b >= 0xee })
}
