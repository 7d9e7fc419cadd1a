package cond

import (
	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"

	"tally/internal/pricing"
)

// predicate is an expression, ready to be evaluated.
type predicate struct {
	program cel.Program
	steps   uint64
}

// Steps implements pricing.Predicate.
func (p predicate) Steps() uint64 { return p.steps }

// Holds implements pricing.Predicate.
func (p predicate) Holds(o *pricing.Order) (bool, error) {
	value, _, err := p.program.Eval(&seen{order: o, cart: opaque[pricing.Cart]{&o.Cart, cartType}})
	if err != nil {
		return false, err
	}
	is, ok := value.(types.Bool)
	if !ok {
		return false, errForeign
	}
	return bool(is), nil
}

// seen is what an expression sees of an order.
type seen struct {
	order *pricing.Order
	cart  opaque[pricing.Cart]
}

// ResolveName implements cel.Activation.
func (s *seen) ResolveName(name string) (any, bool) {
	switch name {
	case "cart":
		return &s.cart, true
	case "store":
		return types.Int(s.order.Store), true
	case "areas":
		return texts(s.order.Areas), true
	case "channel":
		return types.String(s.order.Channel), true
	case "payment":
		return types.String(s.order.Payment), true
	default:
		return nil, false
	}
}

// Parent implements cel.Activation.
func (*seen) Parent() cel.Activation { return nil }
