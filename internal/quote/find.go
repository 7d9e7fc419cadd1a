package quote

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"tally/internal/index"
	"tally/internal/pricing"
	"tally/internal/teller"
	"tally/internal/voucher"
)

// found are the vouchers of a request.
type found struct {
	vouchers []priced // ascending
	store    []StoreDecides
	refused  []Refused
	partial  bool
}

// find reads the vouchers that a request names, or those that the owner holds.
func (q *Quoter) find(ctx context.Context, r Request, at uint64) (found, error) {
	wanted, partial, err := r.Wanted, false, error(nil)
	named := len(wanted) > 0
	if !named {
		if wanted, partial, err = q.wallet(ctx, r); err != nil {
			return found{}, err
		}
	}
	slices.SortFunc(wanted, func(a, b Wanted) int { return compareRef(a.Ref, b.Ref) })
	refs := make([]voucher.Ref, len(wanted))
	for i, w := range wanted {
		refs[i] = w.Ref
	}
	holdings, err := q.teller.Holdings(ctx, refs, func(v voucher.Voucher) bool { return mayBeHeld(v, at) })
	if err != nil {
		return found{}, err
	}
	read := reading{quoter: q, request: r, at: at, terms: map[voucher.CampaignID]compiled{}}
	for i, w := range wanted {
		if err := read.add(ctx, w, holdings[i], named); err != nil {
			return found{}, err
		}
	}
	read.partial = partial
	if !named {
		read.keepSoonest()
	}
	return read.found, nil
}

// mayBeHeld reports whether the owner last signed so lately that a hold may be open.
func mayBeHeld(v voucher.Voucher, at uint64) bool {
	return v.State == voucher.StateClaimed && v.SignedAt+voucher.HoldLife > at
}

// wallet are the vouchers of the merchant that the owner may hold. partial says that there
// may be more of them.
func (q *Quoter) wallet(ctx context.Context, r Request) (wanted []Wanted, partial bool, err error) {
	looked, cursor := 0, ""
	for more := true; more && looked < MaxLooked && len(wanted) < MaxHeld; more = cursor != "" {
		refs, next, err := q.teller.Wallet(ctx, r.Owner, cursor, index.MaxPage)
		if err != nil {
			return nil, false, err
		}
		for _, ref := range refs {
			merchant, err := q.merchantOf(ctx, ref.Campaign)
			if err != nil {
				return nil, false, err
			}
			if merchant == r.Merchant {
				wanted = append(wanted, Wanted{Ref: ref})
			}
		}
		looked, cursor = looked+len(refs), next
	}
	if len(wanted) > MaxHeld {
		return wanted[:MaxHeld], true, nil
	}
	return wanted, cursor != "", nil
}

// merchantOf is whose a campaign is: nobody's, if it is not there. It never changes.
func (q *Quoter) merchantOf(ctx context.Context, id voucher.CampaignID) (voucher.Address, error) {
	if merchant, ok := q.merchants.Get(id); ok {
		return merchant, nil
	}
	campaign, there, err := q.teller.Ledger().Campaign(ctx, id)
	if err != nil {
		return voucher.Address{}, fmt.Errorf("read campaign: %w", err)
	}
	if there {
		q.merchants.Add(id, campaign.Merchant)
	}
	return campaign.Merchant, nil
}

// reading makes vouchers of what was read.
type reading struct {
	found
	quoter  *Quoter
	request Request
	at      uint64
	terms   map[voucher.CampaignID]compiled
}

// add adds a voucher as the ledger has it. One that was not asked for by its name is left
// out where it is used up, over, or somebody else's by now.
func (r *reading) add(ctx context.Context, w Wanted, h teller.Holding, named bool) error {
	if kind := r.judge(h); kind != voucher.KindAccepted {
		r.refuse(w.Ref, kind, named)
		return nil
	}
	c := h.Campaign
	switch {
	case !c.There || c.Merchant != r.request.Merchant:
		r.refuse(w.Ref, voucher.KindUnknownCampaign, named)
		return nil
	case w.Most > h.Voucher.Units:
		r.refuse(w.Ref, voucher.KindInsufficientUnits, named)
		return nil
	}
	terms, err := r.compiled(ctx, w.Ref.Campaign, c.TermsHash)
	if err != nil {
		return err
	}
	v := pricing.Voucher{
		Ref: w.Ref, TermsHash: c.TermsHash, Terms: terms.terms, Units: h.Voucher.Units, Most: w.Most,
		ValidFrom: c.ValidFrom, Expiry: h.Voucher.Expiry + h.Extension, Held: mayBeHeld(h.Voucher, r.at) && h.Hold.Open(r.at),
		MaxDiscount: c.MaxDiscount, Currency: c.Currency, StoredValue: c.StoredValue, Stores: c.Stores,
	}
	switch over := v.Units == 0 || r.at >= v.Expiry; {
	case over && !named:
	case terms.decides && !over && !v.Held:
		r.store = append(r.store, StoreDecides{v.Ref, v.Units, v.MaxDiscount})
	default:
		r.vouchers = append(r.vouchers, priced{v, c.Offsets})
	}
	return nil
}

// judge refuses what is not the owner's, or void.
func (r *reading) judge(h teller.Holding) voucher.Kind {
	switch {
	case h.Voucher.Owner != r.request.Owner:
		return voucher.KindUnknownVoucher
	case h.Voucher.State == voucher.StateVoid:
		return voucher.KindVoided
	default:
		return voucher.KindAccepted
	}
}

func (r *reading) refuse(ref voucher.Ref, kind voucher.Kind, named bool) {
	if named {
		r.refused = append(r.refused, Refused{ref, kind})
	}
}

// keepSoonest leaves out what is more than an evaluation takes: the vouchers that end
// soonest stay.
func (r *reading) keepSoonest() {
	if len(r.vouchers) <= pricing.MaxVouchers {
		return
	}
	slices.SortFunc(r.vouchers, func(a, b priced) int {
		return cmp.Or(cmp.Compare(a.voucher.Expiry, b.voucher.Expiry), compareRef(a.voucher.Ref, b.voucher.Ref))
	})
	r.vouchers, r.partial = r.vouchers[:pricing.MaxVouchers], true
	slices.SortFunc(r.vouchers, func(a, b priced) int { return compareRef(a.voucher.Ref, b.voucher.Ref) })
}

// compiled are the terms of a campaign. Those of one request are all of one moment.
func (r *reading) compiled(ctx context.Context, id voucher.CampaignID, hash voucher.Hash) (compiled, error) {
	if known, ok := r.terms[id]; ok {
		return known, nil
	}
	terms, err := r.quoter.compile(ctx, id, hash)
	if err == nil {
		r.terms[id] = terms
	}
	return terms, err
}
