package voucher

func (r *ruling) rotateRoot(in RotateRoot) Kind {
	if in.Root.IsZero() {
		return KindMalformed
	}
	m, kind := r.rootChange(in.Author, in.Merchant, in.Version, in.Deadline)
	if kind != KindAccepted {
		return kind
	}
	m.Root = in.Root
	r.put(merchantKey(in.Merchant), m)
	r.emit(RootSet{Merchant: in.Merchant, Version: m.Version, Root: in.Root, Effective: r.now})
	return KindAccepted
}

// recoverRoot names the root that takes over after the delay, in place of one
// that was named before and has not taken over yet.
func (r *ruling) recoverRoot(in RecoverRoot) Kind {
	if in.Root.IsZero() || !validApprovers(in.Approvers) {
		return KindMalformed
	}
	if kind := r.checkApprovals(in.Approvers, in.Deadline); kind != KindAccepted {
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
