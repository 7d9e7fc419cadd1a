package voucher

// ReinstateMerchant ends a suspension and extends validity by its length, to the
// second. It is refused while a recovery of the root waits to take effect.
// Author: an operator.
type ReinstateMerchant struct {
	Operator Address `json:"operator"`
	Merchant Address `json:"merchant"`
	Version  uint32  `json:"version"` // Standing.OperatorsVersion of the merchant
	Deadline uint64  `json:"deadline"`
}

func (ReinstateMerchant) verb() Verb { return VerbReinstateMerchant }

func (ReinstateMerchant) flaw() string { return "" }

func (in ReinstateMerchant) author() Address { return in.Operator }

func (in ReinstateMerchant) touches(Hash) []string { return touchedMerchant(in.Merchant) }

func (ReinstateMerchant) reads() []string { return nil }

// MerchantReinstated ends a suspension.
type MerchantReinstated struct {
	Merchant Address `json:"merchant"`
	Version  uint32  `json:"version"` // Standing.OperatorsVersion of the merchant, after the change
	Operator Address `json:"operator"`
	Lost     uint64  `json:"lost"` // seconds of suspension so far, by which validity is extended
}

func (MerchantReinstated) isEvent() {}

// judge counts what the suspension took, to the second. Every campaign gets back the
// part in which it existed. While a recovery waits to take effect, it is refused:
// several operators named the next root, and one of them must not give its
// predecessor the means to stop it.
func (in ReinstateMerchant) judge(r *ruling) Kind {
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
