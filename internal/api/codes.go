package api

import (
	"errors"

	"tally/internal/intent"
)

// CodeProblem is the problem of a text that is no code of this ledger, by the error of
// Domain.ParseCode. It says what went wrong with the code on its way, where that is known.
func CodeProblem(err error) *Problem {
	for _, fault := range []struct {
		err  error
		says string
	}{
		{intent.ErrKeyboard, "The scanner types in another keyboard layout than the machine that it is at: set it to the same one."},
		{intent.ErrWide, "It is in full-width letters: set the input method to half width, and scan it again."},
		{intent.ErrTwoCodes, "Two codes stand in it: scan one alone."},
		{intent.ErrHalfCode, "It ends too early: scan the whole code."},
	} {
		if errors.Is(err, fault.err) {
			return FaultInvalidCode.Because(fault.says)
		}
	}
	if errors.Is(err, intent.ErrWrongLedger) {
		return FaultWrongLedger.Problem()
	}
	return FaultInvalidCode.Problem()
}
