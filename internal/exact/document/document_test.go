package document_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/exact"
	"tally/internal/exact/document"
)

type file struct {
	Name   string         `json:"name,omitempty"`
	Supply uint32         `json:"supply,omitempty"`
	Open   *uint32        `json:"open,omitempty"`
	Paid   bool           `json:"paid,omitempty"`
	Stores []uint32       `json:"stores,omitempty"`
	Claim  window         `json:"claim,omitempty"`
	Terms  map[string]any `json:"terms,omitempty"`
}

type window struct {
	Until string `json:"until,omitempty"`
}

func read(text string) (f file, err error) {
	d, err := document.Parse([]byte(text))
	if err != nil {
		return f, err
	}
	return f, d.Decode(&f, "terms")
}

func TestDecode_Accepted(t *testing.T) {
	f, err := read(`# a remark
name: no
supply: 500
paid: true
stores: [7, 1]
claim: {until: 2027-01-01T00:00:00+08:00}
terms:
  title: {zh-Hant: 半糖, en: "half: sugar"}
  gtin: "0400638133393"
  cups: 10
  list: [true, -5, 'NO', '1.10', +852 2345 6789, v1.10.2, a b, 1 of 2]
  text: "a\tb"
  long: |
    007
`)
	require.NoError(t, err)
	require.Equal(t, file{
		Name: "no", Supply: 500, Paid: true, Stores: []uint32{7, 1}, Claim: window{"2027-01-01T00:00:00+08:00"},
		Terms: map[string]any{
			"title": map[string]any{"zh-Hant": "半糖", "en": "half: sugar"}, "gtin": "0400638133393", "cups": json.Number("10"),
			"list": []any{true, json.Number("-5"), "NO", "1.10", "+852 2345 6789", "v1.10.2", "a b", "1 of 2"}, "text": "a\tb", "long": "007\n",
		},
	}, f)
	for _, text := range []string{"", "# nothing\n", "---\n", "{}"} {
		f, err = read(text)
		require.NoError(t, err, text)
		require.Equal(t, file{}, f)
	}
}

