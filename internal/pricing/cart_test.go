package pricing_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/pricing"
	"tally/internal/voucher"
)

func TestReadCart_EveryMember(t *testing.T) {
	const doc = `{"currency":"HKD","prices":"added","taxes":[{"class":"std","rate":90000}],"tax_round":"down","total":9701,"tax_total":801,
	 "lines":[{"id":"1","sku":"OOLONG-M","tags":["drink","size:m"],"unit":2850,"quantity":3,"amount":8550,"reduced":50,"tax":"std"},
	          {"id":"2","of":"1","unit":300,"quantity":1,"amount":300,"tax":"std"},
	          {"id":"3","unit":0,"quantity":1,"amount":0,"measure":"0.345 kg"},
	          {"id":"4","unit":100,"quantity":1,"amount":100,"fee":true,"tax":"std"}]}`
	total, tax := uint64(9701), uint64(801)
	got, err := pricing.ReadCart([]byte(doc))
	require.NoError(t, err)
	require.Equal(t, pricing.Cart{
		Currency: voucher.Currency([]byte("HKD")), Prices: pricing.PricesAdded, Taxes: []pricing.TaxClass{{Class: "std", Rate: 90000}},
		TaxRound: pricing.RoundDown, Total: &total, TaxTotal: &tax,
		Lines: []pricing.Line{
			{ID: "1", SKU: "OOLONG-M", Tags: []string{"drink", "size:m"}, Unit: 2850, Quantity: 3, Amount: 8550, Reduced: 50, Tax: "std"},
			{ID: "2", Of: "1", Unit: 300, Quantity: 1, Amount: 300, Tax: "std"},
			{ID: "3", Quantity: 1, Measure: "0.345 kg"},
			{ID: "4", Unit: 100, Quantity: 1, Amount: 100, Fee: true, Tax: "std"},
		},
	}, got)
}

