package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"tally/internal/api"
	"tally/internal/client"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

// Exit codes, documented in --help.
const (
	exitOK      = 0
	exitFailed  = 1
	exitMisused = 2
	exitRefused = 3
	exitUnknown = 4
	exitNotSent = 5
)

// The codes of failures that the server did not report, beside those of its problems.
const (
	codeFailed      = "failed"
	codeMisused     = "misused"
	codeWrongLedger = "wrong_ledger"
	codeUnknown     = "outcome_unknown"
	codeNotSent     = "no_connection"
	codeNoAnswer    = "no_answer"
)

// failure is why a command did not do what it was asked to: an error with its
// exit code. Its JSON goes to stderr under --json.
type failure struct {
	Code   string        `json:"code"`
	Title  string        `json:"title"`
	Detail string        `json:"detail,omitempty"`
	Status int           `json:"status,omitempty"` // of HTTP, where the server answered
	ID     *voucher.Hash `json:"id,omitempty"`     // of the command, where its outcome is unknown
	Exit   int           `json:"exit"`
}

// Error is the failure in one line.
func (f *failure) Error() string {
	text := f.Code + ": " + f.Title
	if f.Detail != "" {
		text += " " + f.Detail
	}
	return text
}

// plain is what a failure says, to be said again as a part of another.
func (f *failure) plain() string { return strings.TrimSuffix(f.Title, ".") }

// misused says that a command cannot be carried out as it was given.
func misused(format string, args ...any) error {
	return &failure{Code: codeMisused, Title: fmt.Errorf(format, args...).Error() + ".", Exit: exitMisused}
}

// failed says that a check did not hold.
func failed(format string, args ...any) error {
	return &failure{Code: codeFailed, Title: fmt.Errorf(format, args...).Error() + ".", Exit: exitFailed}
}

// unknown says that a command may or may not have taken effect.
func unknown(id voucher.Hash, again string) *failure {
	return &failure{
		Code: codeUnknown, Title: "The outcome is unknown: the command may or may not have taken effect.",
		Detail: fmt.Sprintf("Ask with `tally status %s --as KEY`, or %s.", id, again), ID: &id, Exit: exitUnknown,
	}
}

// unsure says how to go on after a command whose outcome is unknown.
func unsure(err error, again string) error {
	var u *client.UnknownError
	if errors.As(err, &u) {
		return unknown(u.ID, again)
	}
	return err
}

// asFailure finds the exit code and the words for any error.
func asFailure(err error) *failure {
	var f *failure
	var u *client.UnknownError
	var p *api.Problem
	switch {
	case errors.As(err, &f):
		return f
	case errors.As(err, &u):
		return unknown(u.ID, "look whether the change is there, then give the same command again")
	case errors.As(err, &p):
		return &failure{Code: p.Code, Title: p.Title, Detail: p.Detail, Status: p.Status, Exit: exitRefused}
	case errors.Is(err, client.ErrNotSent):
		return &failure{
			Code: codeNotSent, Title: "There is no connection to the server: nothing was sent.",
			Detail: fmt.Sprintf("Check --server and that tallyd runs (%v).", err), Exit: exitNotSent,
		}
	case errors.Is(err, client.ErrNoAnswer): // to a question: a command's is unknown, and a failure already
		return &failure{
			Code: codeNoAnswer, Title: "The server gave no answer that could be read.",
			Detail: fmt.Sprintf("Nothing was changed: ask again (%v).", err), Exit: exitNotSent,
		}
	case errors.Is(err, context.Canceled):
		return &failure{Code: codeFailed, Title: "Stopped.", Exit: exitFailed}
	default:
		return &failure{Code: codeFailed, Title: err.Error(), Exit: exitFailed}
	}
}

// fail reports an error on stderr and returns the exit code.
func (a *app) fail(err error) int {
	f := asFailure(err)
	if a.JSON {
		if text, err := json.Marshal(f); err == nil {
			fmt.Fprintln(a.Stderr, terminal.PlainJSON(text))
		}
		return f.Exit
	}
	if f.Exit == exitRefused {
		fmt.Fprintf(a.Stderr, "tally: refused: %s\n", terminal.Plain(f.Code))
	} else {
		fmt.Fprintf(a.Stderr, "tally: %s\n", terminal.Plain(f.Code))
	}
	fmt.Fprintf(a.Stderr, "  %s\n", terminal.Plain(f.Title))
	if f.Detail != "" {
		fmt.Fprintf(a.Stderr, "  %s\n", terminal.Plain(f.Detail))
	}
	return f.Exit
}
