package exact_test

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/exact"
)

// address reads itself, as the rules' types do.
type address [20]byte

var errHex = errors.New("secret words of a type")

func (a *address) UnmarshalText(b []byte) error {
	if len(b) != 42 {
		return formError{}
	}
	if _, err := hex.Decode(a[:], b[2:]); err != nil {
		return errHex
	}
	return nil
}

func (a address) MarshalText() ([]byte, error) { return []byte("0x" + hex.EncodeToString(a[:])), nil }

type formError struct{}

func (formError) Error() string { return "this repeats a secret" }
func (formError) Form() string  { return "0x and 40 hex digits" }

type line struct {
	Units uint64 `json:"units"`
	Small uint8  `json:"small,omitempty"`
}

type order struct {
	Name    string            `json:"name"`
	Lines   []line            `json:"lines"`
	Till    *address          `json:"till,omitempty"`
	Offset  int16             `json:"offset,omitempty"`
	Paid    bool              `json:"paid,omitempty"`
	Stores  []uint32          `json:"stores,omitempty"`
	Raw     json.RawMessage   `json:"raw,omitempty"`
	Any     any               `json:"any,omitempty"`
	Words   map[string]string `json:"words,omitempty"`
	Ignored string            `json:"-"`
}

func TestJSON_Accepted(t *testing.T) {
	var o order
	require.NoError(t, exact.JSON([]byte(` {"lines":[{"units":18446744073709551615},{"units":0,"small":255}],"name":"🧋\ud83e\uddcb","till":"0x00000000000000000000000000000000000000aa",
		"offset":-480,"paid":true,"stores":[1,2],"raw":{"a": [null]},"any":{"b":[1.50,"x",false,null]},"words":{"c":"d"}} `), &o))
	require.Equal(t, order{
		Name: "🧋🧋", Lines: []line{{Units: math.MaxUint64}, {Small: 255}}, Till: &address{19: 0xaa}, Offset: -480, Paid: true, Stores: []uint32{1, 2},
		Raw: json.RawMessage(`{"a": [null]}`), Any: map[string]any{"b": []any{json.Number("1.50"), "x", false, nil}}, Words: map[string]string{"c": "d"},
	}, o)
	require.NoError(t, exact.JSON([]byte(`{"name":"","lines":null}`), &o), "a list that must be there may be null, as typed data has no other word for none")
}

