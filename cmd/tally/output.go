package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"

	"tally/internal/voucher"
)

// field is one line of an answer in text.
type field struct {
	name  string
	value any
}

// All that commands print goes through here, so that nothing that somebody else wrote
// moves the cursor, adds a line or turns letters around: see plain.

// answer prints fields, or under --json the value behind them.
func (a *app) answer(value any, fields ...field) error {
	if a.JSON {
		return a.printJSON(value)
	}
	w := tabwriter.NewWriter(a.Stdout, 0, 0, 2, ' ', 0)
	for _, f := range fields {
		fmt.Fprintf(w, "%s\t%s\n", plain(f.name), plain(fmt.Sprint(f.value)))
	}
	return w.Flush()
}

// table prints rows under their titles, or under --json the value behind them.
func (a *app) table(value any, titles []any, rows [][]any) error {
	if a.JSON {
		return a.printJSON(value)
	}
	w := tabwriter.NewWriter(a.Stdout, 0, 0, 2, ' ', 0)
	for _, row := range append([][]any{titles}, rows...) {
		for i, cell := range row {
			end := "\t"
			if i == len(row)-1 {
				end = "\n"
			}
			fmt.Fprint(w, plain(fmt.Sprint(cell)), end)
		}
	}
	return w.Flush()
}

// text prints a text for another program, or under --json an object with it.
func (a *app) text(text string) error {
	if a.JSON {
		return a.printJSON(printedText{text})
	}
	_, err := io.WriteString(a.Stdout, plainLines(text))
	return err
}

// printedText is what --json prints of a text.
type printedText struct {
	Text string `json:"text"`
}

func (a *app) printJSON(value any) error {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return err
	}
	_, err := io.WriteString(a.Stdout, plainJSON(text.Bytes()))
	return err
}

// accepted reports an accepted command: under --json its outcome in the
// canonical form, which is the same for ever but for what does not print.
func (a *app) accepted(out voucher.Outcome, fields ...field) error {
	if a.JSON {
		_, err := fmt.Fprintf(a.Stdout, "%s\n", plainJSON(out.Canonical()))
		return err
	}
	return a.answer(nil, append(fields, field{"command", out.ID}, field{"position", out.Position})...)
}
