package voucher

import "slices"

func (in SuspendMerchant) wellShaped() bool { return validName(in.Reason, MaxReason) }

func (in SuspendMerchant) author() Address { return in.Operator }

func (ReinstateMerchant) wellShaped() bool { return true }

func (in ReinstateMerchant) author() Address { return in.Operator }

func (r *ruling) suspendMerchant(in SuspendMerchant) Kind {
	m, standing, kind := r.changeByOperator(in.Operator, in.Merchant, in.Version, in.Deadline)
	if kind != KindAccepted {
		return kind
	}
	if m.SuspendedFrom != 0 {
		return KindMerchantSuspended
	}
	m.SuspendedFrom = r.now
	r.putMerchant(in.Merchant, m, standing)
	r.emit(MerchantSuspended{
		Merchant: in.Merchant, Version: standing.OperatorsVersion, Operator: in.Operator, Reason: in.Reason,
	})
	return KindAccepted
}

// reinstateMerchant counts what the suspension took, to the second, of which every
// campaign that there was gets its part back. It waits for a recovery to take
// effect: several operators named the next root, and one of them does not hand
// its predecessor the means to stop it.
func (r *ruling) reinstateMerchant(in ReinstateMerchant) Kind {
	m, standing, kind := r.changeByOperator(in.Operator, in.Merchant, in.Version, in.Deadline)
	switch {
	case kind != KindAccepted:
		return kind
	case m.SuspendedFrom == 0:
		return KindWrongVersion
	case !m.NextRoot.IsZero():
		return KindRecoveryPending
	}
	m.Lost += minus(r.now, m.SuspendedFrom) // 0 if the clock went back
	m.SuspendedFrom = 0
	r.putMerchant(in.Merchant, m, standing)
	r.emit(MerchantReinstated{
		Merchant: in.Merchant, Version: standing.OperatorsVersion, Operator: in.Operator, Lost: m.Lost,
	})
	return KindAccepted
}

// changeByOperator judges what every change of a merchant by one operator has in common.
func (r *ruling) changeByOperator(
	operator, merchant Address, version uint32, deadline uint64,
) (Merchant, Standing, Kind) {
	if kind := r.checkDeadline(deadline, IntentLife); kind != KindAccepted {
		return Merchant{}, Standing{}, kind
	}
	if !slices.Contains(r.operators().Members, operator) {
		return Merchant{}, Standing{}, KindNotAuthorised
	}
	return r.merchantForOperators(merchant, version)
}

// merchantForOperators reads a merchant of which operators expect this version of
// theirs, and counts their act. No act of the root moves that version, so none
// outruns the operators.
func (r *ruling) merchantForOperators(merchant Address, version uint32) (Merchant, Standing, Kind) {
	m, ok := r.merchant(merchant)
	if !ok {
		return m, Standing{}, KindUnknownMerchant
	}
	standing := r.settleRoot(merchant, &m)
	if version != standing.OperatorsVersion {
		return m, standing, KindWrongVersion
	}
	standing.OperatorsVersion++
	return m, standing, KindAccepted
}