func TestJSON_Refused(t *testing.T) {
	for _, c := range []struct{ text, says string }{
		{``, "JSON is wanted, not nothing"}, {" \n", "not nothing"}, {`null`, "an object is wanted, not null"}, {`[]`, "an object is wanted, not a list"},
		{`"name"`, "an object is wanted, not a text"}, {`{`, "JSON is wanted"}, {`{"name":"a"`, "JSON is wanted"}, {`{'name':1}`, "line 1, byte 2"},
		{"{\n \"name\": x}", "line 2, byte 10"}, {"\ufeff" + `{"name":"a","lines":[]}`, "byte order mark"}, {`{"name":"a","lines":[],}`, "JSON is wanted"},
		{"{\"name\":\"\xff\",\"lines\":[]}", "UTF-8"}, {`{"name":"\ud800","lines":[]}`, "JSON is wanted"}, {`{"name":"\udc00\ud800","lines":[]}`, "JSON is wanted"},
		{"{\"name\":\"a\tb\",\"lines\":[]}", "JSON is wanted"}, {`{"name":"a","lines":[]} {}`, "something follows"}, {`{"name":"a","lines":[]}x`, "something follows"},
		{`{"name":"a","lines":[]}//`, "something follows"}, {`{"name":"a","name":"a","lines":[]}`, "name: this member comes twice"},
		{`{"name":"a","n\u0061me":"a","lines":[]}`, "name: this member comes twice"}, {`{"Name":"a","lines":[]}`, "Name: there is no such member"},
		{`{"name":"a","lines":[],"NAME":"b"}`, "NAME: there is no such member"}, {`{"name":"a","lines":[],"colour":1}`, "colour: there is no such member"},
		{`{"name":"a","lines":[],"Ignored":""}`, "Ignored: there is no such member"}, {`{"name":"a","lines":[],"\u001b[2J":1}`, `"\x1b[2J": there is no such member`},
		{`{"lines":[]}`, "name: this member is missing"}, {`{"name":"a"}`, "lines: this member is missing"}, {`{}`, "name: this member is missing"},
		{`{"name":"a","lines":[{}]}`, "lines[0].units: this member is missing"}, {`{"name":null,"lines":[]}`, "name: a text is wanted, not null"},
		{`{"name":7,"lines":[]}`, "name: a text is wanted, not a number"}, {`{"name":"a","lines":{}}`, "lines: a list is wanted, not an object"},
		{`{"name":"a","lines":[{"units":1},{"units":"1"}]}`, "lines[1].units: a whole number of at least 0 is wanted, not a text"},
		{`{"name":"a","lines":[{"units":1,"units":2}]}`, "lines[0].units: this member comes twice"}, {`{"name":"a","lines":[{"units":-1}]}`, "lines[0].units: a whole number"},
		{`{"name":"a","lines":[{"units":1.0}]}`, "digits"}, {`{"name":"a","lines":[{"units":1e3}]}`, "digits"}, {`{"name":"a","lines":[{"units":-0}]}`, "digits"},
		{`{"name":"a","lines":[{"units":0500}]}`, "JSON is wanted"}, {`{"name":"a","lines":[{"units":18446744073709551616}]}`, "lines[0].units"},
		{`{"name":"a","lines":[{"units":null}]}`, "not null"}, {`{"name":"a","lines":[null]}`, "lines[0]: an object is wanted, not null"},
		{`{"name":"a","lines":[{"units":1,"small":256}]}`, "lines[0].small: a whole number from 0 to 255 is wanted"},
		{`{"name":"a","lines":[],"offset":40000}`, "offset: a whole number from -32768 to 32767"}, {`{"name":"a","lines":[],"paid":1}`, "paid: true or false is wanted, not a number"},
		{`{"name":"a","lines":[],"paid":"true"}`, "paid: true or false is wanted, not a text"}, {`{"name":"a","lines":[],"stores":null}`, "stores: a value is wanted, not null: leave the member out"},
		{`{"name":"a","lines":[],"till":null}`, "leave the member out"}, {`{"name":"a","lines":[],"till":"0x12"}`, "till: 0x and 40 hex digits is wanted"},
		{`{"name":"a","lines":[],"till":"0x` + strings.Repeat("z", 40) + `"}`, "till: its documented form is wanted"},
		{`{"name":"a","lines":[],"till":"0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed"}`, "till: an address is wanted whose checksum is right"},
		{`{"name":"a","lines":[],"words":{"a":1}}`, "words.a: a text is wanted, not a number"}, {`{"name":"a","lines":[],"words":{"a":"b","a":"c"}}`, "words.a: this member comes twice"},
		{`{"name":"a","lines":[],"any":{"a":1,"a":2}}`, "any.a: this member comes twice"}, {`{"name":"a","lines":[],"raw":{"a":1,"a":2}}`, "raw.a: this member comes twice"},
		{`{"name":"a","lines":[],"any":[0,[{"2":{"x":1,"x":1}}]]}`, "any[1][0].2.x: this member comes twice"}, {`{"name":"a","lines":[],"raw":[[],{"7":[{"b":0,"c":0,"b":0}]}]}`, "raw[1].7[0].b: this member comes twice"},
		{`{"lines":[{"units":1},{"units":1,"small":0,"small":0}]}`, "lines[1].small: this member comes twice"}, {`{"name":"a","raw":[{"\u001b":0,"\u001b":0}]}`, `raw[0]."\x1b": this member comes twice`},
		{`{"name":"a","lines":[],"any":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}`, "at most 32 objects and lists"},
		{strings.Repeat(`{"any":`, 100_000), "an object is wanted"},
	} {
		err := exact.JSON([]byte(c.text), new(order))
		if strings.HasPrefix(c.text, `{"any":{"any"`) { // deep, but never recursed into
			require.Error(t, err)
			continue
		}
		require.ErrorContains(t, err, c.says, "%.80s", c.text)
		require.ErrorAs(t, err, new(*exact.Error))
		for _, never := range []string{"uint", "int16", "exact", "json", "Go ", "secret", "struct"} {
			require.NotContains(t, err.Error(), never, c.text)
		}
	}
}

func TestSentence_Ends(t *testing.T) {
	require.Equal(t, "Something follows the JSON value.", exact.Sentence(exact.JSON([]byte(`{"units":1} 2`), new(line))))
	require.Equal(t, "units: this member is missing.", exact.Sentence(exact.JSON([]byte(`{}`), new(line))))
}

// FuzzJSON: what is accepted is JSON to encoding/json, too, and is the same when it is
// written and read again.
func FuzzJSON(f *testing.F) {
	for _, text := range []string{
		`{"name":"a","lines":[{"units":1}],"till":"0x00000000000000000000000000000000000000aa","any":[1,{}],"words":{"a":"b"}}`,
		`{"name":"\ud83e\uddcb","lines":null}`, `{"name":"a","Name":"b"}`, `{"name":"\ud800","lines":[]}`, `[[[`, `{"name":`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var first, second, lenient order
		if err := exact.JSON(text, &first); err != nil {
			require.ErrorAs(t, err, new(*exact.Error))
			return
		}
		require.NoError(t, json.Unmarshal(text, &lenient))
		lenient.Any = first.Any // numbers are of another type there
		again, err := json.Marshal(first)
		require.NoError(t, err)
		other, err := json.Marshal(lenient)
		require.NoError(t, err)
		require.Equal(t, string(other), string(again))
		require.NoError(t, exact.JSON(again, &second))
		thrice, err := json.Marshal(second)
		require.NoError(t, err)
		require.Equal(t, string(again), string(thrice))
	})
}
