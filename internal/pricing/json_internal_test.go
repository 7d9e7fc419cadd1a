package pricing

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// plainly is a value as encoding/json reads it: numbers as they were written, and each object as a list of names and
// values.
func plainly(d *json.Decoder) any {
	token, err := d.Token()
	if err != nil {
		return err
	}
	delim, opens := token.(json.Delim)
	if !opens {
		return token
	}
	list := []any{delim}
	for d.More() {
		list = append(list, plainly(d))
		if delim == '{' {
			list = append(list, plainly(d))
		}
	}
	_, err = d.Token()
	return append(list, err)
}

// plain is the same of a value that was parsed.
func (v value) plain() any {
	switch v.is {
	case isText:
		return v.text
	case isNumber:
		return json.Number(v.text)
	case isBool:
		return v.yes
	case isNull:
		return nil
	case isList:
		list := []any{json.Delim('[')}
		for _, item := range v.items {
			list = append(list, item.plain())
		}
		return append(list, error(nil))
	default:
		list := []any{json.Delim('{')}
		for _, m := range v.members {
			list = append(list, m.name, m.plain())
		}
		return append(list, error(nil))
	}
}

// FuzzParse: what is parsed is what encoding/json reads, member for member.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		`{}`, ` { "a" : [ ] , "b" : { } } `, "\t{\"a\"\n:\r[1 , -0,1.50,1e+9 ,true,false , null]}\n", `{"a":"","b":"\"","c":"\\","d":"\\\"","":0}`,
		`{"\u0061":"\ud83d\ude00","b":"\u0000\n","c":"半糖 ☕","d":"/\/"}`, `{"a":"\ud83d"}`, `{"a":"\ufffd"}`, `{"a":1,"a":2}`, `[1]`, `"x"`, `{"a":01}`, `{"a":1}x`,
		`{"a":tru}`, `{"a":[1,]}`, `{"a"}`, "{\"a\":\"\u2028]},\"}", `{"a":[[[[1]]],{"b":[{"c":"]}"}]}]}`, strings.Repeat(`{"a":`, 99) + `1` + strings.Repeat(`}`, 99),
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := parse([]byte(text), 1<<16)
		if err != nil {
			return
		}
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		require.Equal(t, plainly(d), v.plain())
	})
}

// TestParse_SeesEachMember: the seeds of FuzzParse that are refused are refused for what is wrong in them.
func TestParse_SeesEachMember(t *testing.T) {
	for text, fault := range map[string]Fault{
		`{"a":"\ud83d"}`: FaultNotJSON, `{"a":"\ufffd"}`: FaultNotJSON, `{"a":1,"a":2}`: FaultDoubled, `[1]`: FaultType, `{"a":01}`: FaultNotJSON, `{"a":1}x`: FaultNotJSON,
		`{"\ud83d":1}`: FaultNotJSON, `{"a":1,"\u0061":2}`: FaultDoubled, `{"a":[1,]}`: FaultNotJSON, ``: FaultNotJSON, ` `: FaultNotJSON,
		strings.Repeat(`{"a":`, 99) + `1` + strings.Repeat(`}`, 99): FaultTooLong,
	} {
		_, err := parse([]byte(text), 1<<16)
		var refused *RefusalError
		require.ErrorAs(t, err, &refused, text)
		require.Equal(t, fault, refused.Fault, text)
	}
}

// BenchmarkReadCart reads a cart of ten lines, as a till sends it.
func BenchmarkReadCart(b *testing.B) {
	lines := make([]string, 10)
	for i := range lines {
		lines[i] = fmt.Sprintf(`{"id":"%d","sku":"MILK-TEA-%d","tags":["drink","hot"],"unit":%d,"quantity":2,"amount":%d}`, i, i, 500+i, 1000+2*i)
	}
	cart := []byte(`{"currency":"HKD","lines":[` + strings.Join(lines, ",") + `]}`)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ReadCart(cart); err != nil {
			b.Fatal(err)
		}
	}
}
