package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"iter"

	"tally/internal/terminal"
)

// All that this program says goes through here, so that nothing that somebody else wrote
// moves the cursor, adds a line or turns letters around: see terminal.Plain.

// output is standard output. It remembers that something could not be written.
type output struct {
	*bufio.Writer
	to     io.Writer
	failed error
}

func newOutput(to io.Writer) *output {
	r := &output{to: to}
	r.Writer = bufio.NewWriterSize(writerFunc(r.write), 64<<10)
	return r
}

func (r *output) write(b []byte) (n int, err error) {
	if n, err = r.to.Write(b); err != nil {
		r.failed = err
	}
	return n, err
}

// writerFunc is a function as a writer.
type writerFunc func([]byte) (int, error)

// Write implements io.Writer.
func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

// print prints a report as one JSON object.
func (p *program) print(report any) error { return printJSON(p.out, report) }

// lines prints a report for a person. What fails, the flush at the end says.
func (p *program) lines(lines ...string) {
	for _, line := range lines {
		fmt.Fprintln(p.out, terminal.Plain(line))
	}
}

// list is the values of a list, each a line of JSON.
type list struct {
	name   string
	values iter.Seq2[[]byte, error]
}

// printWith prints a report as one JSON object, with lists that need not be in memory as
// its last members.
func (p *program) printWith(report any, lists ...list) error {
	head, err := compactJSON(report)
	if err != nil {
		return err
	}
	if _, err := p.out.WriteString(terminal.PlainJSON(bytes.TrimSuffix(head, []byte("}\n")))); err != nil {
		return err
	}
	for _, l := range lists {
		before := `,"` + l.name + `":[`
		if err := p.each(before, l.values); err != nil {
			return err
		}
		if _, err := p.out.WriteString("]"); err != nil {
			return err
		}
	}
	_, err = p.out.WriteString("}\n")
	return err
}

// each prints values of JSON with commas between them, behind what comes before the first.
func (p *program) each(before string, values iter.Seq2[[]byte, error]) error {
	for value, err := range values {
		if err != nil {
			return err
		}
		if _, err := p.out.WriteString(before + terminal.PlainJSON(value)); err != nil {
			return err
		}
		before = ","
	}
	if before == "," {
		return nil
	}
	_, err := p.out.WriteString(before)
	return err
}

// table prints a table row by row, for a person.
func (p *program) table(l *terminal.Layout, rows iter.Seq2[[]any, error]) error {
	return l.Write(p.out, rows, terminal.Width(p.out.to))
}

// csv prints rows for a spreadsheet.
func (p *program) csv(titles []any, rows iter.Seq2[[]any, error]) error {
	out := terminal.NewCSV(p.out)
	if err := out.Row(titles); err != nil {
		return err
	}
	for row, err := range rows {
		if err == nil {
			err = out.Row(row)
		}
		if err != nil {
			return err
		}
	}
	return out.Flush()
}

// failure is why a command could not be carried out, under --json.
type failure struct {
	Code   string `json:"code"`
	Reason string `json:"reason"`
}

func printJSON(to io.Writer, value any) error {
	raw, err := compactJSON(value)
	if err != nil {
		return err
	}
	_, err = io.WriteString(to, terminal.PlainJSON(raw))
	return err
}

// compactJSON is a value as JSON in one line, with its end.
func compactJSON(value any) ([]byte, error) {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	err := e.Encode(value)
	return text.Bytes(), err
}