// TestReadCart_Refused: bad carts name the line, the member and the limit.
func TestReadCart_Refused(t *testing.T) {
	lines := func(lines ...string) string { return `{"currency":"HKD","lines":[` + strings.Join(lines, ",") + `]}` }
	const good = `{"id":"1","unit":5,"quantity":1,"amount":5}`
	line := func(rest string) string { return lines(good, `{"id":"2",`+rest+`}`) }
	cart := func(rest string) string { return `{"currency":"HKD","lines":[` + good + `],` + rest + `}` }
	many := make([]string, 101)
	for i := range many {
		many[i] = fmt.Sprintf(`{"id":"%d","unit":5,"quantity":1,"amount":5}`, i)
	}
	for _, c := range []struct {
		doc   string
		fault pricing.Fault
		path  string
		says  string
	}{
		{`{"currency":"HKD"}`, pricing.FaultMissing, "lines", "must be there"},
		{`{"lines":[` + good + `]}`, pricing.FaultMissing, "currency", "must be there"},
		{`{"currency":"hkd","lines":[` + good + `]}`, pricing.FaultForm, "currency", "three capital letters"},
		{`{"currency":"XXX","lines":[` + good + `]}`, pricing.FaultForm, "currency", "ISO 4217"},
		{`{"currency":"HKD","lines":[]}`, pricing.FaultForm, "lines", "empty"},
		{lines(many...), pricing.FaultTooMany, "lines", "101 items, and at most 100"},
		{lines(good, good), pricing.FaultDoubled, "lines[1].id", "another line"},
		{line(`"unit":5,"quantity":2,"amount":9`), pricing.FaultSums, "lines[1].amount", "it is 9, and 2 times 5 is 10"},
		{line(`"unit":5,"quantity":-1,"amount":5`), pricing.FaultRange, "lines[1].quantity", "-1 is not between 1 and 9999"},
		{line(`"unit":5,"quantity":0,"amount":0`), pricing.FaultRange, "lines[1].quantity", "0 is not between 1 and 9999"},
		{line(`"unit":5,"quantity":10000,"amount":50000`), pricing.FaultRange, "lines[1].quantity", "between 1 and 9999"},
		{line(`"unit":5,"quantity":0.5,"amount":5`), pricing.FaultNotWhole, "lines[1].quantity", "0.5"},
		{line(`"unit":-5,"quantity":1,"amount":-5`), pricing.FaultRange, "lines[1].unit", "-5"},
		{line(`"unit":9007199254740992,"quantity":1,"amount":9007199254740992`), pricing.FaultRange, "lines[1].unit", "9007199254740991"},
		{line(`"unit":9007199254740991,"quantity":9999,"amount":5`), pricing.FaultRange, "lines[1].amount", "is more than"},
		{line(`"unit":9007199254740991,"quantity":1,"amount":9007199254740991`), pricing.FaultRange, "lines[1].amount", "up to here"},
		{line(`"unit":5,"quantity":1,"amount":5,"reduced":6`), pricing.FaultSums, "lines[1].reduced", "6 is more than the amount, 5"},
		{line(`"unit":5,"quantity":2,"amount":10,"measure":"1 kg"`), pricing.FaultContradiction, "lines[1].quantity", "one piece, not 2"},
		{line(`"unit":5,"quantity":1,"amount":5,"of":"9"`), pricing.FaultContradiction, "lines[1].of", "no line 9"},
		{line(`"unit":5,"quantity":1,"amount":5,"of":"2"`), pricing.FaultContradiction, "lines[1].of", "an add-on itself"},
		{line(`"unit":5,"quantity":1,"amount":5,"of":"1","fee":true`), pricing.FaultContradiction, "lines[1].fee", "no fee"},
		{line(`"unit":5,"quantity":1,"amount":5,"tax":"std"`), pricing.FaultContradiction, "lines[1].tax", "no class std"},
		{line(`"unit":5,"quantity":1,"amount":5,"tags":["a","a"]`), pricing.FaultDoubled, "lines[1].tags[1]", "a comes twice"},
		{line(`"unit":5,"quantity":1,"amount":5,"tags":["A"]`), pricing.FaultForm, "lines[1].tags[0]", "A is no word"},
		{line(`"unit":5,"quantity":1,"amount":5,"name":"tea"`), pricing.FaultUnknown, "lines[1].name", "no such member"},
		{line(`"unit":5,"quantity":1`), pricing.FaultMissing, "lines[1].amount", "must be there"},
		{cart(`"prices":"gross"`), pricing.FaultForm, "prices", "included, added"},
		{cart(`"taxes":[{"class":"a","rate":1000001}]`), pricing.FaultRange, "taxes[0].rate", "1000000"},
		{cart(`"taxes":[{"class":"a","rate":1},{"class":"a","rate":2}]`), pricing.FaultDoubled, "taxes[1].class", "a comes twice"},
		{cart(`"total":6`), pricing.FaultSums, "total", "it is 6, and the lines with their tax make 5"},
		{cart(`"tax_total":1`), pricing.FaultSums, "tax_total", "it is 1, and the tax of the lines is 0"},
		{
			`{"currency":"SGD","prices":"added","taxes":[{"class":"gst","rate":90000}],"total":1091,
			  "lines":[{"id":"1","unit":1000,"quantity":1,"amount":1000,"tax":"gst"}]}`,
			pricing.FaultSums, "total", "make 1090; tax of gst: 90 on 1000",
		},
	} {
		_, err := pricing.ReadCart([]byte(c.doc))
		var refusal *pricing.RefusalError
		require.ErrorAs(t, err, &refusal, c.doc)
		require.Equal(t, c.fault, refusal.Fault, "%s: %v", c.doc, err)
		require.Equal(t, c.path, refusal.Path, "%s: %v", c.doc, err)
		require.Contains(t, err.Error(), c.says)
	}
}

