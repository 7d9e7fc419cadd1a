package voucher_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tally/internal/voucher"
)

// generic writes any JSON text by RFC 8785 in a way of its own: through the
// generic values of encoding/json, escapes by the letter of section 3.2.2.2.
func generic(t require.TestingT, text []byte) string {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	require.NoError(t, d.Decode(&v))
	return genericValue(v)
}

func genericValue(v any) string {
	switch v := v.(type) {
	case string:
		return genericString(v)
	case []any:
		parts := make([]string, len(v))
		for i, e := range v {
			parts[i] = genericValue(e)
		}
		return "[" + strings.Join(parts, ",") + "]"
	case map[string]any:
		type member struct{ key, text string }
		var members []member
		for name, e := range v {
			// Big-endian UTF-16 sorts by code units.
			key := ""
			for _, unit := range utf16.Encode([]rune(name)) {
				key += fmt.Sprintf("%04x", unit)
			}
			members = append(members, member{key, genericString(name) + ":" + genericValue(e)})
		}
		slices.SortFunc(members, func(a, b member) int { return cmp.Compare(a.key, b.key) })
		parts := make([]string, len(members))
		for i, m := range members {
			parts[i] = m.text
		}
		return "{" + strings.Join(parts, ",") + "}"
	case nil:
		return "null"
	default: // bool and json.Number, all of them integers here
		return fmt.Sprint(v)
	}
}

func genericString(s string) string {
	escapes := []string{`"`, `\"`, `\`, `\\`}
	short := map[rune]string{8: `\b`, 9: `\t`, 10: `\n`, 12: `\f`, 13: `\r`}
	for r := rune(0); r < 0x20; r++ {
		text, ok := short[r]
		if !ok {
			text = fmt.Sprintf(`\u%04x`, r)
		}
		escapes = append(escapes, string(r), text)
	}
	return `"` + strings.NewReplacer(escapes...).Replace(s) + `"`
}

// TestCanonicalJSON_AsAGenericRFC8785: canonical JSON is what a generic
// implementation of RFC 8785 writes.
func TestCanonicalJSON_AsAGenericRFC8785(t *testing.T) {
	for _, e := range filledEvents() {
		text, err := voucher.Events{e}.MarshalJSON()
		require.NoError(t, err)
		require.Equal(t, generic(t, text), string(text), "%T", e)
	}
	for _, c := range commands() {
		text := voucher.CanonicalJSON(c)
		require.Equal(t, generic(t, text), string(text), "%T", c)
	}
	rapid.Check(t, func(t *rapid.T) {
		e := voucher.VoucherVoided{
			Campaign: voucher.CampaignID{1}, Reason: rapid.String().Draw(t, "reason"), Serial: rapid.Uint32().Draw(t, "serial"),
		}
		text, err := voucher.Events{e}.MarshalJSON()
		require.NoError(t, err)
		require.Equal(t, generic(t, text), string(text))
		var again voucher.Events
		require.NoError(t, json.Unmarshal(text, &again))
		require.Equal(t, voucher.Events{e}, again)
	})
}

// document is any JSON object whose numbers are integers below 2^53.
func document(depth int) *rapid.Generator[map[string]any] {
	leaves := []*rapid.Generator[any]{
		rapid.String().AsAny(), rapid.Bool().AsAny(), rapid.Just[any](nil),
		rapid.Int64Range(-voucher.MaxAmount, voucher.MaxAmount).AsAny(),
	}
	value := rapid.OneOf(leaves...)
	if depth > 0 {
		value = rapid.OneOf(append(leaves, document(depth-1).AsAny(), rapid.SliceOfN(value, 0, 3).AsAny())...)
	}
	return rapid.MapOfN(rapid.String(), value, 0, 5)
}

// TestCanonicalDocument_AsAGenericRFC8785: canonical documents are what a generic
// implementation of RFC 8785 writes.
func TestCanonicalDocument_AsAGenericRFC8785(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, err := json.MarshalIndent(document(3).Draw(t, "document"), "", "  ")
		require.NoError(t, err)
		got, err := voucher.CanonicalDocument(text)
		require.NoError(t, err)
		require.Equal(t, generic(t, text), got)
		again, err := voucher.CanonicalDocument([]byte(got))
		require.NoError(t, err)
		require.Equal(t, got, again, "canonical once is canonical for ever")
	})
}

// TestCanonicalDocument_Literals: canonical documents are literals.
func TestCanonicalDocument_Literals(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"members are sorted and space goes", ` { "b" : 1 , "a" : [ true , null ] } `, `{"a":[true,null],"b":1}`},
		{"the sorting example of RFC 8785", `{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}`, "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\",\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\",\"😀\":\"Emoji: Grinning Face\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}"},
		{"only what must be escaped is", `{"a":"\u0001\b\f\n\r\t\"\\\/\u007f\u2028<>&"}`, "{\"a\":\"\\u0001\\b\\f\\n\\r\\t\\\"\\\\/\u007f\u2028<>&\"}"},
		{"pairs that are escaped", `{"a":"\ud83d\ude00\ud83d\ude00\u0041","\ud83d\ude00":"\\ud800"}`, `{"a":"😀😀A","😀":"\\ud800"}`},
		{"integers keep one form", `{"a":-0,"b":9007199254740991,"c":-9007199254740991}`, `{"a":0,"b":9007199254740991,"c":-9007199254740991}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := voucher.CanonicalDocument([]byte(c.text))
			require.NoError(t, err)
			require.Equal(t, c.want, got)
		})
	}
}

