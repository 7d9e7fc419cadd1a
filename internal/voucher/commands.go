package voucher

import "reflect"

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

// Verb is a command's first byte. Never reorder.
type Verb uint8

// The verbs.
const (
	VerbSetOperators Verb = 1 + iota
	VerbAdmitMerchant
	VerbSuspendMerchant
	VerbReinstateMerchant
	VerbPutStore
	VerbPutKey
	VerbRotateRoot
	VerbRecoverRoot
	VerbCreateCampaign
	VerbChangeCampaign
	VerbIssue
	VerbDeliver
	VerbClaim
	VerbTransfer
	VerbRedeem // and hold, by holdUntil
	VerbCapture
	VerbRelease
	VerbCancel
	VerbRollback
	VerbVoid
	VerbSetOperatorsProven
	VerbAdmitMerchantProven
	VerbRotateRootProven
	VerbRecoverRootProven
	VerbSetAuditor
	VerbPutAttestor
	verbsEnd
)

// verbNames are the verbs in words, by their numbers.
func verbNames() [verbsEnd]string {
	return [verbsEnd]string{
		VerbSetOperators: "set_operators", VerbAdmitMerchant: "admit_merchant", VerbSuspendMerchant: "suspend_merchant",
		VerbReinstateMerchant: "reinstate_merchant", VerbPutStore: "put_store", VerbPutKey: "put_key",
		VerbRotateRoot: "rotate_root", VerbRecoverRoot: "recover_root", VerbCreateCampaign: "create_campaign",
		VerbChangeCampaign: "change_campaign", VerbIssue: "issue", VerbDeliver: "deliver", VerbClaim: "claim",
		VerbTransfer: "transfer", VerbRedeem: "redeem", VerbCapture: "capture", VerbRelease: "release",
		VerbCancel: "cancel", VerbRollback: "rollback", VerbVoid: "void",
		VerbSetOperatorsProven: "set_operators_proven", VerbAdmitMerchantProven: "admit_merchant_proven",
		VerbRotateRootProven: "rotate_root_proven", VerbRecoverRootProven: "recover_root_proven",
		VerbSetAuditor: "set_auditor", VerbPutAttestor: "put_attestor",
	}
}

