package voucher

// SuspendMerchant stops a merchant; open holds still capture or release. Author: an operator.
// Its version is the operators' own, which no act of the merchant's root moves:
// a thief who holds the root cannot outrun it.
type SuspendMerchant struct {
	Operator Address `json:"operator"`
	Merchant Address `json:"merchant"`
	Version  uint32  `json:"version"` // Standing.OperatorsVersion of the merchant: 1 before the first suspension
	Reason   string  `json:"reason"`
	Deadline uint64  `json:"deadline"`
}

func (SuspendMerchant) verb() Verb { return VerbSuspendMerchant }

func (in SuspendMerchant) flaw() string { return unnamed("reason", in.Reason, MaxReason) }

func (in SuspendMerchant) author() Address { return in.Operator }

func (in SuspendMerchant) touches(Hash) []string { return touchedMerchant(in.Merchant) }

func (SuspendMerchant) reads() []string { return nil }

// MerchantSuspended stops a merchant.
type MerchantSuspended struct {
	Merchant Address `json:"merchant"`
	Version  uint32  `json:"version"` // Standing.OperatorsVersion of the merchant, after the change
	Operator Address `json:"operator"`
	Reason   string  `json:"reason"`
}

func (MerchantSuspended) isEvent() {}

func (in SuspendMerchant) judge(r *ruling) Kind {
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
