package voucher

import "slices"

func validOperators(members []Address, threshold uint32) bool {
	return len(members) > 0 && len(members) <= MaxOperators && ascending(members, compareAddress) &&
		!members[0].IsZero() && threshold >= 1 && uint64(threshold) <= uint64(len(members))
}

func validName(name string, most int) bool { return len(name) > 0 && len(name) <= most }

func (r *ruling) operators() Operators {
	o, err := ReadOperators(r.state)
	r.keep(err)
	return o
}

func (in SetOperators) wellShaped() bool { return validOperators(in.Operators, in.Threshold) }

func (in SetOperators) approvers() []Address { return in.Approvers }

func (r *ruling) setOperators(in SetOperators) Kind {
	if kind := r.checkDeadline(in.Deadline, ApprovalLife); kind != KindAccepted {
		return kind
	}
	old := r.operators()
	if in.Version != old.Version {
		return KindWrongVersion
	}
	if !old.agree(in.Approvers) {
		return KindNotAuthorised
	}
	next := Operators{Version: old.Version + 1, Members: in.Operators, Threshold: in.Threshold}
	r.put(operatorsKey, next)
	r.emit(OperatorsSet{Version: next.Version, Operators: next.Members, Threshold: next.Threshold})
	return KindAccepted
}

func validApprovers(approvers []Address) bool {
	return len(approvers) <= MaxOperators && ascending(approvers, compareAddress)
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

// rootChange judges what every change by a merchant's root has in common. It
// stops a recovery that has not taken effect yet.
func (r *ruling) rootChange(author, merchant Address, version uint32, deadline uint64) (Merchant, Kind) {
	if kind := r.checkDeadline(deadline, IntentLife); kind != KindAccepted {
		return Merchant{}, kind
	}
	m, ok := r.merchant(merchant)
	switch {
	case !ok:
		return m, KindUnknownMerchant
	case author != m.RootAt(r.now):
		return m, KindNotAuthorised
	case version != m.Version:
		return m, KindWrongVersion
	}
	m.Version++
	m.Root, m.NextRoot, m.NextFrom = author, Address{}, 0
	return m, KindAccepted
}

func (in PutStore) wellShaped() bool {
	return in.Store > 0 && in.Store <= MaxStore && validName(in.Name, MaxName)
}

func (in PutStore) author() Address { return in.Author }

func (r *ruling) putStore(in PutStore) Kind {
	m, kind := r.rootChange(in.Author, in.Merchant, in.Version, in.Deadline)
	if kind != KindAccepted {
		return kind
	}
	r.put(merchantKey(in.Merchant), m)
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
	m, kind := r.rootChange(in.Author, in.Merchant, in.Version, in.Deadline)
	if kind != KindAccepted {
		return kind
	}
	if in.isTill() && !r.storeExists(in.Merchant, in.Store) {
		return KindWrongStore
	}
	r.put(merchantKey(in.Merchant), m)
	r.put(keyKey(in.Merchant, in.Key), Key{Scopes: in.Scopes, Store: in.Store})
	r.emit(KeyPut{Merchant: in.Merchant, Version: m.Version, Key: in.Key, Scopes: in.Scopes, Store: in.Store})
	return KindAccepted
}

func (r *ruling) storeExists(m Address, store uint32) bool {
	b, err := r.state.Get(storeKey(m, store))
	r.keep(err)
	return b != nil
}
