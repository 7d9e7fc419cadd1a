package voucher

// RecoverRoot replaces a lost or stolen root after a visible delay. Any change of
// a store, a key or the root by the root in force stops it, unless the merchant is
// suspended: then nothing that the root does stops it. A recovery that names the
// root in force takes one back that waits. Authors: operators, as for SetOperators.
type RecoverRoot struct {
	Approvers []Address `json:"approvers"`
	Merchant  Address   `json:"merchant"`
	Version   uint32    `json:"version"` // Standing.OperatorsVersion of the merchant
	Root      Address   `json:"root"`
	Deadline  uint64    `json:"deadline"`
}

func (RecoverRoot) verb() Verb { return VerbRecoverRoot }

func (RecoverRoot) provenVerb() Verb { return VerbRecoverRootProven }

func (in RecoverRoot) flaw() string { return missing("root", in.Root) }

func (in RecoverRoot) approvers() []Address { return in.Approvers }

func (in RecoverRoot) holders() []Address { return []Address{in.Root} }

func (in RecoverRoot) touches(Hash) []string { return touchedMerchant(in.Merchant) }

// judge names the root that takes over after the delay, in place of one
// that was named before and has not taken over yet. To name the root in force
// takes back what waits.
func (in RecoverRoot) judge(r *ruling, possessed proofs) Kind {
	if _, kind := r.agreed(in.Approvers, in.Deadline); kind != KindAccepted {
		return kind
	}
	if !possessed.of(in.Root) {
		return KindPossessionWanted
	}
	m, standing, kind := r.merchantForOperators(in.Merchant, in.Version)
	if kind != KindAccepted {
		return kind
	}
	effective := r.now
	m.NextRoot, m.NextFrom = Address{}, 0
	if in.Root != m.Root {
		effective += RecoverDelay
		m.NextRoot, m.NextFrom = in.Root, effective
	}
	r.putMerchant(in.Merchant, m, standing)
	r.emit(RootSet{Merchant: in.Merchant, Version: standing.OperatorsVersion, Root: in.Root, Effective: effective})
	return KindAccepted
}
