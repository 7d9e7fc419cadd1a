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
	_, isDeliver := a.Command.(DeliverCommand)
	if kind == KindAccepted && len(a.Authors.Signers) == 0 && !isDeliver {
		return KindBadSignature // no approver at all; the rules look at the operators first
	}
	// The rules look at the ticket after the campaign, which may ask for none.
	c, ok := a.Command.(ClaimCommand)
	if ok && kind == KindAccepted && c.Ticket != (Ticket{}) && !c.Ticket.vouchesFor(c.Claim, a.Authors) {
		return KindTicketInvalid
	}
	return kind
}

// ExamineShape is the part of Examine that needs no authors: it is
// KindMalformed, KindUnsupported, or KindAccepted (so far). It costs next to
// nothing beside recovering a signature.
func ExamineShape(c Command) Kind {
	nobody := Authors{Signers: make([]Address, len(c.Signatures()))}
	switch kind := examine(c, nobody); kind {
	case KindMalformed, KindUnsupported:
		return kind
	default:
		return KindAccepted
	}
}

// examined is what can be judged without a state, in the order in which the
// contract does.
type examined interface {
	examine(a Authors) Kind
}

func examine(c Command, a Authors) Kind {
	if lacksProof(c) {
		return KindPossessionWanted
	}
	if len(a.Signers) != len(c.Signatures()) {
		return KindBadSignature
	}
	one, ok := c.(examined)
	if !ok {
		return KindUnsupported
	}
	return one.examine(a)
}
