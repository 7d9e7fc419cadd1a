package voucher

import (
	"cmp"
	"slices"
)

// AdmitMerchant makes a merchant. Author: an operator. The merchant is known
// for ever by its first root key's address.
type AdmitMerchant struct {
	Operator Address `json:"operator"`
	Merchant Address `json:"merchant"`
	Name     string  `json:"name"`
	Deadline uint64  `json:"deadline"`
}

func (AdmitMerchant) verb() Verb { return VerbAdmitMerchant }

func (AdmitMerchant) provenVerb() Verb { return VerbAdmitMerchantProven }

func (in AdmitMerchant) flaw() string {
	return cmp.Or(unnamed("name", in.Name, MaxName), missing("merchant", in.Merchant))
}

func (in AdmitMerchant) author() Address { return in.Operator }

func (in AdmitMerchant) holder() Address { return in.Merchant }

func (in AdmitMerchant) touches(Hash) []string { return touchedMerchant(in.Merchant) }

func (AdmitMerchant) reads() []string { return nil }

// MerchantAdmitted starts a merchant at version 1.
type MerchantAdmitted struct {
	Merchant Address `json:"merchant"`
	Operator Address `json:"operator"`
	Name     string  `json:"name"`
}

func (MerchantAdmitted) isEvent() {}

func (in AdmitMerchant) judge(r *ruling) Kind {
	if kind := r.checkDeadline(in.Deadline, IntentLife); kind != KindAccepted {
		return kind
	}
	if !slices.Contains(r.operators().Members, in.Operator) {
		return KindNotAuthorised
	}
	if _, ok := r.merchant(in.Merchant); ok {
		return KindExists
	}
	r.put(merchantKey(in.Merchant), Merchant{Version: 1, Root: in.Merchant})
	r.emit(MerchantAdmitted{Merchant: in.Merchant, Operator: in.Operator, Name: in.Name})
	return KindAccepted
}
