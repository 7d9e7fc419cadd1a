package quote

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"tally/internal/index"
	"tally/internal/ledger"
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
	records := records{ledger: q.teller.Ledger(), known: map[voucher.CampaignID]record{}}
	if !named {
		if wanted, partial, err = q.wallet(ctx, r, records); err != nil {
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
	read := reading{quoter: q, request: r, at: at, records: records, campaigns: map[voucher.CampaignID]*campaign{}}
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
func (q *Quoter) wallet(ctx context.Context, r Request, of records) (wanted []Wanted, partial bool, err error) {
	looked, cursor := 0, ""
	for more := true; more && looked < MaxLooked && len(wanted) < MaxHeld; more = cursor != "" {
		refs, next, err := q.teller.Wallet(ctx, r.Owner, cursor, index.MaxPage)
		if err != nil {
			return nil, false, err
		}
		for _, ref := range refs {
			campaign, err := of.campaign(ctx, ref.Campaign)
			if err != nil {
				return nil, false, err
			}
			if campaign.Merchant == r.Merchant {
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

// records reads each campaign of the ledger once.
type records struct {
	ledger ledger.Ledger
	known  map[voucher.CampaignID]record
}

// record is a campaign as the ledger has it, if it is there.
type record struct {
	voucher.Campaign
	there bool
}

func (r records) campaign(ctx context.Context, id voucher.CampaignID) (record, error) {
	if known, ok := r.known[id]; ok {
		return known, nil
	}
	read, there, err := r.ledger.Campaign(ctx, id)
	if err != nil {
		return record{}, fmt.Errorf("read campaign: %w", err)
	}
	r.known[id] = record{read, there}
	return r.known[id], nil
}

// reading makes vouchers of what was read.
type reading struct {
	found
	quoter    *Quoter
	request   Request
	at        uint64
	records   records
	campaigns map[voucher.CampaignID]*campaign
}

// campaign is what a campaign says of its vouchers.
type campaign struct {
	voucher.Campaign
	there bool
	terms compiled
}

// add adds a voucher as the ledger has it. One that was not asked for by its name is left
// out where it is used up, over, or somebody else's by now.
func (r *reading) add(ctx context.Context, w Wanted, h teller.Holding, named bool) error {
	if kind := r.judge(h); kind != voucher.KindAccepted {
		r.refuse(w.Ref, kind, named)
		return nil
	}
	c, err := r.campaign(ctx, w.Ref.Campaign)
	switch {
	case err != nil:
		return err
	case !c.there || c.Merchant != r.request.Merchant:
		r.refuse(w.Ref, voucher.KindUnknownCampaign, named)
		return nil
	case w.Most > h.Voucher.Units:
		r.refuse(w.Ref, voucher.KindInsufficientUnits, named)
		return nil
	}
	v := pricing.Voucher{
		Ref: w.Ref, TermsHash: c.TermsHash, Terms: c.terms.terms, Units: h.Voucher.Units, Most: w.Most,
		ValidFrom: c.ValidFrom, Expiry: h.Voucher.Expiry + h.Extension, Held: mayBeHeld(h.Voucher, r.at) && h.Hold.Open(r.at),
		MaxDiscount: c.MaxDiscount, Currency: c.Currency, StoredValue: c.StoredValue, Stores: c.Stores,
	}
	switch over := v.Units == 0 || r.at >= v.Expiry; {
	case over && !named:
	case c.terms.decides && !over && !v.Held:
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

// campaign reads a campaign once.
func (r *reading) campaign(ctx context.Context, id voucher.CampaignID) (*campaign, error) {
	if c, ok := r.campaigns[id]; ok {
		return c, nil
	}
	record, err := r.records.campaign(ctx, id)
	if err != nil {
		return nil, err
	}
	c := &campaign{Campaign: record.Campaign, there: record.there}
	if record.there && record.Merchant == r.request.Merchant {
		if c.terms, err = r.quoter.compile(ctx, id, record.TermsHash); err != nil {
			return nil, err
		}
	}
	r.campaigns[id] = c
	return c, nil
}