// TestCart_Check: what a program builds without JSON is refused alike.
func TestCart_Check(t *testing.T) {
	line := pricing.Line{ID: "1", Unit: 5, Quantity: 1, Amount: 5}
	for path, spoil := range map[string]func(*pricing.Cart){
		"lines":             func(c *pricing.Cart) { c.Lines = nil },
		"lines[0].id":       func(c *pricing.Cart) { c.Lines[0].ID = "" },
		"lines[0].quantity": func(c *pricing.Cart) { c.Lines[0].Quantity, c.Lines[0].Amount = 10000, 50000 },
		"lines[0].unit":     func(c *pricing.Cart) { c.Lines[0].Unit = 1 << 53 },
		"lines[0].amount":   func(c *pricing.Cart) { c.Lines[0].Unit, c.Lines[0].Quantity = 1<<53-1, 9999 },
		"lines[0].sku":      func(c *pricing.Cart) { c.Lines[0].SKU = "\x1b" },
		"lines[0].measure":  func(c *pricing.Cart) { c.Lines[0].Measure = strings.Repeat("1", 33) },
		"lines[0].tags":     func(c *pricing.Cart) { c.Lines[0].Tags = make([]string, 17) },
		"lines[0].tags[0]":  func(c *pricing.Cart) { c.Lines[0].Tags = []string{""} },
		"taxes":             func(c *pricing.Cart) { c.Taxes = make([]pricing.TaxClass, 17) },
		"taxes[0].class":    func(c *pricing.Cart) { c.Taxes = []pricing.TaxClass{{Class: "A"}} },
		"taxes[0].rate":     func(c *pricing.Cart) { c.Taxes = []pricing.TaxClass{{Class: "a", Rate: 1_000_001}} },
		"currency":          func(c *pricing.Cart) { c.Currency = voucher.Currency{} },
		"prices":            func(c *pricing.Cart) { c.Prices = "net" },
		"tax_round":         func(c *pricing.Cart) { c.TaxRound = "none" },
	} {
		cart := pricing.Cart{Currency: voucher.Currency([]byte("HKD")), Lines: []pricing.Line{line}}
		require.NoError(t, cart.Check())
		spoil(&cart)
		var refusal *pricing.RefusalError
		require.ErrorAs(t, cart.Check(), &refusal, path)
		require.Equal(t, path, refusal.Path)
	}
}

func FuzzReadCart(f *testing.F) {
	f.Add([]byte(`{"currency":"HKD","prices":"added","taxes":[{"class":"a","rate":1}],"lines":[{"id":"1","unit":5,"quantity":2,"amount":10,"tax":"a"}]}`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		cart, err := pricing.ReadCart(doc)
		if err != nil {
			require.ErrorIs(t, err, pricing.ErrRefused)
			return
		}
		require.True(t, json.Valid(doc))
		require.NoError(t, cart.Check())
	})
}

