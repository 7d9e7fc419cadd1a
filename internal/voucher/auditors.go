package voucher

func (in SetAuditor) wellShaped() bool { return !in.Auditor.IsZero() }

func (in SetAuditor) approvers() []Address { return in.Approvers }

func (r *ruling) setAuditor(in SetAuditor) Kind {
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

// enroll adds a name to the end of a roll that may have most of them; false where
// it has as many already.
func (r *ruling) enroll(key string, name Address, most int) bool {
	var roll Roll
	_, err := read(r.state, key, &roll)
	r.keep(err)
	if len(roll.Members) >= most {
		return false
	}
	r.put(key, Roll{Members: append(roll.Members, name)})
	return true
}
