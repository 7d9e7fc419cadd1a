package voucher

import "cmp"

// A command is what a ledger is given: intents, their signatures, and what the
// relayer adds. On the wire it is its verb, one byte, followed by the ABI
// encoding of the command's struct as one tuple (EncodeCommand). The keccak of
// these bytes is the commandHash that an EVM logs and that a log leaf opens.
type Command interface {
	// Verb says which command it is.
	Verb() Verb
	// Intents are what was signed. The first names the command: its
	// digest is the command's id. A second is the acceptance or the ticket.
	Intents() []any
	// Signatures are in the order of the intents; where several operators
	// approve one intent, one for each approver.
	Signatures() []Signature
}

// ruled is a command that the rules know. The compiler asks the command of each
// verb for all of it (see rows); a command of any other type is refused as
// unsupported.
type ruled interface {
	Command
	// signers are the authors that the intents name, one for each signature.
	signers() []Address
	// flaw is what makes the command malformed: see Flaw.
	flaw() string
	// examine judges what the command says by itself, in the order in which the
	// contract does.
	examine(a Authors) Kind
	// judge decides by the state what examine let pass, and keeps back what is to
	// be written and told.
	judge(r *ruling) Kind
	// touches names every key that judge may write: see Touches.
	touches(id Hash) []string
	// reads names keys that judge reads in any case: see Reads.
	reads() []string
}

// Signers lists the authors that a command's intents name, in the order of its
// signatures: who signed it, once a ledger has accepted it. A Deliver has none.
func Signers(c Command) []Address {
	if one, ok := c.(ruled); ok {
		return one.signers()
	}
	return nil
}

// Touches names the state that a command with this id may write, so that a pipeline never
// has two batches under way that meet. It may name more than is written in the
// end; it never names less.
func Touches(c Command, id Hash) []string {
	if one, ok := c.(ruled); ok {
		return one.touches(id)
	}
	return nil // refused as unsupported: nothing is written
}

// Reads lists the records that the rule of a verb always reads, so that a ledger
// for which each read is a round trip can fetch them at once. Apply reads what
// else it needs by itself. Commands of operators and merchants are rare and list
// nothing.
func Reads(c Command) []string {
	if one, ok := c.(ruled); ok {
		return one.reads()
	}
	return nil
}

// SingleIntent is an intent that one author signs and a command carries alone.
type SingleIntent interface {
	verb() Verb
	flaw() string // see Flaw
	author() Address
	touches(id Hash) []string
	reads() []string
	judge(r *ruling) Kind
}

// Signed is a command of one intent by one author.
type Signed[T SingleIntent] struct {
	Intent    T         `json:"intent"`
	Signature Signature `json:"signature"`
}

// Verb implements Command.
func (c Signed[T]) Verb() Verb { return c.Intent.verb() }

// Intents implements Command.
func (c Signed[T]) Intents() []any { return []any{c.Intent} }

// Signatures implements Command.
func (c Signed[T]) Signatures() []Signature { return []Signature{c.Signature} }

func (c Signed[T]) signers() []Address { return []Address{c.Intent.author()} }

func (c Signed[T]) touches(id Hash) []string { return c.Intent.touches(id) }

func (c Signed[T]) reads() []string { return c.Intent.reads() }

func (c Signed[T]) judge(r *ruling) Kind { return c.Intent.judge(r) }

func (c Signed[T]) flaw() string { return c.Intent.flaw() }

func (c Signed[T]) examine(a Authors) Kind {
	switch {
	case c.flaw() != "":
		return KindMalformed
	case !a.signedBy(0, c.Intent.author()):
		return KindBadSignature
	default:
		return KindAccepted
	}
}

// ApprovedIntent is an intent that several operators sign.
type ApprovedIntent interface {
	verb() Verb
	flaw() string
	approvers() []Address
	touches(id Hash) []string
	judge(r *ruling, possessed proofs) Kind
}

// Approved is a command of several operators: one intent, one signature for
// each of its approvers, in their order.
type Approved[T ApprovedIntent] struct {
	Intent    T           `json:"intent"`
	Approvals []Signature `json:"approvals"`
}

// Verb implements Command.
func (c Approved[T]) Verb() Verb { return c.Intent.verb() }

// Intents implements Command.
func (c Approved[T]) Intents() []any { return []any{c.Intent} }

// Signatures implements Command.
func (c Approved[T]) Signatures() []Signature { return c.Approvals }

func (c Approved[T]) signers() []Address { return c.Intent.approvers() }

func (c Approved[T]) touches(id Hash) []string { return c.Intent.touches(id) }

func (c Approved[T]) reads() []string { return nil }

func (c Approved[T]) judge(r *ruling) Kind { return c.Intent.judge(r, nil) }

func (c Approved[T]) flaw() string { return cmp.Or(c.Intent.flaw(), unapproved(c.Intent.approvers())) }

func (c Approved[T]) examine(a Authors) Kind {
	approvers := c.Intent.approvers()
	if c.flaw() != "" {
		return KindMalformed
	}
	if len(approvers) != len(a.Signers) {
		return KindBadSignature
	}
	for i, approver := range approvers {
		if !a.signedBy(i, approver) {
			return KindBadSignature
		}
	}
	return KindAccepted
}

// examineAhead refuses what nobody approves. The rules look at the operators first.
func (Approved[T]) examineAhead(a Authors) Kind { return signedBySome(a) }

func signedBySome(a Authors) Kind {
	if len(a.Signers) == 0 {
		return KindBadSignature
	}
	return KindAccepted
}
