package voucher

import (
	"cmp"
	"crypto/sha256"
	"fmt"
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

// flaw checks sizes and orders.
func (in CreateCampaign) flaw() string {
	if n := len(in.Terms); n == 0 || n > MaxTerms {
		return fmt.Sprintf("terms: a document of 1 to %d bytes is wanted, and this has %d", MaxTerms, n)
	}
	if !wellFormed(in.Currency) {
		return "currency: three capital letters are wanted"
	}
	return cmp.Or(
		outside("units", in.Units, 1, MaxUnits), outside("maxDiscount", in.MaxDiscount, 0, MaxAmount),
		miscounted("attestors", len(in.Attestors), 0, MaxAttestors), disordered("attestors", in.Attestors, compareAddress),
		each("attestors", in.Attestors[:min(1, len(in.Attestors))], func(_ int, a Address) (name, want string) { // the others are greater
			if a.IsZero() {
				return "", "an address other than zero is wanted"
			}
			return "", ""
		}),
		miscounted("stores", len(in.Stores), 0, MaxStores), disordered("stores", in.Stores, cmp.Compare[uint32]),
		each("stores", in.Stores, func(_ int, store uint32) (name, want string) {
			if store == 0 || store > MaxStore {
				return "", fmt.Sprintf("a whole number from 1 to %d is wanted", MaxStore)
			}
			return "", ""
		}),
		miscounted("offsets", len(in.Offsets), 0, MaxOffsets), unfit(in.Offsets),
	)
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
	if Contradiction(in, r.now) != "" {
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

// Contradiction is what makes the terms of a campaign KindInvalidTerms when it is
// created at an instant: a field, and what is wanted there; "" where nothing does.
func Contradiction(in CreateCampaign, now uint64) string {
	return cmp.Or(
		outside("cap", uint64(in.Cap), 1, MaxSupply), outside("supply", uint64(in.Supply), 0, uint64(in.Cap)),
		outside("open", uint64(in.Open), 0, uint64(in.Supply)),
		unless(in.ClaimFrom < in.ClaimUntil, "claimFrom: an instant before claimUntil is wanted"),
		unless(in.ClaimUntil <= in.ValidUntil, "claimUntil: an instant that is not after validUntil is wanted"),
		unless(in.ValidFrom < in.ValidUntil, "validFrom: an instant before validUntil is wanted"),
		untimely(in.ValidUntil, now),
		unless(in.ValidUntil%Quarter == 0 && in.ValidUntil <= MaxInstant, "validUntil: a whole quarter of an hour is wanted"),
		outside("validDays", uint64(in.ValidDays), 0, MaxValidDays), outside("grace", uint64(in.Grace), 0, MaxGrace),
		unless(in.Grace%Quarter == 0, "grace: a whole number of quarters of an hour is wanted"),
		outside("rollback", uint64(in.Rollback), uint64(RollbackNone), uint64(RollbackForfeit)),
		unless(!in.StoredValue || in.MaxDiscount == 1, "maxDiscount: 1 is wanted for stored value: a unit is a minor unit of money"),
	)
}

// untimely is the flaw of an end of a campaign that has passed, or is too far away.
func untimely(validUntil, now uint64) string {
	if validUntil > now && validUntil <= now+CampaignLife {
		return ""
	}
	return fmt.Sprintf("validUntil: an instant that is to come, at most %d days from now, is wanted", CampaignLife/secondsADay)
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