// String is the verb in one lower-case word or two; a hold is a redeem.
func (v Verb) String() string {
	if v == 0 || v >= verbsEnd {
		return "unknown"
	}
	return verbNames()[v]
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

// A proof of possession shows that somebody holds a key that an intent brings
// into force: the key signs the digest of the very intent that names it. So the
// proof is good for this intent on this ledger and for nothing else. The verbs
// without proofs, Signed[AdmitMerchant] and Signed[RotateRoot],
// Approved[SetOperators] and Approved[RecoverRoot], are read and refused with
// KindPossessionWanted.

// ProvenIntent lists the intents by which one author brings one key into force.
type ProvenIntent interface {
	AdmitMerchant | RotateRoot
	wellShaped() bool
	author() Address
	holder() Address
}

// Proven is a command of one author and of the key that the intent brings into
// force: the merchant's root.
type Proven[T ProvenIntent] struct {
	Intent     T         `json:"intent"`
	Signature  Signature `json:"signature"`
	Possession Signature `json:"possession"`
}

// Verb implements Command.
func (c Proven[T]) Verb() Verb {
	if verbOf(c.Intent) == VerbAdmitMerchant {
		return VerbAdmitMerchantProven
	}
	return VerbRotateRootProven
}

// Intents implements Command.
func (c Proven[T]) Intents() []any { return []any{c.Intent} }

// Signatures implements Command.
func (c Proven[T]) Signatures() []Signature { return []Signature{c.Signature, c.Possession} }

// Possession is the proof of one key among several.
type Possession struct {
	Holder    Address   `json:"holder"`
	Signature Signature `json:"signature"`
}

// JointlyProvenIntent lists the intents by which several operators bring keys into force.
type JointlyProvenIntent interface {
	SetOperators | RecoverRoot
	wellShaped() bool
	approvers() []Address
	holders() []Address
}

// JointlyProven is a command of several operators and of the holders of keys that
// the intent brings into force: every operator who is new, or the next root.
// Possessions are in ascending order of their holders, whom the intent names. The
// proof of one who was an operator before is not asked for, and does no harm.
type JointlyProven[T JointlyProvenIntent] struct {
	Intent      T            `json:"intent"`
	Approvals   []Signature  `json:"approvals"`
	Possessions []Possession `json:"possessions"`
}

// Verb implements Command.
func (c JointlyProven[T]) Verb() Verb {
	if verbOf(c.Intent) == VerbSetOperators {
		return VerbSetOperatorsProven
	}
	return VerbRecoverRootProven
}

// Intents implements Command.
func (c JointlyProven[T]) Intents() []any { return []any{c.Intent} }

// Signatures implements Command.
func (c JointlyProven[T]) Signatures() []Signature {
	all := make([]Signature, 0, len(c.Approvals)+len(c.Possessions))
	all = append(all, c.Approvals...)
	for _, p := range c.Possessions {
		all = append(all, p.Signature)
	}
	return all
}

// Place is where an issue's list names a voucher's owner: the relayer adds it
// to the first command that needs an issued voucher. A zero issue stands for
// none.
type Place struct {
	Issue Hash   `json:"issue"`
	Index uint32 `json:"index"`
	Path  []Hash `json:"path"` // the RFC 6962 inclusion proof, at most 32 hashes
}

// DeliverCommand carries a Deliver, which needs no signature, and its proof.
type DeliverCommand struct {
	Deliver Deliver `json:"deliver"`
	Path    []Hash  `json:"path"`
}

// Verb implements Command.
func (DeliverCommand) Verb() Verb { return VerbDeliver }

// Intents implements Command.
func (c DeliverCommand) Intents() []any { return []any{c.Deliver} }

// Signatures implements Command.
func (DeliverCommand) Signatures() []Signature { return nil }

// ClaimCommand carries a Claim, its ticket (all zero where the campaign asks
// for none), and the serials to try, of which the first free one is taken.
type ClaimCommand struct {
	Claim           Claim     `json:"claim"`
	Signature       Signature `json:"signature"`
	Ticket          Ticket    `json:"ticket"`
	TicketSignature Signature `json:"ticketSignature"`
	Candidates      []uint32  `json:"candidates"` // 1 to 4
}

// Verb implements Command.
func (ClaimCommand) Verb() Verb { return VerbClaim }

// Intents implements Command.
func (c ClaimCommand) Intents() []any {
	if c.Ticket == (Ticket{}) {
		return []any{c.Claim}
	}
	return []any{c.Claim, c.Ticket}
}

// Signatures implements Command.
func (c ClaimCommand) Signatures() []Signature {
	if c.Ticket == (Ticket{}) {
		return []Signature{c.Signature}
	}
	return []Signature{c.Signature, c.TicketSignature}
}

// TransferCommand carries a Transfer and, for an issued voucher that nobody
// used yet, its place.
type TransferCommand struct {
	Transfer  Transfer  `json:"transfer"`
	Signature Signature `json:"signature"`
	Place     Place     `json:"place"`
}

// Verb implements Command.
func (TransferCommand) Verb() Verb { return VerbTransfer }

// Intents implements Command.
func (c TransferCommand) Intents() []any { return []any{c.Transfer} }

// Signatures implements Command.
func (c TransferCommand) Signatures() []Signature { return []Signature{c.Signature} }

// RedeemCommand joins the owner's half and the store's half. Places is empty,
// or has one for each line.
type RedeemCommand struct {
	Offer           Redeem    `json:"offer"`
	OfferSignature  Signature `json:"offerSignature"`
	Accept          Accept    `json:"accept"`
	AcceptSignature Signature `json:"acceptSignature"`
	Places          []Place   `json:"places"`
}

// Verb implements Command.
func (RedeemCommand) Verb() Verb { return VerbRedeem }

// Intents implements Command.
func (c RedeemCommand) Intents() []any { return []any{c.Offer, c.Accept} }

// Signatures implements Command.
func (c RedeemCommand) Signatures() []Signature {
	return []Signature{c.OfferSignature, c.AcceptSignature}
}

// CancelCommand carries a Cancel and the offer that it cancels, signed by its
// owner: nobody can cancel what they were not shown.
type CancelCommand struct {
	Cancel         Cancel    `json:"cancel"`
	Signature      Signature `json:"signature"`
	Offer          Redeem    `json:"offer"`
	OfferSignature Signature `json:"offerSignature"`
	Places         []Place   `json:"places"`
}

// Verb implements Command.
func (CancelCommand) Verb() Verb { return VerbCancel }

// Intents implements Command.
func (c CancelCommand) Intents() []any { return []any{c.Cancel, c.Offer} }

// Signatures implements Command.
func (c CancelCommand) Signatures() []Signature {
	return []Signature{c.Signature, c.OfferSignature}
}

// VoidCommand carries a Void and, for an issued voucher that nobody used yet, its place.
type VoidCommand struct {
	Void      Void      `json:"void"`
	Signature Signature `json:"signature"`
	Place     Place     `json:"place"`
}

// Verb implements Command.
func (VoidCommand) Verb() Verb { return VerbVoid }

// Intents implements Command.
func (c VoidCommand) Intents() []any { return []any{c.Void} }

// Signatures implements Command.
func (c VoidCommand) Signatures() []Signature { return []Signature{c.Signature} }

func verbOf(intent any) Verb {
	switch intent.(type) {
	case SetOperators:
		return VerbSetOperators
	case AdmitMerchant:
		return VerbAdmitMerchant
	case SuspendMerchant:
		return VerbSuspendMerchant
	case ReinstateMerchant:
		return VerbReinstateMerchant
	case PutStore:
		return VerbPutStore
	case PutKey:
		return VerbPutKey
	case RotateRoot:
		return VerbRotateRoot
	case RecoverRoot:
		return VerbRecoverRoot
	case CreateCampaign:
		return VerbCreateCampaign
	case ChangeCampaign:
		return VerbChangeCampaign
	case Issue:
		return VerbIssue
	case Capture:
		return VerbCapture
	case Release:
		return VerbRelease
	case Rollback:
		return VerbRollback
	case SetAuditor:
		return VerbSetAuditor
	case PutAttestor:
		return VerbPutAttestor
	}
	return 0
}

// EmptyCommand is a command of a verb without any content. ok is false for a
// number that is no verb.
func EmptyCommand(v Verb) (c Command, ok bool) {
	target := newCommand(v)
	if target == nil {
		return nil, false
	}
	c, ok = reflect.ValueOf(target).Elem().Interface().(Command)
	return c, ok
}

// newCommand is an empty command to decode into, or nil for an unknown verb.
func newCommand(v Verb) any {
	switch v {
	case VerbSetOperators:
		return new(Approved[SetOperators])
	case VerbAdmitMerchant:
		return new(Signed[AdmitMerchant])
	case VerbSuspendMerchant:
		return new(Signed[SuspendMerchant])
	case VerbReinstateMerchant:
		return new(Signed[ReinstateMerchant])
	case VerbPutStore:
		return new(Signed[PutStore])
	case VerbPutKey:
		return new(Signed[PutKey])
	case VerbRotateRoot:
		return new(Signed[RotateRoot])
	case VerbRecoverRoot:
		return new(Approved[RecoverRoot])
	case VerbCreateCampaign:
		return new(Signed[CreateCampaign])
	case VerbChangeCampaign:
		return new(Signed[ChangeCampaign])
	case VerbIssue:
		return new(Signed[Issue])
	case VerbDeliver:
		return new(DeliverCommand)
	case VerbClaim:
		return new(ClaimCommand)
	case VerbTransfer:
		return new(TransferCommand)
	case VerbRedeem:
		return new(RedeemCommand)
	case VerbCapture:
		return new(Signed[Capture])
	case VerbRelease:
		return new(Signed[Release])
	case VerbCancel:
		return new(CancelCommand)
	case VerbRollback:
		return new(Signed[Rollback])
	case VerbVoid:
		return new(VoidCommand)
	default:
		return newLaterCommand(v)
	}
}

// newLaterCommand is the same of the verbs that came later.
func newLaterCommand(v Verb) any {
	switch v {
	case VerbSetOperatorsProven:
		return new(JointlyProven[SetOperators])
	case VerbAdmitMerchantProven:
		return new(Proven[AdmitMerchant])
	case VerbRotateRootProven:
		return new(Proven[RotateRoot])
	case VerbRecoverRootProven:
		return new(JointlyProven[RecoverRoot])
	case VerbSetAuditor:
		return new(Approved[SetAuditor])
	case VerbPutAttestor:
		return new(Signed[PutAttestor])
	}
	return nil
}
