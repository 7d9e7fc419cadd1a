package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"
)

// source is one file under mutation. All its mutants are written into it at
// once, and the number in mutantNumber says which is alive:
//
//	a < b    func() bool { switch mutantNumber { case 7: return a <= b; case 8: return a >= b }; return a < b }()
//	f()      if mutantNumber != 9 { f() }
//
// So the tests are built once and not once for each mutant.
type source struct {
	path    string
	code    []byte
	set     *token.FileSet
	file    *token.File
	info    *types.Info
	pkg     *types.Package
	mutants *[]mutant
	name    string         // of the function that is being read
	before  map[int]string // what goes before the byte at an offset
	after   map[int]string // what goes after the byte before an offset
}

func (s *source) offset(p token.Pos) int { return s.file.Offset(p) }

func (s *source) text(n ast.Node) string {
	return string(s.code[s.offset(n.Pos()):s.offset(n.End())])
}

func (s *source) typeOf(e ast.Expr) types.Type { return s.info.TypeOf(e) }

// typeName is a type as the file would write it.
func (s *source) typeName(e ast.Expr) string {
	return types.TypeString(types.Default(s.typeOf(e)), func(p *types.Package) string {
		if p == s.pkg {
			return ""
		}
		return p.Name()
	})
}

// mutate finds the mutants of a file.
func (s *source) mutate(f *ast.File) {
	for _, decl := range f.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			s.name = decl.Name.Name
			s.walk(decl)
		case *ast.GenDecl:
			if decl.Tok == token.CONST {
				s.constants(decl)
			}
		}
	}
}

// walk goes down the tree, outer expressions first.
func (s *source) walk(root ast.Node) {
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GenDecl:
			if n.Tok == token.CONST {
				s.constants(n)
				return false
			}
		case *ast.ArrayType, *ast.FuncType:
			return false // sizes are constants
		case *ast.KeyValueExpr:
			s.walk(n.Value) // keys may be constants
			return false
		case *ast.BlockStmt:
			s.statements(n.List)
		case *ast.CaseClause:
			s.statements(n.Body)
			s.conditions(n.List)
		case *ast.IfStmt:
			s.conditions([]ast.Expr{n.Cond})
		case *ast.ReturnStmt:
			s.results(n.Results)
			return false
		case ast.Expr:
			if s.info.Types[n].Value != nil {
				s.expression(n, s.othersWithin(n))
				return false
			}
			s.expression(n, s.others(n))
		}
		return true
	})
}

// othersWithin are the texts that may stand in the place of a constant expression.
// The parts of such an expression may have no type of their own. Texts that the
// type of the expression cannot hold are left out.
func (s *source) othersWithin(whole ast.Expr) (texts []string) {
	ast.Inspect(whole, func(n ast.Node) bool {
		e, ok := n.(ast.Expr)
		if !ok {
			return false
		}
		for _, text := range s.others(e) {
			text = s.spliced(whole, e, text)
			if _, err := types.Eval(s.set, s.pkg, e.Pos(), s.typeName(whole)+"("+text+")"); err == nil {
				texts = append(texts, text)
			}
		}
		return true
	})
	return texts
}

// results are walked but for a number beside another result: beside an error or
// a refusal it says nothing.
func (s *source) results(list []ast.Expr) {
	for _, e := range list {
		if _, number := e.(*ast.BasicLit); !number || len(list) == 1 {
			s.walk(e)
		}
	}
}

// conditions may never be true.
func (s *source) conditions(list []ast.Expr) {
	for _, e := range list {
		t, ok := s.typeOf(e).Underlying().(*types.Basic)
		if ok && t.Info()&types.IsBoolean != 0 && s.info.Types[e].IsValue() { // a case may be a type
			s.expression(e, []string{"false"})
		}
	}
}

func (s *source) expression(e ast.Expr, texts []string) {
	if len(texts) == 0 {
		return
	}
	var b strings.Builder
	fmt.Fprintf(&b, "func() %s { switch mutantNumber {", s.typeName(e))
	for _, text := range texts {
		fmt.Fprintf(&b, "\ncase %d: return %s", s.add(e, text), text)
	}
	s.wrap(e, b.String()+"\n}; return ", "\n}()")
}

func (s *source) statements(list []ast.Stmt) {
	for _, stmt := range list {
		for _, text := range s.instead(stmt) {
			number := s.add(stmt, text)
			s.wrap(stmt, fmt.Sprintf("if mutantNumber == %d { %s } else { ", number, text), " }")
		}
	}
}

// wrap puts texts around a node, inside of what is around it already.
func (s *source) wrap(n ast.Node, before, after string) {
	start, end := s.offset(n.Pos()), s.offset(n.End())
	s.before[start] += before
	s.after[end] = after + s.after[end]
}

// add counts a mutant and returns its number, from 1.
func (s *source) add(n ast.Node, text string) int {
	if text == "" {
		text = "nothing"
	}
	*s.mutants = append(*s.mutants, mutant{
		file: filepath.Base(s.path), line: s.file.Line(n.Pos()), function: s.name, from: oneLine(s.text(n)), to: oneLine(text),
	})
	return len(*s.mutants)
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// constants are damaged one build each, so only their literals are.
func (s *source) constants(decl *ast.GenDecl) {
	for _, spec := range decl.Specs {
		spec, _ := spec.(*ast.ValueSpec)
		outer := s.name
		s.name = spec.Names[0].Name
		for _, value := range spec.Values {
			for _, text := range s.literalsWithin(value) {
				m := &(*s.mutants)[s.add(value, text)-1]
				m.fixed, m.edit = true, edit{s.offset(value.Pos()), s.offset(value.End()), text}
			}
		}
		s.name = outer
	}
}

// literalsWithin are the texts of a constant with one of its literals greater by one.
func (s *source) literalsWithin(value ast.Expr) (texts []string) {
	ast.Inspect(value, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.INT {
			texts = append(texts, s.spliced(value, lit, s.text(lit)+"+1"))
		}
		return true
	})
	return texts
}

// spliced is a node's text with that of a part of it replaced.
func (s *source) spliced(whole, part ast.Node, text string) string {
	return string(s.code[s.offset(whole.Pos()):s.offset(part.Pos())]) + text + string(s.code[s.offset(part.End()):s.offset(whole.End())])
}

// schema is the file with every mutant in it that is not fixed.
func (s *source) schema() string {
	var b strings.Builder
	for i := range len(s.code) + 1 {
		b.WriteString(s.after[i])
		b.WriteString(s.before[i])
		if i < len(s.code) {
			b.WriteByte(s.code[i])
		}
	}
	return b.String()
}

// with is the file with one edit.
func (s *source) with(e edit) string {
	return string(slices.Concat(s.code[:e.start], []byte(e.text), s.code[e.end:]))
}
