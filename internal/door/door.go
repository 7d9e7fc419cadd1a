// Package door is the first judge of a command. It stands before the teller:
// what a command says by itself (its shape, that its halves belong together,
// whose signatures it carries) is judged here, as a pure function of the
// command, before anything is looked up, reserved, queued, written or sent for
// it. What nobody signed goes no further.
//
// The signatures are recovered here, once. What enters carries its authors with
// it to the ledger.
//
// A Deliver is signed by nobody, because it says nothing that the issue did not
// say. It enters, and the API asks who sends it.
package door

import (
	"fmt"

	"tally/internal/exact"
	"tally/internal/intent"
	"tally/internal/voucher"
)

// RefusedError says that the door refuses a command, and why. No ledger would
// accept the command at any time.
type RefusedError struct {
	ID     voucher.Hash
	Kind   voucher.Kind
	Reason string // a field and what is wanted there, without a full stop; "" where Kind says all
}

// Error implements error.
func (e *RefusedError) Error() string { return fmt.Sprintf("command %s: %s", e.ID, e.Kind) }

// Door judges the commands of one ledger.
type Door struct {
	domain *intent.Domain
}

// New is the door of the ledger with this domain.
func New(domain *intent.Domain) *Door { return &Door{domain: domain} }

// Entered is a command that the door let in. Only Enter makes one, so a
// function that takes an Entered takes nothing that is not signed.
type Entered[C voucher.Command] struct {
	command C
	authors voucher.Authors
}

// Command is what entered.
func (e Entered[C]) Command() C { return e.command }

// ID is the digest of its first intent.
func (e Entered[C]) ID() voucher.Hash { return e.authors.ID }

// Authored is the command and its authors, as a ledger takes them.
func (e Entered[C]) Authored() voucher.Authored {
	return voucher.Authored{Command: e.command, Authors: e.authors}
}

// Any forgets which command it is.
func (e Entered[C]) Any() Entered[voucher.Command] {
	return Entered[voucher.Command]{command: e.command, authors: e.authors}
}

// Offering is a claim with other candidates, which nobody signs.
func Offering(e Entered[voucher.ClaimCommand], candidates []uint32) Entered[voucher.ClaimCommand] {
	e.command.Candidates = candidates
	return e
}

// Enter judges a command. The error is a *RefusedError. A command of the wrong
// shape is refused before its signatures are recovered, which is what costs.
func Enter[C voucher.Command](d *Door, command C) (Entered[C], error) {
	if kind := voucher.ExamineShape(command); kind != voucher.KindAccepted {
		return Entered[C]{}, &RefusedError{ID: d.domain.ID(command), Kind: kind, Reason: voucher.Flaw(command)}
	}
	authored := d.domain.Author(command)
	if kind := voucher.Examine(authored); kind != voucher.KindAccepted {
		return Entered[C]{}, &RefusedError{ID: authored.Authors.ID, Kind: kind, Reason: unsigned(kind, authored)}
	}
	return Entered[C]{command: command, authors: authored.Authors}, nil
}

// unsigned names the author whose signature is another's.
func unsigned(kind voucher.Kind, a voucher.Authored) string {
	named := voucher.Signers(a.Command)
	for i, author := range named {
		if kind == voucher.KindBadSignature && i < len(a.Authors.Signers) && a.Authors.Signers[i] != author {
			return fmt.Sprintf("signature %d of %d: that of %s is wanted", i+1, len(named), exact.Checksum(author.String()))
		}
	}
	return ""
}
