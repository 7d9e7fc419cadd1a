package terms

import (
	"errors"
	"fmt"

	"tally/internal/voucher"
)

// ErrRefused says that a file is not in its documented form. What the error says is
// for the file's author.
var ErrRefused = errors.New("campaign file refused")

// refusal is an ErrRefused in words for people, who do not want to read its own.
type refusal string

// Error is the words alone.
func (r refusal) Error() string { return string(r) }

// Is reports that every refusal is ErrRefused.
func (r refusal) Is(target error) bool { return target == ErrRefused }

func refused(format string, args ...any) error {
	return refusal(fmt.Errorf(format, args...).Error())
}

// LedgerError says that the ledger would refuse the campaign of a file.
type LedgerError struct{ Kind voucher.Kind }

// Error is the kind's code and sentence.
func (e *LedgerError) Error() string {
	r, _ := e.Kind.Refusal()
	return fmt.Sprintf("the ledger would refuse it, %s: %s", r.Code, r.Sentence)
}
