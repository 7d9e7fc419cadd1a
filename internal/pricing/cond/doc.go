// Package cond evaluates what terms say in the Common Expression Language: conditions that
// have no member of their own.
//
//	quantity(cart, 'own_cup') >= 1 && !cart.lines.exists(l, 'plastic' in l.tags)
//
// An expression is judged before it is used, and then takes a bounded number of steps on
// every cart. It sees an order and nothing else (see types.go). The language is a part
// of CEL: true and false, whole numbers, texts and lists of them; no fractions, no
// clock, no maps, no regular expressions, and no function whose answer could be another one
// tomorrow. So a wallet, a till, a server and an auditor have the same answer.
//
//	read.go         terms with their expressions
//	compile.go      an expression: read, judged, made a program
//	language.go     the functions and operators that there are
//	types.go        what an expression sees: tally.Cart, tally.Line
//	functions.go    quantity and amount
//	judge.go        which expressions are refused before they are typed
//	steps.go        the most steps that an expression takes
//	predicate.go    the program on an order
//
// The interpreter is cel-go. Package pricing knows it as pricing.Predicates only.
package cond
