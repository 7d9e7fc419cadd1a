package voucher

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
