package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"tally/internal/api"
	"tally/internal/client"
	"tally/internal/intent"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

// Exit codes, documented in --help.
const (
	ExitOK      = 0
	ExitFailed  = 1
	ExitMisused = 2
	ExitRefused = 3
	ExitUnknown = 4
	ExitNotSent = 5
	// ExitUnwritten is that of a command that was accepted, and could not say so.
	ExitUnwritten = 6
)

// The codes of failures that the server did not report, beside those of its problems.
const (
	CodeFailed      = "failed"
	CodeMisused     = "misused"
	CodeWrongLedger = "wrong_ledger"
	CodeUnknown     = "outcome_unknown"
	CodeNotSent     = "no_connection"
	codeNoAnswer    = "no_answer"
	codeUnwritten   = "accepted_unwritten"
)

// ExitError is why a command did not do what it was asked to: an error with its
// exit code. Its JSON goes to stderr under --json.
type ExitError struct {
	Code   string        `json:"code"`
	Title  string        `json:"title"`
	Detail string        `json:"detail,omitempty"`
	Status int           `json:"status,omitempty"` // of HTTP, where the server answered
	ID     *voucher.Hash `json:"id,omitempty"`     // of the command, where its outcome is unknown
	Exit   int           `json:"exit"`
}

// Error is the failure in one line.
func (f *ExitError) Error() string {
	text := f.Code + ": " + f.Title
	if f.Detail != "" {
		text += " " + f.Detail
	}
	return text
}

// plain is what a failure says, to be said again as a part of another.
func (f *ExitError) plain() string { return strings.TrimSuffix(f.Title, ".") }

// Misused says that a command cannot be carried out as it was given.
func Misused(format string, args ...any) error {
	return &ExitError{Code: CodeMisused, Title: fmt.Errorf(format, args...).Error() + ".", Exit: ExitMisused}
}

// Failed says that a check did not hold.
func Failed(format string, args ...any) error {
	return &ExitError{Code: CodeFailed, Title: fmt.Errorf(format, args...).Error() + ".", Exit: ExitFailed}
}

// unknown says that a command may or may not have taken effect, and why that is so.
func unknown(u *client.UnknownError) *ExitError {
	seen := ""
	var foreign *client.ForeignError
	if errors.As(u, &foreign) {
		seen = sentence(foreign.Error()) + " "
	}
	return &ExitError{
		Code: CodeUnknown, Title: "The outcome is unknown: the command may or may not have taken effect.",
		Detail: fmt.Sprintf("%sGive the same command again: what was signed is sent again as it is, and takes effect once. `tally outbox` lists it, and `tally status %s --as KEY` asks.", seen, u.ID),
		ID:     &u.ID, Exit: ExitUnknown,
	}
}

// sentence makes a sentence of an error's text.
func sentence(text string) string { return strings.ToUpper(text[:1]) + text[1:] + "." }

// unwritten is the error of a command whose answer could not be written. One that the
// ledger accepted says so: a script that sees another failure would give it again. A
// reader who has seen enough, as head does, is no failure.
func (a *App) unwritten(err error) error {
	var write *fs.PathError
	if !errors.As(err, &write) || write.Op != "write" || write.Path != os.Stdout.Name() {
		return err
	}
	if a.kept != nil {
		return &ExitError{
			Code: codeUnwritten, Title: "The ledger accepted it, and the answer could not be written.",
			Detail: fmt.Sprintf("Do not give it again: look at it with `tally status %s --as KEY` (%v).", a.kept.ID, err), ID: &a.kept.ID, Exit: ExitUnwritten,
		}
	}
	if errors.Is(err, syscall.EPIPE) {
		return errQuiet
	}
	return Failed("the answer could not be written: %w", err)
}

// errQuiet ends a command without a word and without a failure.
var errQuiet = errors.New("nobody reads on")

// AsExitError finds the exit code and the words for any error.
func AsExitError(err error) *ExitError {
	var f *ExitError
	var u *client.UnknownError
	var p *api.Problem
	var foreign *client.ForeignError
	switch {
	case errors.As(err, &f):
		return f
	case errors.As(err, &u):
		return unknown(u)
	case errors.As(err, &p):
		return &ExitError{Code: p.Code, Title: p.Title, Detail: p.Detail, Status: p.Status, Exit: ExitRefused}
	case errors.Is(err, client.ErrNotSent):
		return &ExitError{
			Code: CodeNotSent, Title: "There is no connection to the server: nothing was sent.",
			Detail: fmt.Sprintf("Check --server and that tallyd runs (%v).", err), Exit: ExitNotSent,
		}
	case errors.As(err, &foreign):
		return &ExitError{
			Code: codeNoAnswer, Title: "What answered is not Tally's server, or not about what was asked.",
			Detail: sentence(foreign.Error()) + " Nothing was changed.", Exit: ExitNotSent,
		}
	case errors.Is(err, client.ErrNoAnswer): // to a question: a command's is unknown, and a failure already
		return &ExitError{
			Code: codeNoAnswer, Title: "The server gave no answer that could be read.",
			Detail: fmt.Sprintf("Nothing was changed: ask again (%v).", err), Exit: ExitNotSent,
		}
	case errors.Is(err, context.Canceled):
		return &ExitError{Code: CodeFailed, Title: "Stopped.", Exit: ExitFailed}
	default:
		return &ExitError{Code: CodeFailed, Title: err.Error(), Exit: ExitFailed}
	}
}

// fail reports an error on stderr and returns the exit code.
func (a *App) fail(err error) int {
	if errors.Is(err, errQuiet) {
		return ExitOK
	}
	f := AsExitError(err)
	f.Title, f.Detail = intent.HideCodes(f.Title), intent.HideCodes(f.Detail)
	if a.JSON {
		if text, err := json.Marshal(f); err == nil {
			fmt.Fprintln(a.Stderr, terminal.PlainJSON(text))
		}
		return f.Exit
	}
	if f.Exit == ExitRefused {
		fmt.Fprintf(a.Stderr, "tally: refused: %s\n", terminal.Plain(f.Code))
	} else {
		fmt.Fprintf(a.Stderr, "tally: %s\n", terminal.Plain(f.Code))
	}
	fmt.Fprintf(a.Stderr, "  %s\n", terminal.Message(f.Title))
	if f.Detail != "" {
		fmt.Fprintf(a.Stderr, "  %s\n", terminal.Message(f.Detail))
	}
	return f.Exit
}
