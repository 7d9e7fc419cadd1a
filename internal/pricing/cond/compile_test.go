package cond_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/pricing"
	"tally/internal/pricing/cond"
)

// TestHolds_Expressions: what each part of the language makes of an order.
func TestHolds_Expressions(t *testing.T) {
	language := cond.New()
	for _, c := range []struct {
		expression string
		is         bool
	}{
		{"true", true},
		{"quantity(cart, 'own_cup') >= 1 && !cart.lines.exists(l, 'plastic' in l.tags)", true},
		{"quantity(cart) == 3", true}, // no topping and no bag
		{"quantity(cart, 'drink') == 2", true},
		{"quantity(cart, '') == 0", true},
		{"amount(cart) == 5999", true}, // 57.00 less 7.00, and 9.99
		{"amount(cart, 'drink') == 5000", true},
		{"amount(cart, 'drink') * 10 > amount(cart) * 8", true},
		{"cart.currency == 'HKD'", true},
		{"cart.lines.size() == 4 && size(areas) == 2", true},
		{"cart.lines.all(l, l.unit <= 2850)", true},
		{"cart.lines.all(l, l.unit < 2850)", false},
		{"cart.lines.exists_one(l, l.fee)", true},
		{"cart.lines.exists_one(l, l.quantity == 1)", false},
		{"cart.lines.exists(l, l.of == '1' && l.sku == 'PEARL')", true},
		{"cart.lines.exists(l, l.id == '4' && l.measure.endsWith(' kg'))", true},
		{"cart.lines.exists(l, l.reduced > 0 && l.amount - l.reduced == 5000 && l.tax == 'std')", true},
		{"cart.lines.exists(l, l.sku.startsWith('TEA-') && l.sku.contains('-M'))", true},
		{"cart.lines.exists(l, l.sku in ['COFFEE', 'LEAF'])", true},
		{"cart.lines.exists(l, l.quantity in [3, 4])", false},
		{"store in [1, 3] && 'north' in areas", true},
		{"areas.exists(a, a != 'east')", true},
		{"channel == 'delivery' ? amount(cart) >= 10000 : amount(cart) >= 5000", true},
		{"payment == ''", true},
		{"5 / 2 == 2 && 5 % 3 == 2 && -5 < 0 && 2 + 3 - 1 == 4", true},
		{"!(1 > 2) || 1 >= 2 || 2 != 2", true},
		{"store / 0 == 1 || true", true}, // what is true without it
	} {
		p, err := language.Compile(c.expression)
		require.NoError(t, err, c.expression)
		is, err := p.Holds(tea())
		require.NoError(t, err, c.expression)
		require.Equal(t, c.is, is, c.expression)
	}
}

// TestHolds_NoValue: an expression without a value for an order is an error, and no panic.
func TestHolds_NoValue(t *testing.T) {
	for _, expression := range []string{
		"store / 0 == 1", "store % (store - 3) == 1", "9223372036854775807 + store > 0", "cart.lines.all(l, 100 / l.reduced > -1)",
		"amount(cart) * amount(cart) * amount(cart) * amount(cart) * amount(cart) * amount(cart) > 0",
	} {
		p, err := cond.New().Compile(expression)
		require.NoError(t, err, expression)
		is, err := p.Holds(tea())
		require.Error(t, err, expression)
		require.False(t, is)
	}
}

