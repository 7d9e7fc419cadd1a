package voucher

import "slices"

func (r *ruling) operators() Operators {
	o, err := ReadOperators(r.state)
	r.keep(err)
	return o
}

// agreed judges the deadline of what several operators sign, and that they are
// operators, and enough of them.
func (r *ruling) agreed(approvers []Address, deadline uint64) (Operators, Kind) {
	if kind := r.checkDeadline(deadline, ApprovalLife); kind != KindAccepted {
		return Operators{}, kind
	}
	o := r.operators()
	if !o.agree(approvers) {
		return o, KindNotAuthorised
	}
	return o, KindAccepted
}

// agree reports whether these are operators, and enough of them.
func (o Operators) agree(approvers []Address) bool {
	if o.Version == 0 || uint64(len(approvers)) < uint64(o.Threshold) {
		return false
	}
	for _, approver := range approvers {
		if !slices.Contains(o.Members, approver) {
			return false
		}
	}
	return true
}
