package terminal

import (
	"io"
	"iter"
	"os"
	"strings"

	"golang.org/x/term"
)

// Text is what a person reads of an answer: fields, and a table below them. Either may
// be missing.
type Text struct {
	Fields []Field
	Titles []any
	Rows   [][]any
}

// Write writes the text. Where it goes to a terminal that is narrower than the table,
// each row is written as fields: a long line that is broken cannot be read.
func (t Text) Write(to io.Writer) error {
	var b strings.Builder
	writeFields(&b, t.Fields)
	if t.Titles != nil {
		if len(t.Fields) > 0 {
			b.WriteString("\n")
		}
		writeTable(&b, t.Titles, t.Rows, Width(to))
	}
	_, err := io.WriteString(to, b.String())
	return err
}

// Field is one line of an answer: a name and a value.
type Field [2]any

// Fields writes a line for each field, with the values under one another.
func Fields(to io.Writer, fields ...Field) error { return Text{Fields: fields}.Write(to) }

// Table writes rows under their titles.
func Table(to io.Writer, titles []any, rows [][]any) error {
	return Text{Titles: titles, Rows: rows}.Write(to)
}

func writeFields(b *strings.Builder, fields []Field) {
	rows := make([][]string, len(fields))
	for i, field := range fields {
		rows[i] = cells(field[:])
	}
	writeColumns(b, rows)
}

// writeTable writes a table for a width in places; 0 is as wide as the table is.
func writeTable(b *strings.Builder, titles []any, rows [][]any, width int) {
	layout := NewLayout(titles)
	for _, row := range rows {
		layout.Measure(row)
	}
	_ = layout.Write(b, listed(rows), width) // neither the rows nor a builder fail
}

func listed(rows [][]any) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}

func cells(row []any) []string {
	texts := make([]string, len(row))
	for i, cell := range row {
		texts[i] = Cell(cell)
	}
	return texts
}

// gap is how many spaces stand between two columns.
const gap = 2

// writeColumns writes rows with their columns under one another.
func writeColumns(b *strings.Builder, rows [][]string) {
	var l Layout
	for _, row := range rows {
		l.measure(row)
	}
	for _, row := range rows {
		b.WriteString(columns(row, l.widths))
	}
}

// Width is how many places a line of a terminal has; 0 where it is none.
func Width(to io.Writer) int {
	f, ok := to.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return width
}
