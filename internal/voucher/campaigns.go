package voucher

import (
	"cmp"
	"crypto/sha256"
	"slices"
)

func (r *ruling) createCampaign(in CreateCampaign) Kind {
	if kind := r.checkDeadline(in.Deadline, IntentLife); kind != KindAccepted {
		return kind
	}
	if !r.consistent(in) {
		return KindInvalidTerms
	}
	m, kind := r.activeMerchant(in.Merchant)
	if kind != KindAccepted {
		return kind
	}
	if in.Author != m.RootAt(r.now) {
		return KindNotAuthorised
	}
	id := CampaignOf(r.authors.ID)
	if _, ok := r.campaign(id); ok {
		return KindExists
	}
	r.put(campaignKey(id), newCampaign(in))
	if m.Lost > 0 { // what was lost before is not made up for
		r.put(lostKey(id), number{m.Lost})
	}
	r.emit(CampaignCreated{Campaign: id, Create: in})
	return KindAccepted
}

func (in CreateCampaign) author() Address { return in.Author }

// wellShaped checks sizes and orders.
func (in CreateCampaign) wellShaped() bool {
	return len(in.Terms) > 0 && len(in.Terms) <= MaxTerms && wellFormed(in.Currency) &&
		in.Units >= 1 && in.Units <= MaxUnits && in.MaxDiscount <= MaxAmount &&
		len(in.Attestors) <= MaxAttestors && ascending(in.Attestors, compareAddress) &&
		(len(in.Attestors) == 0 || !in.Attestors[0].IsZero()) &&
		len(in.Stores) <= MaxStores && validStores(in.Stores) &&
		len(in.Offsets) <= MaxOffsets && validOffsets(in.Offsets)
}

func validStores(stores []uint32) bool {
	return ascending(stores, cmp.Compare[uint32]) &&
		(len(stores) == 0 || stores[0] > 0 && stores[len(stores)-1] <= MaxStore)
}

func validOffsets(offsets []Offset) bool {
	for _, o := range offsets {
		if o.Minutes > MaxMinutes || o.Minutes < -MaxMinutes || o.Minutes%15 != 0 || o.From%Quarter != 0 || o.From > MaxInstant {
			return false
		}
	}
	return ascending(offsets, func(a, b Offset) int { return cmp.Compare(a.From, b.From) })
}

// consistent checks that the terms do not contradict each other.
func (r *ruling) consistent(in CreateCampaign) bool {
	supply := in.Open <= in.Supply && in.Supply <= in.Cap && in.Cap >= 1 && in.Cap <= MaxSupply
	windows := in.ClaimFrom < in.ClaimUntil && in.ClaimUntil <= in.ValidUntil && in.ValidFrom < in.ValidUntil
	life := in.ValidUntil > r.now && in.ValidUntil <= r.now+CampaignLife &&
		in.ValidUntil%Quarter == 0 && in.ValidUntil <= MaxInstant
	limits := in.ValidDays <= MaxValidDays && in.Grace <= MaxGrace && in.Grace%Quarter == 0 && in.Rollback <= RollbackForfeit
	money := !in.StoredValue || in.MaxDiscount == 1
	return supply && windows && life && limits && money
}

func newCampaign(in CreateCampaign) Campaign {
	return Campaign{
		Version: 1, Status: CampaignActive, Merchant: in.Merchant, TermsHash: TermsHash(in.Terms),
		Currency: in.Currency, Units: in.Units, MaxDiscount: in.MaxDiscount, StoredValue: in.StoredValue,
		Supply: in.Supply, Open: in.Open, Cap: in.Cap, PerHolder: in.PerHolder, PerDay: in.PerDay,
		Attestors: in.Attestors, ClaimFrom: in.ClaimFrom, ClaimUntil: in.ClaimUntil,
		ValidFrom: in.ValidFrom, ValidUntil: in.ValidUntil, ValidDays: in.ValidDays, Offsets: in.Offsets,
		Transfer: in.Transfer, Void: in.Void, Rollback: in.Rollback, Grace: in.Grace, Stores: in.Stores,
	}
}

func (in ChangeCampaign) wellShaped() bool {
	return in.Status >= CampaignActive && in.Status <= CampaignClosed &&
		len(in.Offsets) <= MaxOffsets && validOffsets(in.Offsets)
}

func (in ChangeCampaign) author() Address { return in.Author }

func (r *ruling) changeCampaign(in ChangeCampaign) Kind {
	if kind := r.checkDeadline(in.Deadline, IntentLife); kind != KindAccepted {
		return kind
	}
	m, kind := r.activeMerchant(in.Merchant)
	if kind != KindAccepted {
		return kind
	}
	if in.Author != m.RootAt(r.now) {
		return KindNotAuthorised
	}
	c, ok := r.campaign(in.Campaign)
	if !ok || c.Merchant != in.Merchant {
		return KindUnknownCampaign
	}
	if kind := changeable(c, in, r.now); kind != KindAccepted {
		return kind
	}
	c.Version++
	c.Status, c.Supply, c.Open, c.Offsets = in.Status, in.Supply, in.Open, slices.Concat(c.Offsets, in.Offsets)
	r.put(campaignKey(in.Campaign), c)
	r.emit(CampaignChanged{
		Campaign: in.Campaign, Version: c.Version, Status: c.Status, Supply: c.Supply, Open: c.Open, Offsets: in.Offsets,
	})
	return KindAccepted
}

func changeable(c Campaign, in ChangeCampaign, now uint64) Kind {
	switch {
	case in.Version != c.Version:
		return KindWrongVersion
	case c.Status == CampaignClosed:
		return KindCampaignInactive
	case in.Supply > c.Cap || in.Open > in.Supply || in.Open < c.Open || in.Supply-in.Open < c.Supply-c.Open:
		return KindSupplyExceeded
	case len(c.Offsets)+len(in.Offsets) > MaxOffsets:
		return KindInvalidTerms
	case len(in.Offsets) > 0 && !extends(c.Offsets, in.Offsets[0].From, now):
		return KindInvalidTerms
	default:
		return KindAccepted
	}
}

// TermsHash is what the state keeps of a terms document.
func TermsHash(terms string) Hash { return sha256.Sum256([]byte(terms)) }

// extends tells whether a transition from an instant on leaves the past as it
// was: it is in the future and at the end of a table that is not empty, because
// the first entry of a table also holds for all time before it.
func extends(table []Offset, from, now uint64) bool {
	return len(table) > 0 && from > table[len(table)-1].From && from > now
}
