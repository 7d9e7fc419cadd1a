package cond_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/pricing"
	"tally/internal/pricing/cond"
	"tally/internal/pricing/pricingtest"
)

// BenchmarkHolds is one evaluation of an expression on a cart of ten lines.
func BenchmarkHolds(b *testing.B) {
	o := &pricing.Order{Store: 3, Channel: "counter", Payment: "tng", Cart: pricing.Cart{Currency: pricingtest.HKD()}}
	for i := range 10 {
		o.Cart.Lines = append(o.Cart.Lines, pricing.Line{
			ID: fmt.Sprint(i), SKU: "TEA", Tags: []string{"drink", "own_cup"}, Unit: 1000, Quantity: 1, Amount: 1000,
		})
	}
	for _, c := range []struct{ name, expression string }{
		{"five comparisons", "store == 3 && channel == 'counter' && payment == 'tng' && store < 9 && cart.currency == 'HKD'"},
		{"exists and a function", "quantity(cart, 'own_cup') >= 1 && !cart.lines.exists(l, 'plastic' in l.tags)"},
	} {
		b.Run(c.name, func(b *testing.B) {
			p, err := cond.New().Compile(c.expression)
			require.NoError(b, err)
			b.ReportAllocs()
			for b.Loop() {
				if is, err := p.Holds(o); !is || err != nil {
					b.Fatal(is, err)
				}
			}
		})
	}
}

// BenchmarkCompile is what an expression takes once, when a campaign's terms are read.
func BenchmarkCompile(b *testing.B) {
	language := cond.New()
	for b.Loop() {
		if _, err := language.Compile("quantity(cart, 'own_cup') >= 1 && !cart.lines.exists(l, 'plastic' in l.tags)"); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkNew is the language itself, once in a program that reads terms with an expression.
func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		if _, err := cond.New().Compile("true"); err != nil {
			b.Fatal(err)
		}
	}
}
