package cond

import (
	"fmt"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common"

	"tally/internal/pricing"
)

// Language compiles expressions: it implements pricing.Predicates. What cel-go needs for
// it is made when the first expression is compiled. It may be used concurrently.
type Language struct {
	env func() (*cel.Env, error)
}

// New is the language. There is one, and it never changes.
func New() *Language { return &Language{env: sync.OnceValues(environment)} }

// Compile implements pricing.Predicates.
func (l *Language) Compile(expression string) (pricing.Predicate, error) {
	if len(expression) > pricing.MaxCEL {
		return nil, refuse(pricing.FaultTooLong, "%d bytes, and at most %d are allowed", len(expression), pricing.MaxCEL)
	}
	env, err := l.env()
	if err != nil {
		return nil, fmt.Errorf("the language of expressions: %w", err)
	}
	parsed, issues := env.Parse(expression)
	if at, ok := first(issues); ok {
		return nil, unreadable(at)
	}
	if err := judgeNames(parsed.NativeRep()); err != nil {
		return nil, err
	}
	checked, issues := env.Check(parsed)
	if at, ok := first(issues); ok {
		return nil, mistyped(parsed.NativeRep(), at)
	}
	if err := judgeTypes(checked.NativeRep()); err != nil {
		return nil, err
	}
	return program(env, checked)
}

// program is a checked expression, ready to be evaluated.
func program(env *cel.Env, checked *cel.Ast) (pricing.Predicate, error) {
	estimate, err := env.EstimateCost(checked, sizes{})
	if err != nil {
		return nil, fmt.Errorf("the steps of an expression: %w", err)
	}
	made, err := env.Program(checked, cel.CostLimit(pricing.MaxSteps))
	if err != nil {
		return nil, fmt.Errorf("the program of an expression: %w", err)
	}
	return predicate{made, estimate.Max}, nil
}

// first is the first error of a step, if there is one.
func first(issues *cel.Issues) (*common.Error, bool) {
	if issues == nil || len(issues.Errors()) == 0 {
		return nil, false
	}
	return issues.Errors()[0], true
}

// unreadable refuses what is no expression. An error without a place is one of depth.
func unreadable(at *common.Error) error {
	if at.Location.Line() < 1 {
		return refuse(pricing.FaultTooLong, "the expression is nested too deep: %d levels are allowed", maxDepth)
	}
	return refuseAt(at.Location, pricing.FaultForm, "the expression cannot be read from here on")
}

func refuse(fault pricing.Fault, format string, args ...any) error {
	return &pricing.RefusalError{Fault: fault, Detail: fmt.Sprintf(format, args...)}
}

// refuseAt refuses what stands at a place. Terms are one line, so the column is the place.
func refuseAt(at common.Location, fault pricing.Fault, format string, args ...any) error {
	return refuse(fault, "column %d: %s", max(at.Column(), 0)+1, fmt.Sprintf(format, args...))
}
