package cond_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tally/internal/pricing"
	"tally/internal/pricing/cond"
	"tally/internal/pricing/pricingtest"
)

// expressions are of every part of the language; most of them hold of some orders.
func expressions() []string {
	return []string{
		"true", "quantity(cart, 't1') >= 2", "amount(cart) > 300 && amount(cart, 't2') < 200", "cart.lines.exists(l, 't1' in l.tags && l.unit > 60)",
		"cart.lines.all(l, !l.fee || l.amount - l.reduced < 100)", "cart.lines.exists_one(l, l.sku == 'A')", "cart.lines.all(l, 100 / l.unit > 0)",
		"cart.lines.exists(l, 100 / l.unit > 0)", "areas.exists(a, a.startsWith('n')) && store in [1, 2]", "payment == 'tng' ? quantity(cart) > 3 : channel != 'counter'",
		"cart.lines.exists_one(l, l.quantity % 3 == 0) || cart.currency.contains('KD')", "size(cart.lines) * 7 - 3 > store",
	}
}

// orderOf is what expressions see of an input.
func orderOf(in pricing.Input) *pricing.Order {
	return &pricing.Order{Cart: in.Cart, Store: in.Store, Areas: in.Areas, Channel: in.Channel, Payment: in.Payment}
}

// TestHolds_OrderOfLinesMeansNothing: the answer is the same in every order of the lines,
// from another compiler of the same expression, and while others evaluate it. So is the
// answer that there is no value.
func TestHolds_OrderOfLinesMeansNothing(t *testing.T) {
	one, other := cond.New(), cond.New()
	rapid.Check(t, func(t *rapid.T) {
		in := pricingtest.Input(t, 0)
		expression := rapid.SampledFrom(expressions()).Draw(t, "expression")
		p, err := one.Compile(expression)
		require.NoError(t, err)
		q, err := other.Compile(expression)
		require.NoError(t, err)
		want, wantErr := p.Holds(orderOf(in))
		var all sync.WaitGroup
		for i := range uint64(4) {
			shuffled := in.Cart
			shuffled.Lines = slices.Clone(in.Cart.Lines)
			random := rand.New(rand.NewPCG(i, uint64(len(expression))))
			random.Shuffle(len(shuffled.Lines), func(a, b int) {
				shuffled.Lines[a], shuffled.Lines[b] = shuffled.Lines[b], shuffled.Lines[a]
			})
			o := orderOf(in)
			o.Cart = shuffled
			all.Go(func() {
				got, err := q.Holds(o)
				if got != want || (err == nil) != (wantErr == nil) {
					panic(fmt.Sprintf("%s: %v, %v; then %v, %v", expression, want, wantErr, got, err))
				}
			})
		}
		all.Wait()
	})
}

// TestEvaluate_AsTheTypedCondition: an expression that says what a typed condition says
// makes the same price.
func TestEvaluate_AsTheTypedCondition(t *testing.T) {
	language := cond.New()
	same := []struct {
		typed      pricing.Test
		expression string
	}{
		{pricing.Quantity{Min: 3, On: &pricing.Selector{Tags: []string{"t1"}}}, "quantity(cart, 't1') >= 3"},
		{pricing.Quantity{Min: 2, Max: 5, On: &pricing.Selector{}}, "quantity(cart) >= 2 && quantity(cart) <= 5"},
		{pricing.MinSpend{Amount: 150, On: &pricing.Selector{Tags: []string{"t2"}}, Basis: pricing.BasisNet}, "amount(cart, 't2') >= 150"},
		{pricing.MinSpend{Amount: 400, On: &pricing.Selector{}, Basis: pricing.BasisNet}, "amount(cart) >= 400"},
		{pricing.Payments{"tng"}, "payment == 'tng'"},
		{pricing.Channels{"delivery"}, "channel == 'delivery'"},
		{pricing.Stores{1, 7}, "store in [1, 7]"},
		{pricing.Areas{"north", "south"}, "areas.exists(a, a in ['north', 'south'])"},
		{pricing.Quantity{Min: 1, On: &pricing.Selector{SKUs: []string{"B"}, AddOns: true, Fees: true}}, "cart.lines.exists(l, l.sku == 'B')"},
	}
	rapid.Check(t, func(t *rapid.T) {
		in := pricingtest.Input(t, 4)
		c := rapid.SampledFrom(same).Draw(t, "condition")
		price := func(test pricing.Test) pricing.Result {
			for i := range in.Vouchers {
				terms := *in.Vouchers[i].Terms
				terms.When = append(slices.Clone(terms.When), pricing.Condition{Test: test})
				terms, err := terms.Compile(language)
				require.NoError(t, err)
				in.Vouchers[i].Terms = &terms
			}
			r, err := pricing.Evaluate(in)
			require.NoError(t, err)
			return r
		}
		terms := make([]*pricing.Terms, len(in.Vouchers))
		for i, v := range in.Vouchers {
			terms[i] = v.Terms
		}
		want := price(c.typed)
		for i := range terms {
			in.Vouchers[i].Terms = terms[i]
		}
		got := price(pricing.CEL{Expression: c.expression})
		require.Equal(t, want.Taken, got.Taken)
		require.Equal(t, want.Totals, got.Totals)
	})
}

// TestHolds_WithinItsSteps: no order takes more steps than the estimate, which is made of
// the limits of a cart.
func TestHolds_WithinItsSteps(t *testing.T) {
	language := cond.New()
	orders := []*pricing.Order{tea(), largest()}
	for _, expression := range expressions() {
		p, err := language.Compile(expression)
		require.NoError(t, err)
		for _, o := range orders {
			took, _ := cond.Took(p, o)
			require.LessOrEqual(t, took, p.Steps(), expression)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		in := pricingtest.Input(t, 0)
		p, err := language.Compile(rapid.SampledFrom(expressions()).Draw(t, "expression"))
		require.NoError(t, err)
		took, _ := cond.Took(p, orderOf(in))
		require.LessOrEqual(t, took, p.Steps())
	})
}
