package terminal

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
)

// CSV writes rows for a spreadsheet: RFC 4180, UTF-8, with lines that end in a line feed.
// Cells are those of the text, so that nothing in them adds a line or turns letters around.
// A text that a spreadsheet would take for a formula has an apostrophe in front of it, by
// which spreadsheets know a text; numbers have none.
type CSV struct{ rows *csv.Writer }

// NewCSV writes to a writer. Flush it at the end.
func NewCSV(to io.Writer) CSV { return NewSeparated(to, ',') }

// NewSeparated is NewCSV with another separator: spreadsheets where a comma stands in
// front of cents expect a semicolon, and all take a tab.
func NewSeparated(to io.Writer, separator rune) CSV {
	rows := csv.NewWriter(to)
	rows.Comma = separator
	return CSV{rows}
}

// Row writes a row.
func (c CSV) Row(row []any) error {
	texts := make([]string, len(row))
	for i, cell := range row {
		texts[i] = Cell(cell)
		if !number(cell) && formula(texts[i]) {
			texts[i] = "'" + texts[i]
		}
	}
	if err := c.rows.Write(texts); err != nil {
		return fmt.Errorf("csv: %w", err)
	}
	return nil
}

// Flush writes what is not written yet. The error is that of writing.
func (c CSV) Flush() error {
	c.rows.Flush()
	return c.rows.Error()
}

func number(cell any) bool {
	switch cell.(type) {
	case int, int64, uint8, uint32, uint64:
		return true
	default:
		return false
	}
}

// formula reports whether a spreadsheet may take a text for more than a text: by its
// first character, in the narrow or in the wide form, which some take alike.
func formula(text string) bool {
	first := strings.TrimLeft(text, " ")
	return first != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(first)[0])
}