func TestDecode_Refused(t *testing.T) {
	for _, c := range []struct{ text, says string }{
		{"name: x\nsupply: 0500", "line 2: supply: a whole number from 0 to 4294967295 is wanted, not 0500"},
		{"supply: 0x10", "not 0x10"}, {"supply: 0o17", "not 0o17"}, {"supply: 0b1", "not 0b1"}, {"supply: 1_000", "not 1_000"}, {"supply: 1e3", "not 1e3"},
		{"supply: .5", "not .5"}, {"supply: 5.0", "not 5.0"}, {"supply: 12:30:45", "not 12:30:45"}, {"supply: +5", "not +5"}, {"supply: -5", "line 1: supply: a whole number"},
		{"supply: ５", "line 1: supply"}, {"supply: \"5\"", "line 1: supply: a whole number from 0 to 4294967295 is wanted, not a text"}, {"supply: 4294967296", "line 1: supply"},
		{"supply: ~", "line 1: supply: a value is wanted, not nothing"}, {"supply:", "line 1: supply: a value is wanted, not nothing"}, {"name: ~", "name: a value is wanted"},
		{"supply: null", "not null"}, {"supply: yes", "not yes"}, {"supply: [1]", "line 1: supply: a whole number"}, {"supply: {a: 1}", "line 1: supply"},
		{"paid: yes", "line 1: paid: true or false is wanted, not yes"}, {"paid: True", "not True"}, {"paid: 1", "not a number"}, {"paid: on", "not on"},
		{"name: 5", "line 1: name: a text is wanted, not a number"}, {"name: true", "name: a text is wanted"}, {"name: [a]", "line 1: name: a text is wanted, not a list"},
		{"stores:\n - 1\n - 010", "line 3: stores[1]: a whole number from 0 to 4294967295 is wanted, not 010"}, {"stores:", "stores: a value is wanted"},
		{"claim:\n  til: now", "line 2: claim.til: there is no such member"}, {"Name: x", "Name: there is no such member"}, {"\x1bname: x", "not YAML"},
		{"name: a\nname: b", "line 2: name: this member comes twice"}, {"name: a\n\"name\": b", "line 2: name: this member comes twice"},
		{"claim: {until: a, until: b}", "line 1: claim.until: this member comes twice"}, {"terms: {a: 1, a: 1}", "terms.a: this member comes twice"},
		{"name: &a x", "line 1: name: anchors and aliases"}, {"a: &a [1]\nb: *a", "anchors and aliases"}, {"<<: {name: x}", "merge key"}, {"terms: {<<: {a: 1}}", "merge key"},
		{"name: !!str 5", "line 1: name: tags (!) are not read"}, {"supply: !!int \"5\"", "tags"}, {"!x\nname: a", "tags"}, {"[a]: b", "line 1: a name is wanted"},
		{"name: a\n---\nname: b", "line 2: a second YAML document"}, {"name: a\n...\nname: b", "not YAML"}, {"- name", "line 1: a mapping of names"}, {"words", "line 1: a mapping"},
		{"name:\tx\n\tsupply: 5", "this is not YAML: line 2"}, {"name: x\n  supply: 5", "this is not YAML"}, {"name: \"x", "this is not YAML"}, {"name: Caf\xe9", "not UTF-8"},
		{"\xff\xfen\x00:\x00", "not UTF-8"}, {"terms: " + strings.Repeat("[", 50) + strings.Repeat("]", 50), "at most 32 mappings and lists"},
		{"terms:\n  gtin: 0400638133393", `line 2: terms.gtin: put it in quotes, as "0400638133393"`}, {"terms: {a: 007}", "quotes"}, {"terms: {a: 1.10}", "quotes"},
		{"terms: {a: NO}", "quotes"}, {"terms: {a: y}", "quotes"}, {"terms: {a: Off}", "quotes"}, {"terms: {a: TRUE}", "quotes"}, {"terms: {a: 1e3}", "quotes"}, {"terms: {a: .5}", "quotes"},
		{"terms: {a: 12:30}", "quotes"}, {"terms: {a: 2027-01-01}", "quotes"}, {"terms: {a: 2027-01-01T00:00:00Z}", "quotes"}, {"terms: {a: 1_000}", "quotes"}, {"terms: {a: 0x1F}", "quotes"},
		{"terms: {a: null}", "quotes"}, {"terms: {a: ~}", "not nothing"}, {"terms: {a: }", "not nothing"}, {"terms: {a: .inf}", "quotes"}, {"terms: {a: .NaN}", "quotes"}, {"terms: {a: -0}", "quotes"},
		{"terms: {a: +5}", "quotes"}, {"terms: {a: =}", "quotes"}, {"terms: {no: 1}", "terms.no: put it in quotes"}, {"terms: {007: 1}", "quotes"}, {"terms: {a: [x, {b: 0b1}]}", "terms.a[1].b: put it in quotes"},
		{"terms: {a: 5.}", "quotes"}, {"terms: {a: 08}", "quotes"}, {"terms: {a: 1:30}", "quotes"}, {"terms: {a: 2027-1-1}", "quotes"},
	} {
		_, err := read(c.text)
		require.ErrorContains(t, err, c.says, "%.80q", c.text)
		require.ErrorAs(t, err, new(*exact.Error))
		for _, never := range []string{"uint32", "!!", "unmarshal", "document.", "map["} {
			require.NotContains(t, err.Error(), never, c.text)
		}
	}
}

// FuzzDecode: what is accepted says the same as the JSON that it is written as.
func FuzzDecode(f *testing.F) {
	for _, text := range []string{
		"name: a\nsupply: 5\nterms: {a: [1, true, \"007\"]}", "{\"name\": \"a\"}", "a: &a [1]\nb: *a\n", "---\n---\n", "terms:\n  long: >\n    a\n    b\n", "name: 'it''s'", "? a\n: b",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := document.Parse([]byte(text))
		if err != nil {
			require.ErrorAs(t, err, new(*exact.Error))
			return
		}
		var first, second file
		if err := d.Decode(&first, "terms"); err != nil {
			require.ErrorAs(t, err, new(*exact.Error))
			return
		}
		raw, err := d.JSON("terms")
		require.NoError(t, err)
		require.NoError(t, exact.JSON(raw, &second))
		require.Equal(t, first, second)
	})
}
