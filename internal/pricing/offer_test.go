package pricing_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/pricing"
	"tally/internal/pricing/pricingtest"
)

// goods is a cart of lines a, b, …, each a price and a number of pieces.
func goods(prices ...[2]uint64) (lines []pricing.Line) {
	for i, p := range prices {
		id := string(rune('a' + i))
		lines = append(lines, pricing.Line{ID: id, SKU: id, Tags: []string{"t"}, Unit: p[0], Quantity: p[1], Amount: p[0] * p[1]})
	}
	return lines
}

// TestOffer_Figures: what each kind of offer takes off, with caps, units and sets.
func TestOffer_Figures(t *testing.T) {
	type campaign struct {
		terms             string
		vouchers          int
		units, most, caps uint64
	}
	const many = `,"combine":{"with":["voucher"],"most":9}`
	every := `"offer":{"kind":"amount_off","amount":2500,"every":10000}` + many
	exchange := func(rest string) string { return `"offer":{"kind":"exchange","on":{"tags":["t"]}` + rest + `}` + many }
	set := func(rest string) string { return `"offer":{"kind":"buy_get",` + rest + `}` + many }
	oneAndOne := `"buy":{"count":1},"get":{"count":1}`
	for _, c := range []struct {
		name      string
		lines     []pricing.Line
		campaigns []campaign
		off       []uint64
		units     []uint64
		all       bool // all of them are used, though one alone would be better
	}{
		{"every, a voucher each", goods([2]uint64{30000, 1}), []campaign{{every, 4, 1, 0, 2500}}, []uint64{2500, 2500, 2500}, []uint64{1, 1, 1}, false},
		{"every, one voucher for all", goods([2]uint64{39999, 1}), []campaign{{every, 2, 1, 0, 9000}}, []uint64{7500}, []uint64{1}, false},
		{"every, a cap within a grant", goods([2]uint64{30000, 1}), []campaign{{every, 2, 1, 0, 6000}}, []uint64{6000}, []uint64{1}, false},
		{"every, a cap at a grant", goods([2]uint64{30000, 1}), []campaign{{every, 2, 1, 0, 5000}}, []uint64{5000, 2500}, []uint64{1, 1}, false},
		{"every, more than is left", goods([2]uint64{30000, 1}), []campaign{
			{every, 2, 1, 0, 5000}, {`"offer":{"kind":"percent_off","bp":9000}` + many, 1, 1, 0, 90000},
		}, []uint64{27000, 3000}, []uint64{1, 1}, false},
		{"items and pay", goods([2]uint64{1000, 1}, [2]uint64{700, 1}, [2]uint64{500, 1}), []campaign{{exchange(`,"items":2,"pay":100`), 1, 2, 0, 1500}}, []uint64{1900}, []uint64{2}, false},
		{"a cap for each unit", goods([2]uint64{1000, 1}, [2]uint64{700, 1}, [2]uint64{500, 1}), []campaign{{exchange(`,"items":2,"pay":100`), 1, 2, 0, 1200}}, []uint64{1600}, []uint64{2}, false},
		{"whole units of a line", goods([2]uint64{1000, 7}), []campaign{{exchange(`,"items":3`), 1, 2, 0, 9000}}, []uint64{6000}, []uint64{2}, false},
		{"the last unit is not full", goods([2]uint64{1000, 7}), []campaign{{exchange(`,"items":3`), 1, 5, 0, 2000}}, []uint64{5000}, []uint64{3}, false},
		{"most units of an order", goods([2]uint64{1000, 7}), []campaign{{exchange(`,"most_units":2`), 1, 5, 0, 2000}}, []uint64{2000}, []uint64{2}, false},
		{"units that are offered", goods([2]uint64{1000, 7}), []campaign{{exchange(``), 1, 5, 3, 2000}}, []uint64{3000}, []uint64{3}, false},
		{"only what costs more than is paid", goods([2]uint64{1000, 1}, [2]uint64{100, 2}, [2]uint64{101, 1}), []campaign{{exchange(`,"pay":100`), 1, 5, 0, 2000}}, []uint64{901}, []uint64{2}, false},
		{"a unit over three lines", goods([2]uint64{300, 1}, [2]uint64{200, 2}, [2]uint64{100, 4}), []campaign{{exchange(`,"items":4`), 1, 2, 0, 750}}, []uint64{750 + 300}, []uint64{2}, false},
		{"a pass after a pass", goods([2]uint64{300, 1}, [2]uint64{200, 2}, [2]uint64{100, 4}), []campaign{{exchange(``), 3, 2, 0, 300}}, []uint64{500, 300, 200}, []uint64{2, 2, 2}, false},
		{"sets end at the cap", goods([2]uint64{100, 20}), []campaign{
			{set(oneAndOne + `,"repeat":10`), 1, 1, 0, 250}, {set(oneAndOne + `,"repeat":10`), 1, 1, 0, 9000},
		}, []uint64{250, 700}, []uint64{1, 1}, true},
		{"the cap is a set", goods([2]uint64{100, 20}), []campaign{
			{set(oneAndOne + `,"repeat":10`), 1, 1, 0, 300}, {set(oneAndOne + `,"repeat":10`), 1, 1, 0, 9000},
		}, []uint64{300, 700}, []uint64{1, 1}, true},
		{"at most so often", goods([2]uint64{100, 20}), []campaign{
			{set(oneAndOne + `,"repeat":3`), 1, 1, 0, 9000}, {set(oneAndOne + `,"repeat":10`), 1, 1, 0, 9000},
		}, []uint64{300, 700}, []uint64{1, 1}, true},
		{"rounded once on the sum", goods([2]uint64{100, 4}), []campaign{{set(`"buy":{"count":1},"get":{"count":1,"bp":3333},"repeat":2,"round":"half_up"`), 1, 1, 0, 9000}}, []uint64{67}, []uint64{1}, false},
		{"sets from the dearest", goods([2]uint64{100, 2}, [2]uint64{90, 1}, [2]uint64{50, 2}), []campaign{{set(`"buy":{"count":1},"get":{"count":1},"repeat":9`), 1, 1, 0, 9000}}, []uint64{100 + 50}, []uint64{1}, false},
		{"what is got is not bought", goods([2]uint64{100, 3}, [2]uint64{40, 5}), []campaign{
			{set(`"buy":{"count":2},"get":{"count":1,"on":{"skus":["b"]}},"repeat":9`), 1, 1, 0, 9000},
		}, []uint64{80}, []uint64{1}, false},
		{"two for each, of one line and another", goods([2]uint64{100, 9}, [2]uint64{40, 7}), []campaign{
			{set(`"buy":{"count":3,"on":{"skus":["a"]}},"get":{"count":2,"on":{"skus":["b"]}},"repeat":9`), 1, 1, 0, 9000},
		}, []uint64{240}, []uint64{1}, false},
		{"nothing that costs nothing is got", goods([2]uint64{100, 2}, [2]uint64{0, 5}), []campaign{{set(`"buy":{"count":2},"get":{"count":1},"repeat":9`), 1, 1, 0, 9000}}, nil, nil, false},
		{"a percentage up to the cap", goods([2]uint64{999, 1}), []campaign{{`"offer":{"kind":"percent_off","bp":5000,"round":"up"}`, 1, 1, 0, 499}}, []uint64{499}, []uint64{1}, false},
		{"a percentage below the cap", goods([2]uint64{999, 1}), []campaign{{`"offer":{"kind":"percent_off","bp":5000,"round":"up"}`, 1, 1, 0, 501}}, []uint64{500}, []uint64{1}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := shop()
			in.Cart.Lines = c.lines
			if c.all {
				in.Mode = pricing.ModeAll
			}
			for _, one := range c.campaigns {
				v := *add(t, &in, one.terms)
				v.Units, v.Most, v.MaxDiscount = one.units, one.most, one.caps
				in.Vouchers = in.Vouchers[:len(in.Vouchers)-1]
				v.Ref.Campaign[1] = byte(len(in.Vouchers))
				for range one.vouchers {
					v.Ref.Serial++
					in.Vouchers = append(in.Vouchers, v)
				}
			}
			r, err := pricing.Evaluate(in)
			require.NoError(t, err)
			var off, units []uint64
			for _, taken := range r.Taken {
				off, units = append(off, taken.Discount), append(units, taken.Units)
			}
			require.Equal(t, c.off, off)
			require.Equal(t, c.units, units)
			require.Equal(t, pricingtest.Oracle(in), answerOf(r), fmt.Sprint(r.Taken))
		})
	}
}
