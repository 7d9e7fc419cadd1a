package cli

import (
	"tally/internal/terminal"
	"tally/internal/voucher"
)

// Answer is what a command has to say. --json prints the value itself. The text is
// made of that value and of nothing else, so that all a person reads is in the JSON.
// Members have a help tag for the manual; those that stand in the API's document as
// well have the name of its schema, as in `schema:"Voucher"` on an embedded struct.
type Answer interface{ Text() terminal.Text }

// Answerer is a command that documents its answer.
type Answerer interface {
	// Answers is an empty answer of the command's.
	Answers() Answer
}

// Say prints an answer: as text, or as JSON under --json.
func (a *App) Say(answer Answer) error {
	if a.JSON {
		return a.PrintJSON(answer)
	}
	return answer.Text().Write(a.Stdout)
}

// Accepted is what every command that the ledger accepted says of itself: the members
// of its outcome, Outcome in the API's document. Those of its own stand beside them.
type Accepted struct {
	ID          voucher.Hash     `json:"id"`
	Status      voucher.Status   `json:"status"`
	Kind        voucher.Kind     `json:"kind"` // none
	CommandHash voucher.Hash     `json:"commandHash"`
	Position    voucher.Position `json:"position"`
	Time        uint64           `json:"time"`
	Events      voucher.Events   `json:"events"`
}

// Text is what is common to all accepted commands.
func (a Accepted) Text() terminal.Text { return a.With() }

// With is the text of a command with fields of its own.
func (a Accepted) With(fields ...terminal.Field) terminal.Text {
	return terminal.Text{Fields: append(fields, terminal.Field{"command", a.ID}, terminal.Field{"position", a.Position})}
}

// Outcome is the outcome of the command.
func (a Accepted) Outcome() voucher.Outcome { return voucher.Outcome(a) }

// PrintedText is the answer of a command that prints a text for another program.
type PrintedText struct {
	Body string `json:"text" help:"The whole text, as it is printed without --json."`
}

// Text is empty: the text is printed as it is.
func (PrintedText) Text() terminal.Text { return terminal.Text{} }
