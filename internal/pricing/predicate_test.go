package pricing_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tally/internal/pricing"
	"tally/internal/pricing/cond"
	"tally/internal/pricing/pricingtest"
	"tally/internal/voucher"
)

// saying is an offer of 5.00 off under a condition that is an expression.
func saying(expression string) string {
	return five + `,"when":[{"cel":"` + expression + `","reason":{"en":"Bring a cup."}}]`
}

// compiled gives the last voucher of an input the predicates of its terms.
func compiled(t *testing.T, in *pricing.Input) {
	t.Helper()
	v := &in.Vouchers[len(in.Vouchers)-1]
	terms, err := v.Terms.Compile(cond.New())
	require.NoError(t, err)
	v.Terms = &terms
}

// TestEvaluate_Expressions: an expression that is true lets a voucher be used. One that is
// false, or has no value, is the reason why it is not, in the merchant's words; nothing is
// almost there.
func TestEvaluate_Expressions(t *testing.T) {
	for _, c := range []struct {
		expression string
		code       pricing.Code // none: it is used
	}{
		{"quantity(cart) == 3 && channel == 'counter' && store == 3 && 'north' in areas && payment == ''", ""},
		{"quantity(cart) == 4", pricing.CodeCEL},
		{"1 / (store - 3) == 1", pricing.CodeCELError},
	} {
		in := shop()
		add(t, &in, saying(c.expression))
		compiled(t, &in)
		r, err := pricing.Evaluate(in)
		require.NoError(t, err)
		if c.code == "" {
			require.Len(t, r.Taken, 1, c.expression)
			record := in.Record(r, voucher.Hash{}, voucher.Address{}, voucher.Position{})
			require.NoError(t, pricing.Check(record.Input(in.Vouchers), record), "from the record alone")
			continue
		}
		require.Equal(t, []pricing.Reason{{Code: c.code, Said: []pricing.Localised{{Locale: "en", Text: "Bring a cup."}}}}, r.NotTaken[0].Reasons)
		require.False(t, r.NotTaken[0].Almost)
		require.Equal(t, "Bring a cup.", r.NotTaken[0].Reasons[0].Sentence("en", in.Cart.Currency, 0))
	}
}

// TestCheck_ExpressionThatIsFalse: a till that takes a voucher whose expression is false is
// found.
func TestCheck_ExpressionThatIsFalse(t *testing.T) {
	in := shop()
	add(t, &in, saying("quantity(cart) >= 3"))
	compiled(t, &in)
	r, err := pricing.Evaluate(in)
	require.NoError(t, err)
	record := in.Record(r, voucher.Hash{}, voucher.Address{}, voucher.Position{})
	record.Cart.Lines[0].Quantity, record.Cart.Lines[0].Amount = 2, 2000
	var d *pricing.DifferenceError
	require.ErrorAs(t, pricing.Check(record.Input(in.Vouchers), record), &d)
	require.Equal(t, "vouchers[0]", d.Path)
	require.Equal(t, "left out: cel", d.Want)
}

// TestGiveBack_ExpressionRequalifies: what the customer keeps is asked again.
func TestGiveBack_ExpressionRequalifies(t *testing.T) {
	in := shop()
	v := add(t, &in, saying("quantity(cart) >= 3")+`,"give_back":"requalify"`)
	compiled(t, &in)
	r, err := pricing.Evaluate(in)
	require.NoError(t, err)
	record := in.Record(r, voucher.Hash{}, voucher.Address{}, voucher.Position{})
	back, err := pricing.GiveBack(record, in.Vouchers, nil, []pricing.Item{{Line: "1", Quantity: 1}})
	require.NoError(t, err)
	require.Equal(t, uint64(500), back.Refund, "25.00 were paid, and two pieces cost 20.00 without the voucher")
	require.Equal(t, []pricing.Back{{Ref: v.Ref, Units: 1}}, back.Units)
}

// TestCompile_LeavesTheTermsAlone: compiled terms are other terms, and say the same.
func TestCompile_LeavesTheTermsAlone(t *testing.T) {
	in := shop()
	v := add(t, &in, saying("true"))
	plain := v.Terms
	compiled(t, &in)
	require.NotSame(t, plain, v.Terms)
	require.Equal(t, plain.Canonical(), v.Terms.Canonical())
	require.Equal(t, pricing.CEL{Expression: "true"}, plain.When[0].Test)
}

