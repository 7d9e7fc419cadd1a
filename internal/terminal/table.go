package terminal

import (
	"io"
	"os"
	"strings"

	"github.com/rivo/uniseg"
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
		writeTable(&b, t.Titles, t.Rows, widthOf(to))
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

// writeTable writes a table, or where it is wider than width, a row as fields. A width
// of 0 is none.
func writeTable(b *strings.Builder, titles []any, rows [][]any, width int) {
	table := [][]string{cells(titles)}
	for _, row := range rows {
		table = append(table, cells(row))
	}
	if width == 0 || lengthOf(table) <= width || len(rows) == 0 {
		writeColumns(b, table)
		return
	}
	for i, row := range table[1:] {
		if i > 0 {
			b.WriteString("\n")
		}
		var record [][]string
		for column, cell := range row {
			if cell != "" {
				record = append(record, []string{table[0][column], cell})
			}
		}
		writeColumns(b, record)
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

// writeColumns writes rows with their columns under one another. Wide letters, as
// Chinese ones, take two places.
func writeColumns(b *strings.Builder, rows [][]string) {
	widths := widthsOf(rows)
	for _, row := range rows {
		line := ""
		for i, cell := range row {
			line += cell
			if i < len(row)-1 {
				line += strings.Repeat(" ", widths[i]-uniseg.StringWidth(cell)+gap)
			}
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}

// widthsOf is how wide each column is, in places of a terminal.
func widthsOf(rows [][]string) (widths []int) {
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], uniseg.StringWidth(cell))
		}
	}
	return widths
}

// lengthOf is how wide the lines of a table are.
func lengthOf(rows [][]string) int {
	length := -gap
	for _, width := range widthsOf(rows) {
		length += width + gap
	}
	return length
}

// widthOf is how many places a line of a terminal has; 0 where it is none.
func widthOf(to io.Writer) int {
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
