package cond

import (
	"fmt"

	"tally/internal/pricing"
)

// Took is the number of steps that an expression takes on an order. The error is of one
// that has no value for it.
func Took(p pricing.Predicate, o *pricing.Order) (uint64, error) {
	is, ok := p.(predicate)
	if !ok {
		return 0, fmt.Errorf("no predicate of this package: %T", p)
	}
	_, details, err := is.program.Eval(&seen{order: o, cart: opaque[pricing.Cart]{&o.Cart, cartType}})
	return *details.ActualCost(), err
}
