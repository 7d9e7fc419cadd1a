package voucher

import (
	"cmp"
	"slices"
)

// SetOperators replaces the set of operators and how many of them must agree.
// Authors: the approvers, at least the threshold in force, in ascending order.
type SetOperators struct {
	Approvers []Address `json:"approvers"`
	Version   uint32    `json:"version"`   // of the set that it replaces
	Operators []Address `json:"operators"` // ascending
	Threshold uint32    `json:"threshold"`
	Deadline  uint64    `json:"deadline"`
}

func (SetOperators) verb() Verb { return VerbSetOperators }

func (SetOperators) provenVerb() Verb { return VerbSetOperatorsProven }

func (in SetOperators) flaw() string {
	members := in.Operators
	if flaw := cmp.Or(miscounted("operators", len(members), 1, MaxOperators), disordered("operators", members, compareAddress)); flaw != "" {
		return flaw
	}
	return cmp.Or(missing("operators[0]", members[0]), outside("threshold", uint64(in.Threshold), 1, uint64(len(members))))
}

func (in SetOperators) approvers() []Address { return in.Approvers }

func (in SetOperators) holders() []Address { return in.Operators }

func (SetOperators) touches(Hash) []string { return []string{operatorsKey} }

// OperatorsSet is the set of operators from now on.
type OperatorsSet struct {
	Version   uint32    `json:"version"`
	Operators []Address `json:"operators"`
	Threshold uint32    `json:"threshold"`
}

func (OperatorsSet) isEvent() {}

func (in SetOperators) judge(r *ruling, possessed proofs) Kind {
	old, kind := r.agreed(in.Approvers, in.Deadline)
	if kind != KindAccepted {
		return kind
	}
	if in.Version != old.Version {
		return KindWrongVersion
	}
	for _, member := range in.Operators {
		if !slices.Contains(old.Members, member) && !possessed.of(member) {
			return KindPossessionWanted
		}
	}
	next := Operators{Version: old.Version + 1, Members: in.Operators, Threshold: in.Threshold}
	r.put(operatorsKey, next)
	r.emit(OperatorsSet{Version: next.Version, Operators: next.Members, Threshold: next.Threshold})
	return KindAccepted
}
