package pricing_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/pb33f/jsonschema/v6"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tally/internal/pricing"
	"tally/internal/pricing/pricingtest"
	"tally/internal/voucher"
)

func TestTerms_GoldenLiteral(t *testing.T) {
	drink := pricing.Selector{Tags: []string{"drink"}, Reduced: pricing.NotReduced}
	want := pricing.Terms{
		Name: "第二杯半价", TimeZone: "Asia/Shanghai", Zones: []pricing.Zone{{Name: "Asia/Urumqi", Stores: []uint32{7}}}, Bearer: true,
		Offer: pricing.BuyGet{
			Buy: drink, Get: drink, BuyCount: 1, GetCount: 1, BP: 5000, Repeat: 3, Round: pricing.RoundHalfUp,
		},
		When: []pricing.Condition{
			{Test: pricing.MinSpend{Amount: 3000, Basis: pricing.BasisLeft, On: &pricing.Selector{NotTags: []string{"alcohol", "tobacco"}}}},
			{Test: pricing.Quantity{Min: 2, Max: 9}},
			{
				Test:   pricing.Hours{{Days: []uint32{5, 6}, From: 22 * 60, Until: 3 * 60}, {From: 0, Until: 24 * 60}},
				Reason: []pricing.Localised{{Locale: "en", Text: "Evenings only."}},
			},
			{Test: pricing.NotDates{"2028-02-29"}}, {Test: pricing.NotStores{901, 902}}, {Test: pricing.Channels{"counter"}},
			{Test: pricing.FirstPurchase{}},
		},
		Combine:  pricing.Combine{Group: "swap", With: []string{"coupon", "swap"}, Most: 2, Order: 7},
		GiveBack: pricing.Requalify,
		Texts: []pricing.Text{
			{Locale: "en", Title: "Second cup at half price", Terms: "One coupon an order."}, {Locale: "zh-Hans", Title: "第二杯半价"},
		},
	}
	golden := literal(t, "terms")
	got, err := pricing.ReadTerms([]byte(golden))
	require.NoError(t, err)
	require.Equal(t, want, got)
	require.Equal(t, golden, want.Canonical())
	require.Equal(t, "Asia/Urumqi", got.Zone(7))
	require.Equal(t, "Asia/Shanghai", got.Zone(8))
}

func TestTerms_DefaultsOfTheShortestDocument(t *testing.T) {
	const shortest = `{"name":"x","offer":{"bp":1,"kind":"percent_off"},"version":1}`
	for _, doc := range []string{
		`{"name":"x","offer":{"kind":"percent_off","bp":1}}`,
		`{"version":1,"name":"x","bearer":false,"give_back":"with_last","offer":{"on":{"fees":false},"kind":"percent_off","round":"down","bp":1},
		  "combine":{"tender":true,"order":500,"group":"voucher","most":1}}`,
	} {
		got, err := pricing.ReadTerms([]byte(doc))
		require.NoError(t, err)
		require.Equal(t, pricing.Terms{
			Name: "x", Offer: pricing.PercentOff{BP: 1, Round: pricing.RoundDown}, GiveBack: pricing.WithLast,
			Combine: pricing.Combine{Group: "voucher", Tender: true, Most: 1, Order: 500},
		}, got)
		require.Equal(t, shortest, got.Canonical()) //nolint:testifylint // the bytes count
	}
}

// TestTerms_AllGoodsIsNotTheOffersSelection: a condition that names all goods keeps
// them, where leaving "on" out means what the offer is on.
func TestTerms_AllGoodsIsNotTheOffersSelection(t *testing.T) {
	const doc = `{"name":"x","offer":{"kind":"percent_off","bp":1,"on":{"skus":["A"]}},"when":[{"min_spend":{"amount":5,"on":{"fees":false}}}]}`
	terms, err := pricing.ReadTerms([]byte(doc))
	require.NoError(t, err)
	again, err := pricing.ReadTerms([]byte(terms.Canonical()))
	require.NoError(t, err)
	require.Equal(t, &pricing.Selector{}, again.When[0].Test.(pricing.MinSpend).On)
}

