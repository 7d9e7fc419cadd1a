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

// judge is the error of a command that was sent: what may have arrived and was not
// answered is unknown.
func judge(err error, id voucher.Hash) error {
	var p *api.Problem
	switch {
	case errors.As(err, &p) && p.Code == api.FaultUnknown.Code():
		return &UnknownError{id, err}
	case errors.As(err, &p) || errors.Is(err, ErrNotSent):
		return err
	case errors.Is(err, ErrNoAnswer):
		return &UnknownError{id, err}
	default:
		return err
	}
}
