package voucher

import "slices"

func (in SuspendMerchant) wellShaped() bool { return validName(in.Reason, MaxReason) }

func (in SuspendMerchant) author() Address { return in.Operator }

func (ReinstateMerchant) wellShaped() bool { return true }

func (in ReinstateMerchant) author() Address { return in.Operator }

func (r *ruling) suspendMerchant(in SuspendMerchant) Kind {
	m, kind := r.operatorChange(in.Operator, in.Merchant, in.Version, in.Deadline)
	if kind != KindAccepted {
		return kind
	}
	if m.SuspendedFrom != 0 {
		return KindMerchantSuspended
	}
	m.SuspendedFrom = r.now
	r.put(merchantKey(in.Merchant), m)
	r.emit(MerchantSuspended{Merchant: in.Merchant, Version: m.Version, Operator: in.Operator, Reason: in.Reason})
	return KindAccepted
}

// reinstateMerchant counts what the suspension took, of which every campaign
// that there was gets its part back.
func (r *ruling) reinstateMerchant(in ReinstateMerchant) Kind {
	m, kind := r.operatorChange(in.Operator, in.Merchant, in.Version, in.Deadline)
	if kind != KindAccepted {
		return kind
	}
	if m.SuspendedFrom == 0 {
		return KindWrongVersion
	}
	m.Lost += nextQuarter(minus(r.now, m.SuspendedFrom)) // 0 if the clock went back
	m.SuspendedFrom = 0
	r.put(merchantKey(in.Merchant), m)
	r.emit(MerchantReinstated{Merchant: in.Merchant, Version: m.Version, Operator: in.Operator, Lost: m.Lost})
	return KindAccepted
}

// operatorChange judges what every change of a merchant by an operator has in
// common. It leaves the merchant's roots alone.
func (r *ruling) operatorChange(operator, merchant Address, version uint32, deadline uint64) (Merchant, Kind) {
	if kind := r.checkDeadline(deadline, IntentLife); kind != KindAccepted {
		return Merchant{}, kind
	}
	if !slices.Contains(r.operators().Members, operator) {
		return Merchant{}, KindNotAuthorised
	}
	m, ok := r.merchant(merchant)
	switch {
	case !ok:
		return m, KindUnknownMerchant
	case version != m.Version:
		return m, KindWrongVersion
	}
	m.Version++
	return m, KindAccepted
}
