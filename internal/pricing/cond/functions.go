package cond

import (
	"slices"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"tally/internal/pricing"
)

// The names of our functions, and of their forms.
const (
	nameQuantity = "quantity"
	nameAmount   = "amount"

	ofCart = "_of_cart"
	ofTag  = "_of_tag"
)

// quantity is the pieces of a cart, or those with a tag: what the condition quantity counts
// on them.
func quantity() cel.EnvOption {
	return counting(nameQuantity, func(l *pricing.Line) uint64 { return l.Quantity })
}

// amount is what a cart costs, or its lines with a tag, before vouchers: what the condition
// min_spend counts on them.
func amount() cel.EnvOption {
	return counting(nameAmount, func(l *pricing.Line) uint64 { return l.Amount - l.Reduced })
}

// counting is a function that adds up the lines of a cart, but for add-ons and fees, which
// no condition counts unless it says so.
func counting(name string, of func(*pricing.Line) uint64) cel.EnvOption {
	sum := func(cart ref.Val, counts func(*pricing.Line) bool) ref.Val {
		c, ok := cart.Value().(*pricing.Cart)
		if !ok {
			return types.WrapErr(errForeign)
		}
		total := uint64(0)
		for i := range c.Lines {
			if l := &c.Lines[i]; !l.Fee && l.Of == "" && counts(l) {
				total += of(l)
			}
		}
		return whole(total)
	}
	return cel.Function(name,
		cel.Overload(name+ofCart, []*cel.Type{cartType()}, cel.IntType, cel.UnaryBinding(func(cart ref.Val) ref.Val {
			return sum(cart, func(*pricing.Line) bool { return true })
		})),
		cel.Overload(name+ofTag, []*cel.Type{cartType(), cel.StringType}, cel.IntType, cel.BinaryBinding(func(cart, tag ref.Val) ref.Val {
			word, ok := tag.(types.String)
			if !ok {
				return types.WrapErr(errForeign)
			}
			return sum(cart, func(l *pricing.Line) bool { return slices.Contains(l.Tags, string(word)) })
		})),
	)
}
