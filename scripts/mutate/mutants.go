package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// mutant is one small damage to the source, with the place it is done at.
type mutant struct {
	file     string // base name
	line     int
	function string
	from, to string // what is there, and what is put there; one line each
	fixed    bool   // in a constant, which only another build can change
	edit     edit   // of a fixed one
}

// edit replaces the bytes from start to end.
type edit struct {
	start, end int
	text       string
}

// name says what a mutant does, wherever in its file that is:
//
//	hold.go held: now < h.Until => now <= h.Until
func (m mutant) name() string {
	return m.file + " " + m.function + ": " + m.from + " => " + m.to
}

// swaps are what operators are exchanged for.
func swaps(op token.Token) []token.Token {
	return map[token.Token][]token.Token{
		token.LSS: {token.LEQ, token.GEQ}, token.LEQ: {token.LSS, token.GTR},
		token.GTR: {token.GEQ, token.LEQ}, token.GEQ: {token.GTR, token.LSS},
		token.EQL: {token.NEQ}, token.NEQ: {token.EQL},
		token.LAND: {token.LOR}, token.LOR: {token.LAND},
		token.ADD: {token.SUB}, token.SUB: {token.ADD},
		token.MUL: {token.QUO}, token.QUO: {token.MUL}, token.REM: {token.MUL},
		token.AND: {token.OR}, token.OR: {token.AND}, token.AND_NOT: {token.AND},
		token.SHL: {token.SHR}, token.SHR: {token.SHL},
		token.ADD_ASSIGN: {token.SUB_ASSIGN}, token.SUB_ASSIGN: {token.ADD_ASSIGN},
		token.MUL_ASSIGN: {token.QUO_ASSIGN}, token.QUO_ASSIGN: {token.MUL_ASSIGN},
		token.OR_ASSIGN: {token.AND_ASSIGN}, token.AND_ASSIGN: {token.OR_ASSIGN},
		token.INC: {token.DEC}, token.DEC: {token.INC},
		token.BREAK: {token.CONTINUE}, token.CONTINUE: {token.BREAK},
	}[op]
}

// others are the texts that may stand in the place of an expression.
func (s *source) others(e ast.Expr) (texts []string) {
	switch e := e.(type) {
	case *ast.BinaryExpr:
		return s.binary(e)
	case *ast.UnaryExpr:
		if e.Op == token.NOT || e.Op == token.SUB {
			texts = append(texts, s.text(e.X))
		}
	case *ast.BasicLit:
		if e.Kind == token.INT {
			texts = append(texts, s.text(e)+"+1", s.text(e)+"-1")
		}
	}
	return texts
}

func (s *source) binary(e *ast.BinaryExpr) (texts []string) {
	if basic, ok := s.typeOf(e.X).Underlying().(*types.Basic); ok && e.Op == token.ADD && basic.Info()&types.IsString != 0 {
		return nil // texts cannot be subtracted
	}
	left, right := s.text(e.X), s.text(e.Y)
	for _, op := range swaps(e.Op) {
		texts = append(texts, left+" "+op.String()+" "+right)
	}
	if e.Op == token.LAND || e.Op == token.LOR { // one check of two is forgotten
		texts = append(texts, left, right)
	}
	return texts
}

// instead are the texts that may stand in the place of a statement; an empty
// one leaves it out.
func (s *source) instead(stmt ast.Stmt) []string {
	switch stmt := stmt.(type) {
	case *ast.ExprStmt:
		if !strings.HasPrefix(s.text(stmt), "panic(") { // the compiler counts on it
			return []string{""}
		}
	case *ast.IncDecStmt:
		return []string{"", s.text(stmt.X) + swaps(stmt.Tok)[0].String()}
	case *ast.BranchStmt:
		if other := swaps(stmt.Tok); len(other) > 0 {
			return []string{other[0].String()}
		}
	case *ast.AssignStmt:
		if stmt.Tok == token.DEFINE || s.text(stmt.Lhs[0]) == "_" {
			return nil
		}
		texts := []string{""}
		for _, op := range swaps(stmt.Tok) {
			texts = append(texts, s.text(stmt.Lhs[0])+" "+op.String()+" "+s.text(stmt.Rhs[0]))
		}
		return texts
	}
	return nil
}
