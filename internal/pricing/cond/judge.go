package cond

import (
	"slices"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"

	"tally/internal/pricing"
)

// judgeNames refuses an expression that names what the language does not have, or that goes
// through a list within a list.
func judgeNames(parsed *ast.AST) error {
	return judge{parsed, variables(), false}.names(parsed.Expr())
}

// judge walks through an expression.
type judge struct {
	of     *ast.AST
	known  []string // names that stand for something
	inside bool     // of exists, exists_one or all
}

func (j judge) names(e ast.Expr) error {
	switch e.Kind() {
	case ast.LiteralKind:
		return j.literal(e)
	case ast.IdentKind:
		if !slices.Contains(j.known, e.AsIdent()) {
			return j.refuse(e, pricing.FaultUnknown, "there is no %s: an expression sees %s", clip(e.AsIdent()), list(variables()))
		}
		return nil
	case ast.SelectKind:
		return j.field(e)
	case ast.CallKind:
		return j.call(e)
	case ast.ListKind:
		return j.all(e.AsList().Elements()...)
	case ast.ComprehensionKind:
		return j.comprehension(e)
	default:
		return j.refuse(e, pricing.FaultForm, "an expression makes no maps and no objects")
	}
}

func (j judge) all(of ...ast.Expr) error {
	for _, e := range of {
		if err := j.names(e); err != nil {
			return err
		}
	}
	return nil
}

func (j judge) literal(e ast.Expr) error {
	switch e.AsLiteral().(type) {
	case types.Bool, types.Int, types.String:
		return nil
	default:
		return j.refuse(e, pricing.FaultNotWhole, "a whole number, a text, true or false is wanted: there are no other values")
	}
}

func (j judge) field(e ast.Expr) error {
	name := e.AsSelect().FieldName()
	if !slices.Contains(fieldNames(), name) {
		return j.refuse(e, pricing.FaultUnknown, "there is no member %s: a cart and its lines have %s", clip(name), list(fieldNames()))
	}
	return j.names(e.AsSelect().Operand())
}

func (j judge) call(e ast.Expr) error {
	call := e.AsCall()
	if _, ok := named(call.FunctionName()); !ok {
		return j.refuse(e, pricing.FaultUnknown, "there is no %s: an expression calls %s", clip(shown(call.FunctionName())), callable())
	}
	if call.IsMemberFunction() {
		if err := j.names(call.Target()); err != nil {
			return err
		}
	}
	return j.all(call.Args()...)
}

// comprehension is what exists, exists_one and all become: a list, and what is asked of
// each item of it.
func (j judge) comprehension(e ast.Expr) error {
	if j.inside {
		return j.refuse(e, pricing.FaultTooDear, "%s stand in one another, and one level is allowed", list(macros()))
	}
	c := e.AsComprehension()
	if err := j.names(c.IterRange()); err != nil {
		return err
	}
	inner := judge{j.of, append(slices.Clone(j.known), c.IterVar(), c.AccuVar()), true}
	return inner.all(c.AccuInit(), c.LoopCondition(), c.LoopStep(), c.Result())
}

func (j judge) refuse(e ast.Expr, fault pricing.Fault, format string, args ...any) error {
	return refuseAt(j.of.SourceInfo().GetStartLocation(e.ID()), fault, format, args...)
}

// mistyped refuses an expression whose parts do not fit together: at is where cel-go says so.
func mistyped(parsed *ast.AST, at *common.Error) error {
	detail, made := "the types do not fit here", map[int64]bool{}
	ast.PreOrderVisit(parsed.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		switch e.Kind() {
		case ast.ComprehensionKind:
			made[e.AsComprehension().LoopStep().ID()] = true // no author wrote that call
		case ast.CallKind:
			if f, ok := named(e.AsCall().FunctionName()); ok && !made[e.ID()] && isPart(e, at.ExprID) {
				detail = f.shown + " takes " + f.takes
			}
		case ast.SelectKind:
			if e.ID() == at.ExprID {
				detail = "there is no member " + clip(e.AsSelect().FieldName()) + " here"
			}
		}
	}))
	return refuseAt(at.Location, pricing.FaultType, "%s", detail)
}

// isPart reports whether an id is that of a call, or of one of its arguments.
func isPart(call ast.Expr, id int64) bool {
	return call.ID() == id || slices.ContainsFunc(call.AsCall().Args(), func(e ast.Expr) bool { return e.ID() == id })
}

// judgeTypes refuses an expression that is neither true nor false, that compares carts,
// lines or lists, and one with a list of several types.
func judgeTypes(checked *ast.AST) (err error) {
	j := judge{of: checked}
	if is := checked.GetType(checked.Expr().ID()); is.Kind() != types.BoolKind {
		return j.refuse(checked.Expr(), pricing.FaultType, "the expression is %s, and has to be true or false", typeName(is))
	}
	ast.PreOrderVisit(checked.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		if err == nil {
			err = j.typed(e)
		}
	}))
	return err
}

func (j judge) typed(e ast.Expr) error {
	if e.Kind() == ast.ListKind && !slices.ContainsFunc(scalars(), func(t *cel.Type) bool {
		return j.of.GetType(e.ID()).IsExactType(cel.ListType(t))
	}) {
		return j.refuse(e, pricing.FaultType, "a list has items of one type: texts, or whole numbers")
	}
	if e.Kind() != ast.CallKind {
		return nil
	}
	switch name := e.AsCall().FunctionName(); name {
	case operators.Equals, operators.NotEquals, operators.In:
		is := j.of.GetType(e.AsCall().Args()[0].ID())
		if !slices.ContainsFunc(scalars(), is.IsExactType) {
			f, _ := named(name)
			return j.refuse(e, pricing.FaultType, "%s takes %s, not %s", f.shown, f.takes, typeName(is))
		}
	}
	return nil
}

// scalars are the types of what can be compared.
func scalars() []*cel.Type { return []*cel.Type{cel.BoolType, cel.IntType, cel.StringType} }

// typeName is a type in an author's words.
func typeName(t *cel.Type) string {
	switch t.Kind() {
	case types.BoolKind:
		return "true or false"
	case types.IntKind:
		return "a whole number"
	case types.StringKind:
		return "a text"
	case types.ListKind:
		return "a list"
	case types.StructKind:
		if t.TypeName() == nameCart {
			return "a cart"
		}
		return "a line"
	default:
		return "of no type"
	}
}