// TestCompile_Refuses: what is not in the language, with the place and in words.
func TestCompile_Refuses(t *testing.T) {
	language := cond.New()
	for _, c := range []struct {
		expression string
		fault      pricing.Fault
		says       string
	}{
		{"", pricing.FaultForm, "column 1: the expression cannot be read from here on"},
		{"1 +", pricing.FaultForm, "column 4: the expression cannot be read from here on"},
		{"a b", pricing.FaultForm, "column 3: the expression cannot be read"},
		{"'abc", pricing.FaultForm, "column 1: the expression cannot be read"},
		{"cart.lines.exists(1, true)", pricing.FaultForm, "column 19: the expression cannot be read"},
		{"9223372036854775808 > 0", pricing.FaultForm, "column 1: the expression cannot be read"},
		{strings.Repeat("(", 251) + "true" + strings.Repeat(")", 251), pricing.FaultTooLong, "nested too deep: 250 levels are allowed"},
		{strings.Repeat(" ", 1021) + "true", pricing.FaultTooLong, "1025 bytes, and at most 1024 are allowed"},
		{"1", pricing.FaultType, "column 1: the expression is a whole number, and has to be true or false"},
		{"channel", pricing.FaultType, "the expression is a text, and has to be"},
		{"cart", pricing.FaultType, "the expression is a cart, and has to be"},
		{"areas", pricing.FaultType, "the expression is a list, and has to be"},
		{"lines.size() > 2", pricing.FaultUnknown, "column 1: there is no lines: an expression sees cart, store, areas, channel and payment"},
		{"at > 5 || first_purchase", pricing.FaultUnknown, "column 1: there is no at"},
		{"cart.colour == 'x'", pricing.FaultUnknown, "column 5: there is no member colour"},
		{"cart.sku == 'x'", pricing.FaultType, "column 5: there is no member sku here"},
		{"areas.exists(a, a.unit > 1)", pricing.FaultType, "column 18: there is no member unit here"},
		{"now() > 3", pricing.FaultUnknown, "there is no now: an expression calls exists, exists_one, all, size, contains, startsWith, endsWith, quantity, amount"},
		{"timestamp('2027-01-01T00:00:00Z') == timestamp('2027-01-01T00:00:00Z')", pricing.FaultUnknown, "there is no timestamp"},
		{"duration('1h') == duration('1h')", pricing.FaultUnknown, "there is no duration"},
		{"cart.lines.exists(l, l.sku.matches('a+'))", pricing.FaultUnknown, "there is no matches"},
		{"dyn(1) == 1", pricing.FaultUnknown, "there is no dyn"},
		{"type(1) == int", pricing.FaultUnknown, "there is no type"},
		{"double(1) < 2.0", pricing.FaultUnknown, "there is no double"},
		{"cart.lines.map(l, l.unit).size() > 1", pricing.FaultUnknown, "there is no map"},
		{"cart.lines.filter(l, l.unit > 1).size() > 0", pricing.FaultUnknown, "there is no filter"},
		{"has(cart.lines)", pricing.FaultUnknown, "there is no has"},
		{"cart.lines[0].unit > 3", pricing.FaultUnknown, "column 11: there is no [ ]"},
		{"1.5 < 2.0", pricing.FaultNotWhole, "column 1: a whole number, a text, true or false is wanted"},
		{"1u == 1u", pricing.FaultNotWhole, "a whole number, a text, true or false is wanted"},
		{"b'x' == b'x'", pricing.FaultNotWhole, "a whole number, a text, true or false is wanted"},
		{"null == null", pricing.FaultNotWhole, "a whole number, a text, true or false is wanted"},
		{"{'a': 1} == {'a': 1}", pricing.FaultForm, "column 1: an expression makes no maps and no objects"},
		{"tally.Line{id: 'x'}.id == 'x'", pricing.FaultForm, "an expression makes no maps and no objects"},
		{"quantity('x') > 1", pricing.FaultType, "quantity takes the cart, and a tag"},
		{"quantity(cart, 5) > 1", pricing.FaultType, "quantity takes the cart, and a tag"},
		{"!store", pricing.FaultType, "column 1: ! takes what is true or false"},
		{"store && true", pricing.FaultType, "&& takes what is true or false"},
		{"'a' < 'b'", pricing.FaultType, "column 5: < takes whole numbers"},
		{"'a' + 'b' == 'ab'", pricing.FaultType, "+ takes whole numbers"},
		{"store == '3'", pricing.FaultType, "column 7: == takes two of one type"},
		{"true ? 1 : 'a'", pricing.FaultType, "? : takes what is true or false, and two of one type"},
		{"size('abc') > 1", pricing.FaultType, "size takes a list"},
		{"cart.lines.exists(l, l)", pricing.FaultType, "column 22: the types do not fit here"},
		{"cart == cart", pricing.FaultType, "column 6: == takes two of one type: whole numbers, texts, or what is true or false, not a cart"},
		{"cart.lines != cart.lines", pricing.FaultType, "not a list"},
		{"cart.lines.exists(l, l == l)", pricing.FaultType, "not a line"},
		{"cart in [cart]", pricing.FaultType, "in takes a text or a whole number, and a list of such, not a cart"},
		{"1 in [1, 'a']", pricing.FaultType, "column 6: a list has items of one type"},
		{"[[1]].exists(a, 1 in a)", pricing.FaultType, "column 1: a list has items of one type"},
		{"cart.lines.exists(l, l.tags.exists(t, t == 'x'))", pricing.FaultTooDear, "column 35: exists, exists_one and all stand in one another, and one level is allowed"},
		{nested, pricing.FaultTooDear, "one level is allowed"},
	} {
		_, err := language.Compile(c.expression)
		var refused *pricing.RefusalError
		require.ErrorAs(t, err, &refused, c.expression)
		require.Equal(t, c.fault, refused.Fault, c.expression)
		require.Contains(t, refused.Detail, c.says, c.expression)
		require.NotRegexp(t, `ERROR|undeclared|overload|cel|_[=<>&|+?]|\*|types\.`, strings.ReplaceAll(refused.Detail, "first_purchase", ""), "no words of cel-go's")
	}
}

// nested goes through the lines of each line of each line of each line: 10^8 sums on the
// largest cart.
const nested = "cart.lines.all(a, cart.lines.all(b, cart.lines.all(c, cart.lines.all(d, a.unit + b.unit + c.unit + d.unit > 0))))"

// TestCompile_Steps: the most steps of an expression are a part of the rules: with others,
// terms that were signed would be refused, or accepted, by another release.
func TestCompile_Steps(t *testing.T) {
	for expression, steps := range map[string]uint64{
		"true":  0,
		"1 < 2": 1,
		"quantity(cart, 'own_cup') >= 1 && !cart.lines.exists(l, 'plastic' in l.tags)": 2406,
		"cart.lines.all(l, l.unit > 0)":                                              603,
		"cart.lines.exists_one(l, l.sku.startsWith('TEA'))":                          504,
		"cart.lines.exists(l, l.sku in ['COFFEE', 'LEAF'])":                          1803,
		"store == 3 || 'north' in areas && channel == 'delivery'":                    21,
		"amount(cart, 'drink') * 10 > amount(cart) * 8 && areas.all(a, a != 'east')": 487,
	} {
		p, err := cond.New().Compile(expression)
		require.NoError(t, err, expression)
		require.Equal(t, steps, p.Steps(), expression)
	}
}
