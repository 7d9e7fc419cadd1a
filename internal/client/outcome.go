package client

import (
	"errors"
	"fmt"

	"tally/internal/api"
	"tally/internal/voucher"
)

// UnknownError says that a command may or may not have taken effect. To settle it,
// ask for the command by its id, or send the same Command again.
type UnknownError struct {
	ID  voucher.Hash // of the command
	Err error        // why: no answer, or the server's own word
}

// Error implements error.
func (e *UnknownError) Error() string {
	return fmt.Sprintf("the outcome of command %s is unknown: %v", e.ID, e.Err)
}

// Unwrap is why the outcome is unknown.
func (e *UnknownError) Unwrap() error { return e.Err }

// problemOf is the server's problem, nil where there is none.
func problemOf(err error) *api.Problem {
	var p *api.Problem
	if errors.As(err, &p) {
		return p
	}
	return nil
}

// mayHaveLeft reports whether the request of an error may have reached a server.
func mayHaveLeft(err error) bool {
	return errors.Is(err, ErrNoAnswer) && !errors.Is(err, ErrNotSent)
}