func TestTerms_RealOffers(t *testing.T) {
	schema := termsSchema(t)
	for _, example := range examples(t) {
		terms, err := pricing.ReadTerms(example.Terms)
		require.NoError(t, err, example.Where)
		require.LessOrEqual(t, len(example.Terms), voucher.MaxTerms)
		again, err := pricing.ReadTerms([]byte(terms.Canonical()))
		require.NoError(t, err)
		require.Equal(t, terms, again)
		require.NoError(t, validate(t, schema, example.Terms), example.Where)
	}
}

type example struct {
	Where string
	Terms json.RawMessage
}

func examples(t *testing.T) (list []example) {
	t.Helper()
	text, err := os.ReadFile("testdata/examples.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &list))
	require.Len(t, list, 14)
	return list
}

// TestTerms_Refused: bad input names its place, its kind and the limit.
func TestTerms_Refused(t *testing.T) {
	schema := termsSchema(t)
	offer := func(rest string) string { return `{"name":"x","offer":{"kind":` + rest + `}}` }
	with := func(rest string) string { return `{"name":"x","offer":{"kind":"amount_off","amount":5},` + rest + `}` }
	when := func(test string) string { return with(`"when":[` + test + `]`) }
	long := strings.Repeat("é", 200)
	const readerOnly = true
	for _, c := range []struct {
		doc   string
		fault pricing.Fault
		path  string
		says  string
		more  bool // more than the schema knows
	}{
		{`{`, pricing.FaultNotJSON, "", "not one JSON value", readerOnly},
		{`{} {}`, pricing.FaultNotJSON, "", "not one JSON value", readerOnly},
		{`[]`, pricing.FaultType, "", "an object is wanted, not a list", false},
		{"{\"name\":\"\xff\"}", pricing.FaultNotJSON, "", "not UTF-8", readerOnly},
		{`{"name":"\ud800","offer":{"kind":"amount_off","amount":5}}`, pricing.FaultNotJSON, "name", "half of a surrogate", readerOnly},
		{`{"name":"x` + strings.Repeat(" ", 8192) + `"}`, pricing.FaultTooLong, "", "at most 8192", readerOnly},
		{`{"name":` + strings.Repeat("[", 20) + strings.Repeat("]", 20) + `}`, pricing.FaultTooLong, "name[0][0]", "more than 12", readerOnly},
		{with(`"name":"y"`), pricing.FaultDoubled, "name", "twice", readerOnly},
		{offer(`"amount_off","amount":5,"amount":6`), pricing.FaultDoubled, "offer.amount", "twice", readerOnly},
		{with(`"Name":"y"`), pricing.FaultUnknown, "Name", "no such member", false},
		{with(`"\u001b[2J":1`), pricing.FaultUnknown, `"\x1b[2J"`, "no such member", false},
		{offer(`"amount_off","amount":5,"max":6`), pricing.FaultUnknown, "offer.max", "there are kind, amount, on, every", false},
		{offer(`"amount_off"`), pricing.FaultMissing, "offer.amount", "must be there", false},
		{`{"offer":{"kind":"amount_off","amount":5}}`, pricing.FaultMissing, "name", "must be there", false},
		{`{"name":"x"}`, pricing.FaultMissing, "offer", "must be there", false},
		{`{"name":"x","offer":{}}`, pricing.FaultMissing, "offer.kind", "must be there", false},
		{`{"name":"x","offer":"buy one"}`, pricing.FaultType, "offer", "an object is wanted, not a text", false},
		{offer(`"free"`), pricing.FaultForm, "offer.kind", "free is none of amount_off", false},
		{offer(`7`), pricing.FaultType, "offer.kind", "a text is wanted, not a number", false},
		{`{"name":"x","version":2,"sale":1}`, pricing.FaultVersion, "version", "reads version 1 only", false},
		{`{"name":"x","version":"1","offer":{"kind":"amount_off","amount":5}}`, pricing.FaultVersion, "version", "version 1 only", false},
		{offer(`"amount_off","amount":1.5`), pricing.FaultNotWhole, "offer.amount", "1.5 is not written as a whole number", false},
		{offer(`"amount_off","amount":1e3`), pricing.FaultNotWhole, "offer.amount", "1e3", readerOnly},
		{offer(`"amount_off","amount":5.0`), pricing.FaultNotWhole, "offer.amount", "5.0", readerOnly},
		{offer(`"amount_off","amount":-5`), pricing.FaultRange, "offer.amount", "-5 is not between 1 and 9007199254740991", false},
		{offer(`"amount_off","amount":0`), pricing.FaultRange, "offer.amount", "0 is not between 1", false},
		{offer(`"amount_off","amount":9007199254740992`), pricing.FaultRange, "offer.amount", "9007199254740992 is not", false},
		{offer(`"amount_off","amount":99999999999999999999`), pricing.FaultRange, "offer.amount", "is not between", false},
		{offer(`"amount_off","amount":"5"`), pricing.FaultType, "offer.amount", "a whole number is wanted, not a text", false},
		{offer(`"amount_off","amount":null`), pricing.FaultType, "offer.amount", "not null", false},
		{offer(`"percent_off","bp":10001`), pricing.FaultRange, "offer.bp", "between 1 and 10000", false},
		{offer(`"percent_off","bp":1,"round":"nearest"`), pricing.FaultForm, "offer.round", "down, half_up, half_even, up", false},
		{offer(`"percent_off","bp":1,"on":{}`), pricing.FaultForm, "offer.on", "empty", false},
		{offer(`"percent_off","bp":1,"on":{"tags":[]}`), pricing.FaultForm, "offer.on.tags", "empty", false},
		{offer(`"percent_off","bp":1,"on":{"tags":["b","a","b"]}`), pricing.FaultDoubled, "offer.on.tags[2]", "b comes twice", false},
		{offer(`"percent_off","bp":1,"on":{"tags":["Drink"]}`), pricing.FaultForm, "offer.on.tags[0]", "Drink is no word", false},
		{offer(`"percent_off","bp":1,"on":{"skus":["` + strings.Repeat("1", 65) + `"]}`), pricing.FaultTooLong, "offer.on.skus[0]", "65 characters, and at most 64", false},
		{offer(`"percent_off","bp":1,"on":{"skus":["a\u202e"]}`), pricing.FaultForm, "offer.on.skus[0]", "cannot be printed", readerOnly},
		{offer(`"exchange"`), pricing.FaultMissing, "offer.on", "must be there", false},
		{offer(`"exchange","on":{"fees":false}`), pricing.FaultForm, "offer.on", "names its items", readerOnly},
		{offer(`"exchange","on":{"tags":["a"]},"items":0`), pricing.FaultRange, "offer.items", "between 1 and 1000", false},
		{offer(`"buy_get","buy":{"count":1}`), pricing.FaultMissing, "offer.get", "must be there", false},
		{offer(`"buy_get","buy":{"count":1,"bp":1},"get":{"count":1}`), pricing.FaultUnknown, "offer.buy.bp", "no such member", false},
		{offer(`"stored_value","tax_point":"sale"`), pricing.FaultForm, "offer.tax_point", "use, issue", false},
		{with(`"combine":{"most":2}`), pricing.FaultContradiction, "combine.most", "does not name their own group", readerOnly},
		{with(`"combine":{"with":["a"],"most":31}`), pricing.FaultRange, "combine.most", "between 1 and 30", false},
		{with(`"give_back":"never"`), pricing.FaultForm, "give_back", "with_last, requalify", false},
		{`{"name":"x","offer":{"kind":"stored_value"},"give_back":"requalify"}`, pricing.FaultContradiction, "give_back", "return with their items", readerOnly},
		{with(`"zones":{"Asia/Tokyo":[1],"UTC":[2,1]}`), pricing.FaultContradiction, "zones.UTC", "store 1 is in two zones", readerOnly},
		{with(`"zones":{"+08:00":[1]}`), pricing.FaultForm, "zones.+08:00", "no name of a time zone", false},
		{with(`"time_zone":"HKT "`), pricing.FaultForm, "time_zone", "HKT  is no name", false},
		{with(`"texts":{"EN":{"title":"x"}}`), pricing.FaultForm, "texts.EN", "no locale", false},
		{with(`"texts":{"en":{}}`), pricing.FaultMissing, "texts.en.title", "must be there", false},
		{with(`"texts":{"en":{"title":"` + long + `"}}`), pricing.FaultTooLong, "texts.en.title", "200 characters, and at most 80", false},
		{when(`{}`), pricing.FaultMissing, "when[0]", "a condition has a test", false},
		{when(`{"reason":{"en":"x"}}`), pricing.FaultMissing, "when[0]", "a condition has a test", false},
		{when(`{"stores":[1],"areas":["a"]}`), pricing.FaultContradiction, "when[0].areas", "one test", false},
		{when(`{"min_spend":{}}`), pricing.FaultMissing, "when[0].min_spend.amount", "must be there", false},
		{when(`{"min_spend":5}`), pricing.FaultType, "when[0].min_spend", "an object is wanted", false},
		{when(`{"quantity":{}}`), pricing.FaultMissing, "when[0].quantity", "min or max", false},
		{when(`{"quantity":{"min":3,"max":2}}`), pricing.FaultContradiction, "when[0].quantity", "min is 3 and max is 2", readerOnly},
		{when(`{"hours":[{"from":"9:00","until":"17:00"}]}`), pricing.FaultForm, "when[0].hours[0].from", "9:00 is no time", false},
		{when(`{"hours":[{"from":"09:00","until":"24:01"}]}`), pricing.FaultForm, "when[0].hours[0].until", "24:01 is no time", false},
		{when(`{"hours":[{"from":"12-30","until":"17:00"}]}`), pricing.FaultForm, "when[0].hours[0].from", "12-30 is no time", false},
		{when(`{"hours":[{"from":"123:0","until":"17:00"}]}`), pricing.FaultForm, "when[0].hours[0].from", "123:0 is no time", false},
		{when(`{"hours":[{"from":"12:30","until":"1"}]}`), pricing.FaultForm, "when[0].hours[0].until", "1 is no time", false},
		{when(`{"hours":[{"from":"12:30"}]}`), pricing.FaultMissing, "when[0].hours[0].until", "must be there", false},
		{when(`{"hours":[{"from":"12:60","until":"13:00"}]}`), pricing.FaultForm, "when[0].hours[0].from", "12:60 is no time", false},
		{when(`{"hours":[{"from":"24:00","until":"02:00"}]}`), pricing.FaultForm, "when[0].hours[0].from", "write 00:00", false},
		{when(`{"hours":[{"from":"10:00","until":"10:00"}]}`), pricing.FaultContradiction, "when[0].hours[0]", "are the same", readerOnly},
		{when(`{"hours":[{"from":"10:00","until":"11:00","days":[0]}]}`), pricing.FaultRange, "when[0].hours[0].days[0]", "between 1 and 7", false},
		{when(`{"not_dates":["2027-02-29"]}`), pricing.FaultForm, "when[0].not_dates[0]", "no date of the calendar", readerOnly},
		{when(`{"not_dates":["2027-2-28"]}`), pricing.FaultForm, "when[0].not_dates[0]", "no date of the calendar", false},
		{when(`{"stores":[0]}`), pricing.FaultRange, "when[0].stores[0]", "between 1 and 65535", false},
		{when(`{"first_purchase":false}`), pricing.FaultForm, "when[0].first_purchase", "true, or left out", false},
		{when(`{"cel":"true"}`), pricing.FaultMissing, "when[0].reason", "must be there", false},
		{with(`"when":[]`), pricing.FaultForm, "when", "empty", false},
		{when(strings.TrimSuffix(strings.Repeat(`{"stores":[1]},`, 17), ",")), pricing.FaultTooMany, "when", "17 items, and at most 16", false},
	} {
		_, err := pricing.ReadTerms([]byte(c.doc))
		var refusal *pricing.RefusalError
		require.ErrorAs(t, err, &refusal, c.doc)
		require.ErrorIs(t, err, pricing.ErrRefused)
		require.Equal(t, c.fault, refusal.Fault, "%s: %v", c.doc, err)
		if c.path != "name[0][0]" {
			require.Equal(t, c.path, refusal.Path, "%s: %v", c.doc, err)
		}
		require.Contains(t, err.Error(), c.says)
		if json.Valid([]byte(c.doc)) && !c.more {
			require.Error(t, validate(t, schema, []byte(c.doc)), c.doc)
		}
	}
}

// TestTerms_ReadBack: all terms read back from their canonical text, which the schema
// accepts.
func TestTerms_ReadBack(t *testing.T) {
	schema := termsSchema(t)
	rapid.Check(t, func(rt *rapid.T) {
		terms := pricingtest.Terms(rt)
		text := terms.Canonical()
		again, err := pricing.ReadTerms([]byte(text))
		require.NoError(rt, err, text)
		require.Equal(rt, terms, again)
		require.Equal(rt, text, again.Canonical())
		require.NoError(rt, validate(t, schema, []byte(text)))
	})
}

// TestTerms_CanonicalText: what is written is the form of RFC 8785 already, whatever
// characters are in it.
func TestTerms_CanonicalText(t *testing.T) {
	requireCanonical := func(t require.TestingT, text string) {
		want, err := voucher.CanonicalDocument([]byte(text))
		require.NoError(t, err)
		require.Equal(t, want, text)
	}
	rapid.Check(t, func(rt *rapid.T) {
		terms := pricingtest.Terms(rt)
		terms.Name = rapid.StringN(0, 20, -1).Draw(rt, "name")
		requireCanonical(rt, terms.Canonical())
	})
	for _, name := range []string{"<b>&", "\u2028\u2029", "\x00\x1f\b\f\n\r\t\"\\/\x7f", "½ \ue000 😀", "需滿"} {
		for _, reason := range []string{"en", "😀", "\uffff"} {
			requireCanonical(t, pricing.Terms{
				Name: name, Offer: pricing.AmountOff{Amount: 1},
				When: []pricing.Condition{{Test: pricing.FirstPurchase{}, Reason: []pricing.Localised{{Locale: reason, Text: name}, {Locale: "\ue000", Text: name}}}},
			}.Canonical())
		}
	}
}

// TestSchema_RefusesNothingThatIsRead damages terms in one place: what ReadTerms still
// accepts, the schema accepts, too.
func TestSchema_RefusesNothingThatIsRead(t *testing.T) {
	schema := termsSchema(t)
	rapid.Check(t, func(rt *rapid.T) {
		var doc any
		require.NoError(rt, json.Unmarshal([]byte(pricingtest.Terms(rt).Canonical()), &doc))
		damage(rt, &doc)
		text, err := json.Marshal(doc)
		require.NoError(rt, err)
		if _, err := pricing.ReadTerms(text); err == nil {
			require.NoError(rt, validate(t, schema, text), "%s", text)
		}
	})
}

// damage changes, removes or adds one value somewhere in a document.
func damage(t *rapid.T, v *any) {
	odd := rapid.SampledFrom([]any{nil, true, false, 0, 1, 2, -1, 1001, "", "x", "24:00", []any{}, []any{1}, []any{"a"}, map[string]any{}})
	switch doc := (*v).(type) {
	case map[string]any:
		names := slices.Sorted(maps.Keys(doc))
		if len(names) > 0 {
			name := names[rapid.IntRange(0, len(names)-1).Draw(t, "member")]
			switch rapid.IntRange(0, 4).Draw(t, "damage") {
			case 0:
				delete(doc, name)
			case 1:
				doc[name] = odd.Draw(t, "odd")
			default:
				inner := doc[name]
				damage(t, &inner)
				doc[name] = inner
			}
			return
		}
	case []any:
		if len(doc) > 0 {
			damage(t, &doc[rapid.IntRange(0, len(doc)-1).Draw(t, "item")])
			return
		}
	}
	*v = odd.Draw(t, "odd")
}

const secondCup = `{"name":"x","offer":{"kind":"buy_get","buy":{"count":1,"on":{"tags":["drink"]}},"get":{"count":1}},` +
	`"when":[{"hours":[{"days":[5],"from":"22:00","until":"03:00"}]},{"cel":"true","reason":{"en":"x"}}],"zones":{"UTC":[1]}}`

func FuzzReadTerms(f *testing.F) {
	f.Add([]byte(secondCup))
	f.Add([]byte(`{"name":"x","offer":{"kind":"percent_off","bp":1}}`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		terms, err := pricing.ReadTerms(doc)
		if err != nil {
			require.ErrorIs(t, err, pricing.ErrRefused)
			return
		}
		again, err := pricing.ReadTerms([]byte(terms.Canonical()))
		if err != nil { // the version that Canonical writes is twelve bytes more
			require.Greater(t, len(terms.Canonical()), pricing.MaxTerms)
			return
		}
		require.Equal(t, terms, again)
	})
}

func termsSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(pricing.Schema()))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource("terms.schema.json", doc))
	schema, err := compiler.Compile("terms.schema.json")
	require.NoError(t, err)
	return schema
}

