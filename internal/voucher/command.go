package voucher

// A command is what a ledger is given: intents, their signatures, and what the
// relayer adds. On the wire it is its verb, one byte, followed by the ABI
// encoding of the command's struct as one tuple (EncodeCommand). The keccak of
// these bytes is the commandHash that an EVM logs and that a log leaf opens.
type Command interface {
	// Verb says which command it is.
	Verb() Verb
	// Intents are what was signed, the first of which names the command: its
	// digest is the command's id. A second is the acceptance or the ticket.
	Intents() []any
	// Signatures are in the order of the intents; where several operators
	// approve one intent, one for each approver.
	Signatures() []Signature
}

// SingleIntent lists the intents that one author signs and a command carries alone.
type SingleIntent interface {
	AdmitMerchant | SuspendMerchant | ReinstateMerchant | PutStore | PutKey | RotateRoot |
		CreateCampaign | ChangeCampaign | Issue | Capture | Release | Rollback | PutAttestor
	wellShaped() bool
	author() Address
}

// Signed is a command of one intent by one author.
type Signed[T SingleIntent] struct {
	Intent    T         `json:"intent"`
	Signature Signature `json:"signature"`
}

// Verb implements Command.
func (c Signed[T]) Verb() Verb { return verbOf(c.Intent) }

// Intents implements Command.
func (c Signed[T]) Intents() []any { return []any{c.Intent} }

// Signatures implements Command.
func (c Signed[T]) Signatures() []Signature { return []Signature{c.Signature} }

func (c Signed[T]) examine(a Authors) Kind {
	switch {
	case !c.Intent.wellShaped():
		return KindMalformed
	case !a.signedBy(0, c.Intent.author()):
		return KindBadSignature
	default:
		return KindAccepted
	}
}

// ApprovedIntent lists the intents that several operators sign.
type ApprovedIntent interface {
	SetOperators | RecoverRoot | SetAuditor
	wellShaped() bool
	approvers() []Address
}

// Approved is a command of several operators: one intent, one signature for
// each of its approvers, in their order.
type Approved[T ApprovedIntent] struct {
	Intent    T           `json:"intent"`
	Approvals []Signature `json:"approvals"`
}

// Verb implements Command.
func (c Approved[T]) Verb() Verb { return verbOf(c.Intent) }

// Intents implements Command.
func (c Approved[T]) Intents() []any { return []any{c.Intent} }

// Signatures implements Command.
func (c Approved[T]) Signatures() []Signature { return c.Approvals }

func (c Approved[T]) examine(a Authors) Kind {
	approvers := c.Intent.approvers()
	if !c.Intent.wellShaped() || !validApprovers(approvers) {
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
