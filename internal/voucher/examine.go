package voucher

// Examine judges what a command says by itself, without a state and without a
// clock: its shape, that its halves belong together, and that each
// signature is by the author that it names. What it refuses no ledger accepts,
// at any time. It is a pure function, so it is asked first, before anything is
// looked up, queued or written for a command.
//
// The kind is KindAccepted (so far), KindMalformed, KindBadSignature,
// KindWrongOffer, KindTicketInvalid, KindPossessionWanted or KindUnsupported.
func Examine(a Authored) Kind {
	kind := examine(a.Command, a.Authors)
	if one, ok := a.Command.(examinedAhead); ok && kind == KindAccepted {
		return one.examineAhead(a.Authors)
	}
	return kind
}

// examinedAhead is a command that can be judged further without a state than examine
// does. The rules judge the rest after they have read, as the contract does.
type examinedAhead interface {
	examineAhead(a Authors) Kind
}

// ExamineShape is the part of Examine that needs no authors: it is
// KindMalformed, KindUnsupported, or KindAccepted (so far). It costs next to
// nothing compared with recovering a signature.
func ExamineShape(c Command) Kind {
	nobody := Authors{Signers: make([]Address, len(c.Signatures()))}
	switch kind := examine(c, nobody); kind {
	case KindMalformed, KindUnsupported:
		return kind
	default:
		return KindAccepted
	}
}

func examine(c Command, a Authors) Kind {
	if row, ok := c.Verb().row(); ok && row.unproven {
		return KindPossessionWanted
	}
	if len(a.Signers) != len(c.Signatures()) {
		return KindBadSignature
	}
	one, ok := c.(ruled)
	if !ok {
		return KindUnsupported
	}
	return one.examine(a)
}