func validate(t *testing.T, schema *jsonschema.Schema, text []byte) error {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	err = schema.Validate(doc)
	var invalid *jsonschema.ValidationError
	require.True(t, err == nil || errors.As(err, &invalid))
	return err
}

// TestTerms_AtTheirLimits: each list, text and number is taken at its limit, and refused
// one beyond it; the schema says the same.
func TestTerms_AtTheirLimits(t *testing.T) {
	schema := termsSchema(t)
	list := func(n int, item func(int) string) string {
		items := make([]string, n)
		for i := range items {
			items[i] = item(i)
		}
		return strings.Join(items, ",")
	}
	quoted := func(format string) func(int) string {
		return func(i int) string { return fmt.Sprintf(`"`+format+`"`, i) }
	}
	number := func(i int) string { return strconv.Itoa(i + 1) }
	text := func(n int) string { return `"` + strings.Repeat("é", n) + `"` }
	ascii := func(n int) string { return `"` + strings.Repeat("a", n) + `"` }
	member := func(format string) func(int) string {
		return func(i int) string { return fmt.Sprintf(format, string(rune('a'+i))) }
	}
	date := func(i int) string { return fmt.Sprintf(`"20%02d-01-01"`, i) }
	const offer = `"offer":{"kind":"amount_off","amount":5}`
	on := func(member, items string) string {
		return `{"name":"x","offer":{"kind":"amount_off","amount":5,"on":{"` + member + `":` + items + `}}}`
	}
	with := func(rest string) string { return `{"name":"x",` + offer + `,` + rest + `}` }
	when := func(test string) string { return with(`"when":[` + test + `]`) }
	for _, c := range []struct {
		limit int
		doc   func(n int) string
	}{
		{128, func(n int) string { return `{"name":` + text(n) + `,` + offer + `}` }},
		{64, func(n int) string { return with(`"time_zone":` + ascii(n)) }},
		{16, func(n int) string {
			return with(`"zones":{` + list(n, func(i int) string { return fmt.Sprintf(`"z%d":[%d]`, i, i+1) }) + `}`)
		}},
		{64, func(n int) string { return with(`"zones":{` + ascii(n) + `:[1]}`) }},
		{16, func(n int) string { return when(list(n, func(int) string { return `{"stores":[1]}` })) }},
		{32, func(n int) string { return on("tags", "["+list(n, quoted("t%d"))+"]") }},
		{32, func(n int) string { return on("not_tags", "["+ascii(n)+"]") }},
		{200, func(n int) string { return on("skus", "["+list(n, quoted("s%d"))+"]") }},
		{64, func(n int) string { return on("not_skus", "["+text(n)+"]") }},
		{1<<53 - 1, func(n int) string { return on("max_unit", strconv.Itoa(n)) }},
		{1<<53 - 1, func(n int) string {
			return `{"name":"x","offer":{"kind":"amount_off","amount":` + strconv.Itoa(n) + `}}`
		}},
		{1<<53 - 1, func(n int) string {
			return `{"name":"x","offer":{"kind":"amount_off","amount":1,"every":` + strconv.Itoa(n) + `}}`
		}},
		{10000, func(n int) string { return `{"name":"x","offer":{"kind":"percent_off","bp":` + strconv.Itoa(n) + `}}` }},
		{1000, func(n int) string {
			return `{"name":"x","offer":{"kind":"exchange","on":{"tags":["a"]},"items":` + strconv.Itoa(n) + `}}`
		}},
		{1000, func(n int) string {
			return `{"name":"x","offer":{"kind":"exchange","on":{"tags":["a"]},"most_units":` + strconv.Itoa(n) + `}}`
		}},
		{1<<53 - 1, func(n int) string {
			return `{"name":"x","offer":{"kind":"exchange","on":{"tags":["a"]},"pay":` + strconv.Itoa(n) + `}}`
		}},
		{1000, func(n int) string {
			return `{"name":"x","offer":{"kind":"buy_get","buy":{"count":` + strconv.Itoa(n) + `},"get":{"count":1}}}`
		}},
		{1000, func(n int) string {
			return `{"name":"x","offer":{"kind":"buy_get","buy":{"count":1},"get":{"count":` + strconv.Itoa(n) + `}}}`
		}},
		{10000, func(n int) string {
			return `{"name":"x","offer":{"kind":"buy_get","buy":{"count":1},"get":{"count":1,"bp":` + strconv.Itoa(n) + `}}}`
		}},
		{1000, func(n int) string {
			return `{"name":"x","offer":{"kind":"buy_get","buy":{"count":1},"get":{"count":1},"repeat":` + strconv.Itoa(n) + `}}`
		}},
		{256, func(n int) string { return when(`{"stores":[` + list(n, number) + `]}`) }},
		{65535, func(n int) string { return when(`{"not_stores":[` + strconv.Itoa(n) + `]}`) }},
		{32, func(n int) string { return when(`{"areas":[` + list(n, quoted("a%d")) + `]}`) }},
		{16, func(n int) string {
			return when(`{"hours":[` + list(n, func(int) string { return `{"from":"00:00","until":"24:00"}` }) + `]}`)
		}},
		{7, func(n int) string {
			return when(`{"hours":[{"days":[` + strconv.Itoa(n) + `],"from":"00:00","until":"24:00"}]}`)
		}},
		{64, func(n int) string { return when(`{"not_dates":[` + list(n, date) + `]}`) }},
		{1<<53 - 1, func(n int) string { return when(`{"min_spend":{"amount":` + strconv.Itoa(n) + `}}`) }},
		{1000, func(n int) string { return when(`{"quantity":{"min":` + strconv.Itoa(n) + `}}`) }},
		{1000, func(n int) string { return when(`{"quantity":{"max":` + strconv.Itoa(n) + `}}`) }},
		{1024, func(n int) string { return when(`{"cel":` + ascii(n) + `,"reason":{"en":"x"}}`) }},
		{200, func(n int) string { return when(`{"stores":[1],"reason":{"en":` + text(n) + `}}`) }},
		{12, func(n int) string { return when(`{"stores":[1],"reason":{` + list(n, member(`"%sa":"x"`)) + `}}`) }},
		{16, func(n int) string { return with(`"combine":{"with":[` + list(n, quoted("g%d")) + `]}`) }},
		{30, func(n int) string { return with(`"combine":{"with":["voucher"],"most":` + strconv.Itoa(n) + `}`) }},
		{999, func(n int) string { return with(`"combine":{"order":` + strconv.Itoa(n) + `}`) }},
		{12, func(n int) string { return with(`"texts":{` + list(n, member(`"%sa":{"title":"x"}`)) + `}`) }},
		{80, func(n int) string { return with(`"texts":{"en":{"title":` + text(n) + `}}`) }},
		{600, func(n int) string { return with(`"texts":{"en":{"title":"x","terms":` + text(n) + `}}`) }},
	} {
		_, err := pricing.ReadTerms([]byte(c.doc(c.limit)))
		require.NoError(t, err, c.doc(c.limit))
		require.NoError(t, validate(t, schema, []byte(c.doc(c.limit))), c.doc(c.limit))
		_, err = pricing.ReadTerms([]byte(c.doc(c.limit + 1)))
		require.ErrorIs(t, err, pricing.ErrRefused, c.doc(c.limit+1))
		require.Error(t, validate(t, schema, []byte(c.doc(c.limit+1))), c.doc(c.limit+1))
	}
}

