package terminal

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// Field is one line of an answer: a name and a value.
type Field [2]any

// Fields writes a line for each field, with the values under one another.
func Fields(to io.Writer, fields ...Field) error {
	rows := make([][]any, len(fields))
	for i := range fields {
		rows[i] = fields[i][:]
	}
	return write(to, rows)
}

// Table writes rows under their titles.
func Table(to io.Writer, titles []any, rows [][]any) error {
	return write(to, append([][]any{titles}, rows...))
}

func write(to io.Writer, rows [][]any) error {
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		for i, cell := range row {
			end := "\t"
			if i == len(row)-1 {
				end = "\n"
			}
			fmt.Fprint(w, Plain(fmt.Sprint(cell)), end)
		}
	}
	return w.Flush()
}
