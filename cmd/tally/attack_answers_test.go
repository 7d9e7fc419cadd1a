package main

import (
	"reflect"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"tally/internal/cli"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

// TestAttack_Terminal_EveryAnswerIsPrinted: whatever stands in the texts of an answer, a
// person reads letters that print, as many lines as of harmless texts, and addresses with
// their checksum. The test fills the answer of every verb, the newest included.
func TestAttack_Terminal_EveryAnswerIsPrinted(t *testing.T) {
	address, err := voucher.ParseAddress("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")
	require.NoError(t, err)
	shown := 0
	for path, verb := range verbs(t) {
		answerer, ok := verb.Target.Addr().Interface().(cli.Answerer)
		if !ok || answerer.Answers() == nil {
			continue
		}
		t.Run(path, func(t *testing.T) {
			write := func(text string) string {
				into := reflect.New(reflect.TypeOf(answerer.Answers())).Elem()
				fill(into, text, address)
				answer, ok := into.Interface().(cli.Answer)
				require.True(t, ok)
				var out strings.Builder
				require.NoError(t, answer.Text().Write(&out))
				return out.String()
			}
			out := write("HKD" + evil)
			for _, r := range out {
				require.True(t, unicode.IsPrint(r) || r == '\n', "%q", out)
			}
			require.Equal(t, strings.Count(write("HKD"), "\n"), strings.Count(out, "\n"), "a text added a line: %q", out)
			require.Equal(t, terminal.PlainLines(out), out)
			require.NotContains(t, out, address.String(), "an address without its checksum")
			shown += strings.Count(out, "evil")
		})
	}
	require.Greater(t, shown, 100, "the texts were shown")
}

// fill puts a text into every text of a value, two items into every list, and the address
// wherever one is.
func fill(v reflect.Value, text string, address voucher.Address) {
	switch v.Interface().(type) {
	case voucher.Address:
		v.Set(reflect.ValueOf(address))
		return
	case voucher.Currency:
		v.Set(reflect.ValueOf(voucher.Currency{'H', 'K', 'D'}))
		return
	}
	switch v.Kind() { //nolint:exhaustive // the others hold no text
	case reflect.String:
		v.SetString(text)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				fill(v.Field(i), text, address)
			}
		}
	case reflect.Slice:
		list := reflect.MakeSlice(v.Type(), 2, 2)
		for i := range 2 {
			fill(list.Index(i), text, address)
		}
		v.Set(list)
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(key, text, address)
		fill(value, text, address)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), text, address)
	case reflect.Interface:
		if event := reflect.ValueOf(voucher.MerchantAdmitted{Merchant: address, Operator: address, Name: text}); event.Type().Implements(v.Type()) {
			v.Set(event)
		}
	}
}
