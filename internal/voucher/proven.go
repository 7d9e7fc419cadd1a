package voucher

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

func (c Proven[T]) examine(a Authors) Kind {
	switch {
	case !c.Intent.wellShaped():
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

func (c JointlyProven[T]) examine(a Authors) Kind {
	approvers := c.Intent.approvers()
	if !c.Intent.wellShaped() || !validApprovers(approvers) || !c.proveFor(c.Intent.holders()) {
		return KindMalformed
	}
	if len(approvers) != len(c.Approvals) {
		return KindBadSignature
	}
	for i, author := range withHolders(approvers, c.Possessions) {
		if !a.signedBy(i, author) {
			return KindBadSignature
		}
	}
	return KindAccepted
}

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

// proves reports whether there is a proof of a key.
func (c JointlyProven[T]) proves(key Address) bool {
	for _, p := range c.Possessions {
		if p.Holder == key {
			return true
		}
	}
	return false
}

// lacksProof reports whether a command brings a key into force by a verb that
// has no place for a proof of possession: a typo would make a merchant or the
// operators nobody's.
func lacksProof(c Command) bool {
	switch c.Verb() {
	case VerbSetOperators, VerbAdmitMerchant, VerbRotateRoot, VerbRecoverRoot:
		return true
	default:
		return false
	}
}
