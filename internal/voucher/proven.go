package voucher

import (
	"cmp"
	"slices"
)

// A proof of possession shows that somebody holds a key that an intent brings
// into force: the key signs the digest of the very intent that names it. So the
// proof is good for this intent on this ledger and for nothing else. Such an intent
// without a proof, in a Signed or an Approved, is read and refused with
// KindPossessionWanted: by a typo a merchant or the operators would be nobody.

// ProvenIntent is an intent by which one author brings one key into force.
type ProvenIntent interface {
	SingleIntent
	provenVerb() Verb
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
func (c Proven[T]) Verb() Verb { return c.Intent.provenVerb() }

// Intents implements Command.
func (c Proven[T]) Intents() []any { return []any{c.Intent} }

// Signatures implements Command.
func (c Proven[T]) Signatures() []Signature { return []Signature{c.Signature, c.Possession} }

func (c Proven[T]) signers() []Address { return []Address{c.Intent.author(), c.Intent.holder()} }

func (c Proven[T]) touches(id Hash) []string { return c.Intent.touches(id) }

func (c Proven[T]) reads() []string { return c.Intent.reads() }

func (c Proven[T]) judge(r *ruling) Kind { return c.Intent.judge(r) }

func (c Proven[T]) flaw() string { return c.Intent.flaw() }

func (c Proven[T]) examine(a Authors) Kind {
	switch {
	case c.flaw() != "":
		return KindMalformed
	case !a.signedBy(0, c.Intent.author()) || !a.signedBy(1, c.Intent.holder()):
		return KindBadSignature
	default:
		return KindAccepted
	}
}

// Possession is the proof of one key among several.
type Possession struct {
	Holder    Address   `json:"holder"`
	Signature Signature `json:"signature"`
}

// proofs are the proofs of possession that a command carries.
type proofs []Possession

// of reports whether there is a proof of a key.
func (p proofs) of(key Address) bool {
	return slices.ContainsFunc(p, func(one Possession) bool { return one.Holder == key })
}

// JointlyProvenIntent is an intent by which several operators bring keys into force.
type JointlyProvenIntent interface {
	ApprovedIntent
	provenVerb() Verb
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
func (c JointlyProven[T]) Verb() Verb { return c.Intent.provenVerb() }

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

// signers are the approvers, then the holders of the keys that come into force.
func (c JointlyProven[T]) signers() []Address {
	all := slices.Clone(c.Intent.approvers())
	for _, p := range c.Possessions {
		all = append(all, p.Holder)
	}
	return all
}

func (c JointlyProven[T]) touches(id Hash) []string { return c.Intent.touches(id) }

func (c JointlyProven[T]) reads() []string { return nil }

func (c JointlyProven[T]) judge(r *ruling) Kind { return c.Intent.judge(r, c.Possessions) }

func (c JointlyProven[T]) flaw() string {
	if flaw := cmp.Or(c.Intent.flaw(), unapproved(c.Intent.approvers())); flaw != "" || c.proveFor(c.Intent.holders()) {
		return flaw
	}
	return "possessions: proofs of keys that the intent brings into force are wanted, in ascending order of the holders, each once"
}

func (c JointlyProven[T]) examine(a Authors) Kind {
	approvers := c.Intent.approvers()
	if c.flaw() != "" {
		return KindMalformed
	}
	if len(approvers) != len(c.Approvals) {
		return KindBadSignature
	}
	for i, author := range c.signers() {
		if !a.signedBy(i, author) {
			return KindBadSignature
		}
	}
	return KindAccepted
}

// examineAhead is that of Approved.
func (JointlyProven[T]) examineAhead(a Authors) Kind { return signedBySome(a) }

// proveFor reports whether the proofs are of members of an ascending list, in
// its order, and none is there twice.
func (c JointlyProven[T]) proveFor(members []Address) bool {
	found := 0
	for _, member := range members {
		if found < len(c.Possessions) && c.Possessions[found].Holder == member {
			found++
		}
	}
	return found == len(c.Possessions)
}
