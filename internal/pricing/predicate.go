package pricing

import (
	"fmt"
	"slices"
)

// Predicates compiles expressions of the Common Expression Language. This package knows
// no language: package cond is the one that programs use.
type Predicates interface {
	// Compile is an expression's predicate. The error is a RefusalError of an expression
	// that has none; its detail names the column.
	Compile(expression string) (Predicate, error)
}

// Predicate is a compiled expression. It may be used concurrently.
type Predicate interface {
	// Steps are the most that an evaluation takes, whatever the order is.
	Steps() uint64
	// Holds reports whether the expression is true of an order. The error is of an
	// expression that has no value for it: a division by zero, a number beyond 64 bits.
	// The same order has the same answer for ever.
	Holds(*Order) (bool, error)
}

// Order is what an expression sees of an order: no clock, no customer and no voucher.
type Order struct {
	Cart    Cart // lines in the order of their ids
	Store   uint32
	Areas   []string
	Channel string // empty is not known
	Payment string // empty is not known
}

// Compile is the terms with their expressions compiled. The error is a RefusalError of an
// expression that has no predicate, or of expressions that together take more than
// MaxSteps.
func (t Terms) Compile(by Predicates) (Terms, error) {
	t.When = slices.Clone(t.When)
	steps := uint64(0)
	for i, c := range t.When {
		cel, ok := c.Test.(CEL)
		if !ok {
			continue
		}
		path := fmt.Sprintf("when[%d].cel", i)
		predicate, err := by.Compile(cel.Expression)
		if err != nil {
			return Terms{}, within(path, err)
		}
		if steps += min(predicate.Steps(), MaxSteps+1); steps > MaxSteps {
			return Terms{}, refuse(FaultTooDear, path,
				"it may take %d steps on the largest cart, and all expressions together at most %d", predicate.Steps(), uint64(MaxSteps))
		}
		cel.predicate = predicate
		t.When[i].Test = cel
	}
	return t, nil
}

// fails is the reason for which an expression is not true of an order.
func (c CEL) fails(o *Order) (Reason, bool) {
	holds, err := c.predicate.Holds(o)
	if err != nil {
		return Reason{Code: CodeCELError}, true
	}
	return Reason{Code: CodeCEL}, !holds
}
