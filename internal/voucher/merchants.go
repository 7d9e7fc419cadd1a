package voucher

import "slices"

func validOperators(members []Address, threshold uint32) bool {
	return len(members) > 0 && len(members) <= MaxOperators && ascending(members, compareAddress) &&
		!members[0].IsZero() && threshold >= 1 && uint64(threshold) <= uint64(len(members))
}

// validName reports whether a text has 1 to most bytes and no control character of
// ASCII among them: the contract checks the same. Printable is stricter.
func validName(name string, most int) bool {
	for i := range len(name) {
		if name[i] < ' ' || name[i] == del {
			return false
		}
	}
	return len(name) > 0 && len(name) <= most
}

const del = 0x7f // the last control character of ASCII

func (r *ruling) operators() Operators {
	o, err := ReadOperators(r.state)
	r.keep(err)
	return o
}

func (in SetOperators) wellShaped() bool { return validOperators(in.Operators, in.Threshold) }

func (in SetOperators) approvers() []Address { return in.Approvers }

func (in SetOperators) holders() []Address { return in.Operators }

func (r *ruling) setOperators(c JointlyProven[SetOperators]) Kind {
	in := c.Intent
	old, kind := r.agreed(in.Approvers, in.Deadline)
	if kind != KindAccepted {
		return kind
	}
	if in.Version != old.Version {
		return KindWrongVersion
	}
	for _, member := range in.Operators {
		if !slices.Contains(old.Members, member) && !c.proves(member) {
			return KindPossessionWanted
		}
	}
	next := Operators{Version: old.Version + 1, Members: in.Operators, Threshold: in.Threshold}
	r.put(operatorsKey, next)
	r.emit(OperatorsSet{Version: next.Version, Operators: next.Members, Threshold: next.Threshold})
	return KindAccepted
}

func validApprovers(approvers []Address) bool {
	return len(approvers) <= MaxOperators && ascending(approvers, compareAddress)
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

// agree tells whether these are operators, and enough of them.
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

func (in AdmitMerchant) wellShaped() bool {
	return validName(in.Name, MaxName) && !in.Merchant.IsZero()
}

func (in AdmitMerchant) author() Address { return in.Operator }

func (in AdmitMerchant) holder() Address { return in.Merchant }

func (r *ruling) admitMerchant(in AdmitMerchant) Kind {
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

// rootChange is what every change by a merchant's root names.
type rootChange struct {
	author   Address
	merchant Address
	version  uint32
	deadline uint64
	narrows  bool // it takes a right away and gives none
}

// changeByRoot judges what every change by a merchant's root has in common. It
// stops a recovery that has not taken effect yet, unless the merchant is
// suspended: then the operators may be taking a thief's root away. While it is
// suspended its root may take rights away, and nothing else.
func (r *ruling) changeByRoot(c rootChange) (Merchant, Standing, Kind) {
	if kind := r.checkDeadline(c.deadline, IntentLife); kind != KindAccepted {
		return Merchant{}, Standing{}, kind
	}
	m, ok := r.merchant(c.merchant)
	switch {
	case !ok:
		return m, Standing{}, KindUnknownMerchant
	case m.SuspendedFrom != 0 && !c.narrows:
		return m, Standing{}, KindMerchantSuspended
	case c.author != m.RootAt(r.now):
		return m, Standing{}, KindNotAuthorised
	case c.version != m.Version:
		return m, Standing{}, KindWrongVersion
	}
	standing := r.settleRoot(c.merchant, &m)
	m.Version++
	if m.SuspendedFrom == 0 {
		m.NextRoot, m.NextFrom = Address{}, 0
	}
	return m, standing, KindAccepted
}

// settleRoot makes a next root that has taken over the root, so that a clock that
// goes back does not bring its predecessor back.
func (r *ruling) settleRoot(merchant Address, m *Merchant) Standing {
	standing, err := ReadStanding(r.state, merchant)
	r.keep(err)
	if m.hasNextAt(r.now) {
		standing.RootSince = m.NextFrom
		m.Root, m.NextRoot, m.NextFrom = m.NextRoot, Address{}, 0
	}
	return standing
}

// putMerchant writes a merchant's record, and what stands beside it where that changed.
func (r *ruling) putMerchant(merchant Address, m Merchant, standing Standing) {
	r.put(merchantKey(merchant), m)
	before, err := ReadStanding(r.state, merchant)
	r.keep(err)
	if standing != before {
		r.put(standingKey(merchant), standing)
	}
}

func (in PutStore) wellShaped() bool {
	return in.Store > 0 && in.Store <= MaxStore && validName(in.Name, MaxName)
}

func (in PutStore) author() Address { return in.Author }

func (r *ruling) putStore(in PutStore) Kind {
	m, standing, kind := r.changeByRoot(rootChange{in.Author, in.Merchant, in.Version, in.Deadline, false})
	if kind != KindAccepted {
		return kind
	}
	r.putMerchant(in.Merchant, m, standing)
	r.writes = append(r.writes, write{storeKey(in.Merchant, in.Store), []byte{1}})
	r.emit(StorePut{Merchant: in.Merchant, Version: m.Version, Store: in.Store, Name: in.Name})
	return KindAccepted
}

func (in PutKey) wellShaped() bool {
	return in.Scopes&^allScopes == 0 && !in.Key.IsZero() && in.isTill() == (in.Store != 0) && in.Store <= MaxStore
}

func (in PutKey) isTill() bool { return in.Scopes&ScopeRedeem != 0 }

func (in PutKey) author() Address { return in.Author }

func (r *ruling) putKey(in PutKey) Kind {
	m, standing, kind := r.changeByRoot(rootChange{in.Author, in.Merchant, in.Version, in.Deadline, in.Scopes == 0})
	if kind != KindAccepted {
		return kind
	}
	if in.isTill() && !r.storeExists(in.Merchant, in.Store) {
		return KindWrongStore
	}
	r.putMerchant(in.Merchant, m, standing)
	r.put(keyKey(in.Merchant, in.Key), Key{Scopes: in.Scopes, Store: in.Store})
	r.emit(KeyPut{Merchant: in.Merchant, Version: m.Version, Key: in.Key, Scopes: in.Scopes, Store: in.Store})
	return KindAccepted
}

func (r *ruling) storeExists(m Address, store uint32) bool {
	b, err := r.state.Get(storeKey(m, store))
	r.keep(err)
	return b != nil
}
