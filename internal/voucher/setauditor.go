package voucher

// SetAuditor names a party that may read all that this ledger's servers show, or
// ends that. Authors: operators, as for SetOperators.
type SetAuditor struct {
	Approvers []Address `json:"approvers"`
	Auditor   Address   `json:"auditor"`
	Version   uint32    `json:"version"` // of this auditor: 0 where it was never named
	Until     uint64    `json:"until"`   // the first instant too late to read; 0 ends it at once
	Deadline  uint64    `json:"deadline"`
}

func (SetAuditor) verb() Verb { return VerbSetAuditor }

func (in SetAuditor) flaw() string { return missing("auditor", in.Auditor) }

func (in SetAuditor) approvers() []Address { return in.Approvers }

func (in SetAuditor) touches(Hash) []string { return []string{auditorKey(in.Auditor), auditorsKey} }

// AuditorSet says until when an auditor may read.
type AuditorSet struct {
	Auditor Address `json:"auditor"`
	Version uint32  `json:"version"` // of this auditor, after the change
	Until   uint64  `json:"until"`   // the first instant too late; 0: no more
}

func (AuditorSet) isEvent() {}

func (in SetAuditor) judge(r *ruling, _ proofs) Kind {
	if _, kind := r.agreed(in.Approvers, in.Deadline); kind != KindAccepted {
		return kind
	}
	switch {
	case in.Until != 0 && r.now >= in.Until:
		return KindDeadlinePassed
	case in.Until != 0 && in.Until > r.now+AuditorLife:
		return KindDeadlineTooFar
	}
	old, err := ReadAuditor(r.state, in.Auditor)
	r.keep(err)
	if in.Version != old.Version {
		return KindWrongVersion
	}
	if old.Version == 0 && !r.enroll(auditorsKey, in.Auditor, MaxAuditors) {
		return KindListFull
	}
	next := Auditor{Version: old.Version + 1, Until: in.Until}
	r.put(auditorKey(in.Auditor), next)
	r.emit(AuditorSet{Auditor: in.Auditor, Version: next.Version, Until: next.Until})
	return KindAccepted
}
