package voucher

func (in RotateRoot) wellShaped() bool { return !in.Root.IsZero() }

func (in RotateRoot) author() Address { return in.Author }

func (r *ruling) rotateRoot(in RotateRoot) Kind {
	m, kind := r.rootChange(in.Author, in.Merchant, in.Version, in.Deadline)
	if kind != KindAccepted {
		return kind
	}
	m.Root = in.Root
	r.put(merchantKey(in.Merchant), m)
	r.emit(RootSet{Merchant: in.Merchant, Version: m.Version, Root: in.Root, Effective: r.now})
	return KindAccepted
}

func (in RecoverRoot) wellShaped() bool { return !in.Root.IsZero() }

func (in RecoverRoot) approvers() []Address { return in.Approvers }

// recoverRoot names the root that takes over after the delay, in place of one
// that was named before and has not taken over yet.
func (r *ruling) recoverRoot(in RecoverRoot) Kind {
	if kind := r.checkDeadline(in.Deadline, ApprovalLife); kind != KindAccepted {
		return kind
	}
	if !r.operators().agree(in.Approvers) {
		return KindNotAuthorised
	}
	m, ok := r.merchant(in.Merchant)
	switch {
	case !ok:
		return KindUnknownMerchant
	case in.Version != m.Version:
		return KindWrongVersion
	}
	m.Version++
	m.Root, m.NextRoot, m.NextFrom = m.RootAt(r.now), in.Root, r.now+RecoverDelay
	r.put(merchantKey(in.Merchant), m)
	r.emit(RootSet{Merchant: in.Merchant, Version: m.Version, Root: in.Root, Effective: m.NextFrom})
	return KindAccepted
}