// TestCart_AtItsLimits: the largest cart of each kind is taken, and one more is not.
func TestCart_AtItsLimits(t *testing.T) {
	words := func(n int) (list []string) {
		for i := range n {
			list = append(list, fmt.Sprint("w", i))
		}
		return list
	}
	classes := func(n int) (list []pricing.TaxClass) {
		for _, word := range words(n) {
			list = append(list, pricing.TaxClass{Class: word, Rate: 1_000_000})
		}
		return list
	}
	lines := func(n int) (list []pricing.Line) {
		for _, word := range words(n) {
			list = append(list, pricing.Line{ID: word, Unit: 0, Quantity: 9999})
		}
		return list
	}
	for path, spoil := range map[string]func(*pricing.Cart, int){
		"lines": func(c *pricing.Cart, more int) { c.Lines = lines(100 + more) },
		"taxes": func(c *pricing.Cart, more int) { c.Taxes = classes(16 + more) },
		"taxes[0].rate": func(c *pricing.Cart, more int) {
			c.Taxes = []pricing.TaxClass{{Class: "a", Rate: uint64(1_000_000 + more)}}
		},
		"lines[0].id":      func(c *pricing.Cart, more int) { c.Lines[0].ID = strings.Repeat("x", 32+more) },
		"lines[0].sku":     func(c *pricing.Cart, more int) { c.Lines[0].SKU = strings.Repeat("é", 64+more) },
		"lines[0].measure": func(c *pricing.Cart, more int) { c.Lines[0].Measure = strings.Repeat("é", 32+more) },
		"lines[0].tags":    func(c *pricing.Cart, more int) { c.Lines[0].Tags = words(16 + more) },
		"lines[0].reduced": func(c *pricing.Cart, more int) { c.Lines[0].Reduced = uint64(5 + more) },
		"lines[0].quantity": func(c *pricing.Cart, more int) {
			c.Lines[0].Quantity, c.Lines[0].Amount = uint64(9999+more), uint64(5*(9999+more))
		},
		"lines[0].unit": func(c *pricing.Cart, more int) {
			c.Lines[0].Unit = uint64(1<<53 - 1 + more)
			c.Lines[0].Amount = c.Lines[0].Unit
		},
		"lines[1].amount": func(c *pricing.Cart, more int) {
			unit := uint64(1<<53 - 6 + more)
			c.Lines = append(c.Lines, pricing.Line{ID: "2", Unit: unit, Quantity: 1, Amount: unit})
		},
		"lines with tax": func(c *pricing.Cart, more int) {
			c.Prices, c.Taxes = pricing.PricesAdded, []pricing.TaxClass{{Class: "a", Rate: 1_000_000}}
			unit := uint64(1<<52 - 3 + more)
			c.Lines = append(c.Lines, pricing.Line{ID: "2", Unit: unit, Quantity: 1, Amount: unit, Tax: "a"})
		},
	} {
		for _, more := range []int{0, 1} {
			cart := pricing.Cart{Currency: voucher.Currency([]byte("HKD")), Lines: []pricing.Line{{ID: "1", Unit: 5, Quantity: 1, Amount: 5}}}
			spoil(&cart, more)
			err := cart.Check()
			if more == 0 {
				require.NoError(t, err, path)
				continue
			}
			var refusal *pricing.RefusalError
			require.ErrorAs(t, err, &refusal, path)
			require.Equal(t, strings.TrimSuffix(path, " with tax"), refusal.Path)
		}
	}
}

// TestCart_Wrong: what a program may build, and what has to be refused.
func TestCart_Wrong(t *testing.T) {
	for path, spoil := range map[string]func(*pricing.Cart){
		"lines[0].amount": func(c *pricing.Cart) { // 64 bits keep nothing of 2^64
			c.Lines[0] = pricing.Line{ID: "1", Unit: 1 << 52, Quantity: 1 << 12}
		},
		"lines[0].quantity": func(c *pricing.Cart) { c.Lines[0].Quantity, c.Lines[0].Amount = 0, 0 },
		"lines[0].id":       func(c *pricing.Cart) { c.Lines[0].ID = "\n" },
		"lines[0].sku":      func(c *pricing.Cart) { c.Lines[0].SKU = strings.Repeat("x", 65) },
		"lines[0].measure":  func(c *pricing.Cart) { c.Lines[0].Measure = "\n" },
		"lines[0].tags[1]":  func(c *pricing.Cart) { c.Lines[0].Tags = []string{"a", "a"} },
		"lines[0].of":       func(c *pricing.Cart) { c.Lines[0].Of = "1" },
		"lines[2].of": func(c *pricing.Cart) {
			c.Lines = append(c.Lines, pricing.Line{ID: "2", Of: "1", Quantity: 1}, pricing.Line{ID: "3", Of: "2", Quantity: 1})
		},
	} {
		cart := pricing.Cart{Currency: voucher.Currency([]byte("HKD")), Lines: []pricing.Line{{ID: "1", Unit: 5, Quantity: 1, Amount: 5}}}
		spoil(&cart)
		var refusal *pricing.RefusalError
		require.ErrorAs(t, cart.Check(), &refusal, path)
		require.Equal(t, path, refusal.Path)
	}
}
