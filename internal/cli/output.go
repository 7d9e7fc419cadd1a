package cli

import (
	"bytes"
	"encoding/json"
	"io"

	"tally/internal/terminal"
)

// All that commands print goes through here, so that nothing that somebody else wrote
// moves the cursor, adds a line or turns letters around: see terminal.Plain.

// SayText prints a text for another program, or under --json an object with it.
func (a *App) SayText(text string) error {
	if a.JSON {
		return a.PrintJSON(PrintedText{text})
	}
	_, err := io.WriteString(a.Stdout, terminal.PlainLines(text))
	return err
}

// PrintJSON prints a value as JSON, in one line.
func (a *App) PrintJSON(value any) error {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return err
	}
	_, err := io.WriteString(a.Stdout, terminal.PlainJSON(text.Bytes()))
	return err
}