func TestTerms_Locales(t *testing.T) {
	for text, ok := range map[string]bool{
		"en": true, "fil": true, "zh-Hant": true, "zh-Hant-HK": true, "e": false, "engl": false, "EN": false, "en-": false, "-en": false,
		"en-x": false, "en-abcde": false, "en_US": false, "zh--HK": false, "": false, "e1": false, "zh-Hant-HK-aa-bb-cc-dd-ee-ff-gg": true, "zh-Hant-HK-aa-bb-cc-dd-ee-ff-gg-h": false, "zh-Hant-HK-aa-bb-cc-dd-ee-ff-gg-hh": false,
	} {
		_, err := pricing.ReadTerms([]byte(`{"name":"x","offer":{"kind":"amount_off","amount":5},"texts":{"` + text + `":{"title":"x"}}}`))
		require.Equal(t, ok, err == nil, text)
	}
}

func TestTerms_Words(t *testing.T) {
	for text, ok := range map[string]bool{
		"a": true, "0": true, "a_b:c.d-e": true, "size:m": true, "": false, "_a": false, "-a": false, "A": false, "a b": false, "é": false, "a/b": false,
	} {
		_, err := pricing.ReadTerms([]byte(`{"name":"x","offer":{"kind":"amount_off","amount":5},"combine":{"group":"` + text + `"}}`))
		require.Equal(t, ok, err == nil, text)
	}
}