// TestCompile_Limit: the steps of all expressions of the terms count together, wherever they
// stand among the conditions: 20,000 are allowed, and one more is not.
func TestCompile_Limit(t *testing.T) {
	const (
		lines = `{"cel":"cart.lines.exists(l, 'plastic' in l.tags)","reason":{"en":"x"}}` // 2,203 steps
		one   = `{"cel":"1 < 2","reason":{"en":"x"}}`
	)
	// 86 steps, so twice this and one more are what nine times 2,203 leaves.
	rest := `{"cel":"` + strings.Repeat("1 < 2 && ", 86) + `true","reason":{"en":"x"}}`
	all := append(slices.Repeat([]string{lines}, 9), rest, rest, one)
	read := func(conditions ...string) error {
		terms, err := pricing.ReadTerms([]byte(`{"name":"x",` + five + `,"when":[{"stores":[3]},` + strings.Join(conditions, ",") + `]}`))
		require.NoError(t, err)
		_, err = terms.Compile(cond.New())
		return err
	}
	require.NoError(t, read(all...))
	require.EqualError(t, read(append(all, one)...), "when[13].cel: it may take 1 steps on the largest cart, and all expressions together at most 20000")
	dear := strings.Repeat("cart.lines.exists(l, 'x' in l.tags) || ", 10) + "true"
	require.EqualError(t, read(`{"cel":"`+dear+`","reason":{"en":"x"}}`), "when[1].cel: it may take 22030 steps on the largest cart, and all expressions together at most 20000")
	require.EqualError(t, read(`{"cel":"1","reason":{"en":"x"}}`), "when[1].cel: column 1: the expression is a whole number, and has to be true or false")
}

// counted counts how often the expressions that it compiled are evaluated.
type counted struct {
	pricing.Predicates
	times *int
}

// Compile implements pricing.Predicates.
func (c counted) Compile(expression string) (pricing.Predicate, error) {
	made, err := c.Predicates.Compile(expression)
	return countedPredicate{made, c.times}, err
}

type countedPredicate struct {
	pricing.Predicate
	times *int
}

// Holds implements pricing.Predicate.
func (c countedPredicate) Holds(o *pricing.Order) (bool, error) {
	*c.times++
	return c.Predicate.Holds(o)
}

// TestEvaluate_EachExpressionOnce: vouchers of one campaign have one answer of an expression, whether it is true or
// false, and two campaigns with the same expression have two.
func TestEvaluate_EachExpressionOnce(t *testing.T) {
	for _, expression := range []string{"quantity(cart) == 3", "quantity(cart) == 4", "1 / (store - 3) == 1"} {
		times := 0
		in := shop()
		for campaign := range 2 {
			add(t, &in, saying(expression))
			first := &in.Vouchers[len(in.Vouchers)-1]
			terms, err := first.Terms.Compile(counted{cond.New(), &times})
			require.NoError(t, err)
			first.Terms, first.Ref.Campaign = &terms, voucher.CampaignID{byte(campaign)}
			for serial := range uint32(9) {
				like := *first
				like.Ref.Serial = first.Ref.Serial + serial + 1
				in.Vouchers = append(in.Vouchers, like)
			}
		}
		once, err := pricing.Evaluate(in)
		require.NoError(t, err)
		require.Equal(t, 2, times, expression)
		for i := range in.Vouchers { // terms of its own for each
			terms := *in.Vouchers[i].Terms
			in.Vouchers[i].Terms = &terms
		}
		each, err := pricing.Evaluate(in)
		require.NoError(t, err)
		require.Equal(t, 22, times, expression)
		require.Equal(t, each, once, expression)
	}
}

// TestEvaluate_SharedTermsMeanNothing: vouchers of a campaign that share their terms have the result of those with a
// copy each.
func TestEvaluate_SharedTermsMeanNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := pricingtest.Input(t, 10)
		shared, err := pricing.Evaluate(in)
		require.NoError(t, err)
		in.Vouchers = slices.Clone(in.Vouchers)
		for i := range in.Vouchers {
			terms := *in.Vouchers[i].Terms
			in.Vouchers[i].Terms = &terms
		}
		apart, err := pricing.Evaluate(in)
		require.NoError(t, err)
		require.Equal(t, apart, shared)
	})
}
