package cond

import (
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/env"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/overloads"
)

// costModel is the revision of cel-go's rules of what a step is. It is named, so that
// another release of cel-go does not accept or refuse other terms.
const costModel = 1

// maxDepth is how deep an expression may be nested.
const maxDepth = 250

// environment is the language: a part of CEL's standard library, with our types and
// functions.
func environment() (*cel.Env, error) {
	known := newProvider()
	return cel.NewCustomEnv(
		cel.StdLib(cel.StdLibSubset(library())),
		cel.CustomTypeProvider(known), cel.CustomTypeAdapter(known),
		cel.Variable("cart", cartType()), cel.Variable("store", cel.IntType), cel.Variable("areas", textsType()),
		cel.Variable("channel", cel.StringType), cel.Variable("payment", cel.StringType),
		quantity(), amount(),
		cel.CostModelVersion(costModel), cel.CostModel(functionSteps()...),
		cel.ParserRecursionLimit(maxDepth),
	)
}

// variables are the names of what an expression sees.
func variables() []string { return []string{"cart", "store", "areas", "channel", "payment"} }

// macros go through a list. They are the only ones.
func macros() []string { return []string{operators.Exists, operators.ExistsOne, operators.All} }

// function is an operator or a function of the language.
type function struct {
	name      string   // cel-go's
	shown     string   // an author's
	takes     string   // for an author
	overloads []string // of CEL's standard library; none where all belong to the language, or where it is ours
}

const (
	wholeNumbers  = "whole numbers"
	trueOrFalse   = "what is true or false"
	ofOneType     = "two of one type: whole numbers, texts, or what is true or false"
	twoTexts      = "a text before it, and one in it"
	cartAndOneTag = "the cart, and a tag if it is to count lines with that tag only"
)

// functions are all that an expression may call. What CEL has beside them is left out: all
// that reads a clock or a fraction, makes or turns texts, or has no small bound.
func functions() []function {
	return []function{
		{name: operators.Conditional, shown: "? :", takes: "what is true or false, and two of one type"},
		{name: operators.LogicalAnd, shown: "&&", takes: trueOrFalse},
		{name: operators.LogicalOr, shown: "||", takes: trueOrFalse},
		{name: operators.LogicalNot, shown: "!", takes: trueOrFalse},
		{name: operators.NotStrictlyFalse, shown: "exists", takes: trueOrFalse}, // within exists and all
		{name: operators.Equals, shown: "==", takes: ofOneType},
		{name: operators.NotEquals, shown: "!=", takes: ofOneType},
		{name: operators.Less, shown: "<", takes: wholeNumbers, overloads: []string{overloads.LessInt64}},
		{name: operators.LessEquals, shown: "<=", takes: wholeNumbers, overloads: []string{overloads.LessEqualsInt64}},
		{name: operators.Greater, shown: ">", takes: wholeNumbers, overloads: []string{overloads.GreaterInt64}},
		{name: operators.GreaterEquals, shown: ">=", takes: wholeNumbers, overloads: []string{overloads.GreaterEqualsInt64}},
		{name: operators.Add, shown: "+", takes: wholeNumbers, overloads: []string{overloads.AddInt64}},
		{name: operators.Subtract, shown: "-", takes: wholeNumbers, overloads: []string{overloads.SubtractInt64}},
		{name: operators.Multiply, shown: "*", takes: wholeNumbers, overloads: []string{overloads.MultiplyInt64}},
		{name: operators.Divide, shown: "/", takes: wholeNumbers, overloads: []string{overloads.DivideInt64}},
		{name: operators.Modulo, shown: "%", takes: wholeNumbers, overloads: []string{overloads.ModuloInt64}},
		{name: operators.Negate, shown: "-", takes: wholeNumbers, overloads: []string{overloads.NegateInt64}},
		{name: operators.In, shown: "in", takes: "a text or a whole number, and a list of such", overloads: []string{overloads.InList}},
		{name: overloads.Size, shown: "size", takes: "a list", overloads: []string{overloads.SizeList, overloads.SizeListInst}},
		{name: overloads.Contains, shown: "contains", takes: twoTexts, overloads: []string{overloads.ContainsString}},
		{name: overloads.StartsWith, shown: "startsWith", takes: twoTexts, overloads: []string{overloads.StartsWithString}},
		{name: overloads.EndsWith, shown: "endsWith", takes: twoTexts, overloads: []string{overloads.EndsWithString}},
		{name: nameQuantity, shown: nameQuantity, takes: cartAndOneTag},
		{name: nameAmount, shown: nameAmount, takes: cartAndOneTag},
	}
}

// named is the function with cel-go's name.
func named(name string) (function, bool) {
	for _, f := range functions() {
		if f.name == name {
			return f, true
		}
	}
	return function{}, false
}

// callable lists the functions that have a name in an expression, for an author.
func callable() string {
	names := macros()
	for _, f := range functions() {
		if f.name == f.shown {
			names = append(names, f.name)
		}
	}
	return strings.Join(names, ", ")
}

// library is the part of CEL's standard library that the language has.
func library() *env.LibrarySubset {
	subset := env.NewLibrarySubset()
	subset.IncludeMacros = macros()
	for _, f := range functions() {
		included := &env.Function{Name: f.name}
		for _, id := range f.overloads {
			included.Overloads = append(included.Overloads, &env.Overload{ID: id})
		}
		subset.IncludeFunctions = append(subset.IncludeFunctions, included)
	}
	return subset
}
