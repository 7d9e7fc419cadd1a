package voucher

func (in RotateRoot) wellShaped() bool { return !in.Root.IsZero() }

func (in RotateRoot) author() Address { return in.Author }

func (in RotateRoot) holder() Address { return in.Root }

func (r *ruling) rotateRoot(in RotateRoot) Kind {
	m, standing, kind := r.changeByRoot(rootChange{in.Author, in.Merchant, in.Version, in.Deadline, false})
	if kind != KindAccepted {
		return kind
	}
	m.Root, standing.RootSince = in.Root, r.now
	r.putMerchant(in.Merchant, m, standing)
	r.emit(RootSet{Merchant: in.Merchant, Version: m.Version, Root: in.Root, Effective: r.now})
	return KindAccepted
}

func (in RecoverRoot) wellShaped() bool { return !in.Root.IsZero() }

func (in RecoverRoot) approvers() []Address { return in.Approvers }

func (in RecoverRoot) holders() []Address { return []Address{in.Root} }

// recoverRoot names the root that takes over after the delay, in place of one
// that was named before and has not taken over yet. To name the root in force
// takes back what waits.
func (r *ruling) recoverRoot(c JointlyProven[RecoverRoot]) Kind {
	in := c.Intent
	if _, kind := r.agreed(in.Approvers, in.Deadline); kind != KindAccepted {
		return kind
	}
	if !c.proves(in.Root) {
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
