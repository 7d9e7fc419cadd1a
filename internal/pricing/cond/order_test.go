package cond_test

import (
	"fmt"
	"strings"

	"tally/internal/pricing"
	"tally/internal/pricing/pricingtest"
)

// tea is an order of two drinks in one's own cups, a topping, tea leaves and a bag.
func tea() *pricing.Order {
	return &pricing.Order{
		Store: 3, Areas: []string{"east", "north"}, Channel: "counter",
		Cart: pricing.Cart{Currency: pricingtest.HKD(), Lines: []pricing.Line{
			{ID: "1", SKU: "TEA-M", Tags: []string{"drink", "own_cup"}, Unit: 2850, Quantity: 2, Amount: 5700, Reduced: 700, Tax: "std"},
			{ID: "2", Of: "1", SKU: "PEARL", Tags: []string{"drink"}, Unit: 300, Quantity: 1, Amount: 300},
			{ID: "3", Tags: []string{"drink"}, Unit: 100, Quantity: 1, Amount: 100, Fee: true},
			{ID: "4", SKU: "LEAF", Unit: 999, Quantity: 1, Amount: 999, Measure: "0.345 kg"},
		}},
	}
}

// largest is an order at every limit of a cart.
func largest() *pricing.Order {
	full := strings.Repeat("x", pricing.MaxSKU)
	word := func(i int) string { return fmt.Sprintf("%032d", i) }
	o := &pricing.Order{Store: 65535, Channel: word(1), Payment: word(2), Cart: pricing.Cart{Currency: pricingtest.HKD()}}
	for i := range pricing.MaxAreas {
		o.Areas = append(o.Areas, word(i))
	}
	for i := range pricing.MaxLines {
		l := pricing.Line{ID: word(i), Of: word(0), SKU: full, Unit: 1 << 30, Quantity: 9999, Amount: 9999 << 30, Measure: word(3), Tax: word(4)}
		for k := range pricing.MaxTags {
			l.Tags = append(l.Tags, word(k))
		}
		o.Cart.Lines = append(o.Cart.Lines, l)
	}
	return o
}
