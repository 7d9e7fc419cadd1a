package voucher

import "slices"

func (r *ruling) merchant(m Address) (Merchant, bool) {
	record, ok, err := ReadMerchant(r.state, m)
	r.keep(err)
	return record, ok
}

// activeMerchant reads a merchant that is neither unknown nor suspended.
func (r *ruling) activeMerchant(m Address) (Merchant, Kind) {
	record, ok := r.merchant(m)
	switch {
	case !ok:
		return record, KindUnknownMerchant
	case record.SuspendedFrom != 0:
		return record, KindMerchantSuspended
	default:
		return record, KindAccepted
	}
}

// campaignOfRoot reads a campaign that the root of its merchant may change now.
func (r *ruling) campaignOfRoot(merchant, author Address, id CampaignID) (Campaign, Kind) {
	m, kind := r.activeMerchant(merchant)
	if kind != KindAccepted {
		return Campaign{}, kind
	}
	if author != m.RootAt(r.now) {
		return Campaign{}, KindNotAuthorised
	}
	c, ok := r.campaign(id)
	if !ok || c.Merchant != merchant {
		return Campaign{}, KindUnknownCampaign
	}
	return c, KindAccepted
}

// actsFor reads an active merchant for which a key may act within a scope.
func (r *ruling) actsFor(merchant, author Address, scope uint32) (Merchant, Kind) {
	m, kind := r.activeMerchant(merchant)
	if kind == KindAccepted && !r.authorised(m, merchant, author, scope) {
		kind = KindNotAuthorised
	}
	return m, kind
}

// authorised reports whether a key may act for a merchant: its root in force, or
// one with the scope.
func (r *ruling) authorised(m Merchant, merchant, author Address, scope uint32) bool {
	if author == m.RootAt(r.now) {
		return true
	}
	key, err := ReadKey(r.state, merchant, author)
	r.keep(err)
	return key.Scopes&scope != 0
}

// isTill reports whether a key is a till at a store of a merchant.
func (r *ruling) isTill(merchant, key Address, store uint32) bool {
	k, err := ReadKey(r.state, merchant, key)
	r.keep(err)
	return k.Scopes&ScopeRedeem != 0 && k.Store == store
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

// merchantForOperators reads a merchant, checks the version that its operators
// expect, and counts their act. No act of the root moves that version, so none
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
