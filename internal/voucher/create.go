package voucher

import (
	"cmp"
	"crypto/sha256"
)

// CreateCampaign publishes terms and mints a supply, whatever its size, in one
// small change. Author: the merchant's root.
//
// Serials 0 to open-1 are open to claims; issues take serials from cap-1
// downwards, supply-open of them in all. Both parts only grow, so they never meet.
type CreateCampaign struct {
	Author      Address   `json:"author"`
	Merchant    Address   `json:"merchant"`
	Terms       string    `json:"terms"`       // a JSON document (RFC 8785), kept whole in the event
	Currency    Currency  `json:"currency"`    // of every amount
	Units       uint64    `json:"units"`       // in each voucher: 1 a single-use coupon, 10 a ten-cup pass
	MaxDiscount uint64    `json:"maxDiscount"` // minor units of money one unit may take off an order
	StoredValue bool      `json:"storedValue"` // a unit is a minor unit of money: the discount equals the units
	Supply      uint32    `json:"supply"`
	Open        uint32    `json:"open"`      // of the supply, open to claims; the rest is for issues
	Cap         uint32    `json:"cap"`       // the supply can never be more
	PerHolder   uint32    `json:"perHolder"` // claims a holder may make; 0 is no limit
	PerDay      uint32    `json:"perDay"`    // the same in one local day; 0 is no limit
	Attestors   []Address `json:"attestors"` // the first ones: if any, a claim needs a ticket of an attestor; ascending
	ClaimFrom   uint64    `json:"claimFrom"`
	ClaimUntil  uint64    `json:"claimUntil"` // the first instant too late to claim
	ValidFrom   uint64    `json:"validFrom"`
	ValidUntil  uint64    `json:"validUntil"` // the first instant too late to spend; on a quarter of an hour
	ValidDays   uint32    `json:"validDays"`  // if any: until the end of this local day after the claim's, and never past validUntil
	Offsets     []Offset  `json:"offsets"`    // of the campaign's time zone, ascending; none is UTC
	Transfer    bool      `json:"transferable"`
	Void        bool      `json:"voidable"`
	Rollback    uint8     `json:"rollback"`
	Grace       uint32    `json:"grace"`  // seconds a rollback may add to the expiry, once; quarters of an hour
	Stores      []uint32  `json:"stores"` // where it is accepted, ascending; none is every store of the merchant
	Deadline    uint64    `json:"deadline"`
}

func (in CreateCampaign) author() Address { return in.Author }

func (CreateCampaign) verb() Verb { return VerbCreateCampaign }

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

func (CreateCampaign) touches(id Hash) []string {
	return []string{campaignKey(CampaignOf(id)), lostKey(CampaignOf(id))}
}

func (CreateCampaign) reads() []string { return nil }

// CampaignCreated starts a campaign at version 1, active.
type CampaignCreated struct {
	Campaign CampaignID     `json:"campaign"`
	Create   CreateCampaign `json:"create"`
}

func (CampaignCreated) isEvent() {}

func (in CreateCampaign) judge(r *ruling) Kind {
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

// TermsHash is what the state keeps of a terms document.
func TermsHash(terms string) Hash { return sha256.Sum256([]byte(terms)) }