// TestCanonicalDocument_Refuses: other documents are refused.
func TestCanonicalDocument_Refuses(t *testing.T) {
	for name, text := range map[string]string{
		"nothing":                 ``,
		"null":                    `null`,
		"a list":                  `[]`,
		"a text":                  `"a"`,
		"unfinished":              `{"a":1`,
		"two objects":             `{} {}`,
		"a brace too many":        `{"a":1}}`,
		"a bracket too many":      `{"a":1}]`,
		"a fraction":              `{"a":1.5}`,
		"an exponent":             `{"a":1e3}`,
		"an integer of 2^53":      `{"a":9007199254740992}`,
		"an integer below -2^53":  `{"a":-9007199254740992}`,
		"a number deep inside":    `{"a":[{"b":[0.1]}]}`,
		"not UTF-8":               "{\"a\":\"\xff\"}",
		"a name twice":            `{"a":1,"a":2}`,
		"a name twice, escaped":   `{"a":1,"\u0061":2}`,
		"a name twice, inside":    `{"x":[{"a":1,"a":2}]}`,
		"half a surrogate pair":   `{"a":"\ud800"}`,
		"a half after a break":    `{"a":"\n\ud800"}`,
		"a half after a letter":   `{"a":"\u0041\ud800"}`,
		"a half after a pair":     `{"a":"\ud83d\ude00\ud83d"}`,
		"a half before a break":   `{"a":"\ud83d\ndede00"}`,
		"a half before text":      `{"a":"\ud83dxude00 and more"}`,
		"a half before a letter":  `{"a":"\ud83d\u0041"}`,
		"the halves turned round": `{"a":"\ude00\ud83d"}`,
		"a name that is one half": `{"\udc00":1}`,
	} {
		t.Run(name, func(t *testing.T) {
			got, err := voucher.CanonicalDocument([]byte(text))
			require.ErrorIs(t, err, voucher.ErrText, "it gave %s", got)
		})
	}
}

// FuzzCanonicalDocument: a document is refused, or rewritten in the one form
// that a generic RFC 8785 writes of it too, which means the same to encoding/json
// and is never longer.
func FuzzCanonicalDocument(f *testing.F) {
	for _, text := range []string{
		`{}`, ` { "b" : 1 , "a" : [ true , null ] } `, `{"a":-0,"b":9007199254740991}`, `{"a":"\u0001\b\f\n\r\t\"\\\/\u007f\u2028<>&"}`,
		`{"\u20ac":"€","\ud83d\ude00":"😀","\ufb33":1}`, `{"a":1,"\u0061":2}`, `{"a":"\ud800"}`, `{"a":1.5}`, `{"a":1}{}`, "{\"a\":\"\xff\"}",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		got, err := voucher.CanonicalDocument(doc)
		if err != nil {
			require.ErrorIs(t, err, voucher.ErrText)
			require.Empty(t, got)
			return
		}
		require.LessOrEqual(t, len(got), len(doc))
		require.Equal(t, generic(t, []byte(got)), got)
		var meant, means map[string]any
		require.NoError(t, json.Unmarshal(doc, &meant))
		require.NoError(t, json.Unmarshal([]byte(got), &means))
		require.Equal(t, meant, means)
		again, err := voucher.CanonicalDocument([]byte(got))
		require.NoError(t, err)
		require.Equal(t, got, again)
	})
}
