package terminal

import (
	"io"
	"iter"
	"strings"

	"github.com/rivo/uniseg"
)

// Layout lays out a table whose rows need not be in memory: it measures each row, and
// writes each when all were measured.
type Layout struct {
	titles []string
	widths []int // of each column, in places of a terminal
}

// NewLayout begins a table.
func NewLayout(titles []any) *Layout {
	l := &Layout{titles: cells(titles)}
	l.measure(l.titles)
	return l
}

// Measure makes room for a row.
func (l *Layout) Measure(row []any) { l.measure(cells(row)) }

func (l *Layout) measure(row []string) {
	for i, cell := range row {
		if i == len(l.widths) {
			l.widths = append(l.widths, 0)
		}
		l.widths[i] = max(l.widths[i], uniseg.StringWidth(cell))
	}
}

// Write writes the titles and the rows. Every row was measured. width is that of the
// terminal, in places; 0 where it is none: see Width. Where the table is wider, each row is
// written as fields: a long line that is broken cannot be read. The error is that of the
// rows, or of writing.
func (l *Layout) Write(to io.Writer, rows iter.Seq2[[]any, error], width int) error {
	narrow, written := width > 0 && l.length() > width, false
	titles := columns(l.titles, l.widths)
	for row, err := range rows {
		if err != nil {
			return err
		}
		var text strings.Builder
		switch {
		case narrow && written:
			text.WriteString("\n" + l.record(cells(row)))
		case narrow:
			text.WriteString(l.record(cells(row)))
		case !written:
			text.WriteString(titles)
			fallthrough
		default:
			text.WriteString(columns(cells(row), l.widths))
		}
		if _, err := io.WriteString(to, text.String()); err != nil {
			return err
		}
		written = true
	}
	if written {
		return nil
	}
	_, err := io.WriteString(to, titles)
	return err
}

// record is a row as fields: those with something in them.
func (l *Layout) record(row []string) string {
	var fields [][]string
	for column, cell := range row {
		if cell != "" {
			fields = append(fields, []string{l.titles[column], cell})
		}
	}
	var text strings.Builder
	writeColumns(&text, fields)
	return text.String()
}

// length is how wide the lines of the table are.
func (l *Layout) length() int {
	length := -gap
	for _, width := range l.widths {
		length += width + gap
	}
	return length
}

// columns is a row with its cells under those of the others. Wide letters, as Chinese
// ones, take two places.
func columns(row []string, widths []int) string {
	line := ""
	for i, cell := range row {
		line += cell
		if i < len(row)-1 {
			line += strings.Repeat(" ", widths[i]-uniseg.StringWidth(cell)+gap)
		}
	}
	return strings.TrimRight(line, " ") + "\n"
}
