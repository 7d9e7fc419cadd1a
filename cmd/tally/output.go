package main

import (
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

// answer prints fields, or under --json the value behind them.
func (a *app) answer(value any, fields ...field) error {
	if a.JSON {
		return a.printJSON(value)
	}
	w := tabwriter.NewWriter(a.Stdout, 0, 0, 2, ' ', 0)
	for _, f := range fields {
		fmt.Fprintf(w, "%s\t%v\n", f.name, f.value)
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
			fmt.Fprint(w, cell, end)
		}
	}
	return w.Flush()
}

// text prints a text for another program, or under --json an object with it.
func (a *app) text(text string) error {
	if a.JSON {
		return a.printJSON(printedText{text})
	}
	_, err := io.WriteString(a.Stdout, text)
	return err
}

// printedText is what --json prints of a text.
type printedText struct {
	Text string `json:"text"`
}

func (a *app) printJSON(value any) error {
	e := json.NewEncoder(a.Stdout)
	e.SetEscapeHTML(false)
	return e.Encode(value)
}

// accepted reports an accepted command: under --json its outcome in the
// canonical form, which is the same for ever.
func (a *app) accepted(out voucher.Outcome, fields ...field) error {
	if a.JSON {
		_, err := fmt.Fprintf(a.Stdout, "%s\n", out.Canonical())
		return err
	}
	return a.answer(nil, append(fields, field{"command", out.ID}, field{"position", out.Position})...)
}
