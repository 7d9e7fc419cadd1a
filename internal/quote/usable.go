package quote

import (
	"context"
	"errors"

	"tally/internal/index"
	"tally/internal/pricing"
	"tally/internal/pricing/clock"
	"tally/internal/teller"
	"tally/internal/voucher"
)

// Usable is whether a voucher can be used now, as far as that is known without a cart.
type Usable struct {
	pricing.Use
	Merchant     voucher.Address
	Currency     voucher.Currency
	Offset       int16 // minutes by which the store's clock is ahead of UTC
	StoreDecides bool  // its terms have no offer that could be computed
}

// Usable says of vouchers, with what the ledger has of them, whether the owner can use
// them now at a store of their merchant: 0 is any store. The order is that of refs.
func (q *Quoter) Usable(ctx context.Context, owner voucher.Address, store uint32, refs []voucher.Ref, holdings []teller.Holding) ([]Usable, error) {
	u := usables{
		quoter: q, owner: owner, store: store, at: voucher.Unix(q.now()),
		campaigns: map[voucher.CampaignID]*campaign{}, suspended: map[voucher.Address]bool{}, first: map[voucher.Address]firstFact{},
	}
	all := make([]Usable, len(refs))
	for i, ref := range refs {
		var err error
		if all[i], err = u.voucher(ctx, ref, holdings[i]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// usables looks each campaign and merchant up once.
type usables struct {
	quoter    *Quoter
	owner     voucher.Address
	store     uint32
	at        uint64
	campaigns map[voucher.CampaignID]*campaign
	suspended map[voucher.Address]bool
	first     map[voucher.Address]firstFact
}

// firstFact is whether the owner has yet to buy at a merchant.
type firstFact struct{ is, known bool }

func (u *usables) voucher(ctx context.Context, ref voucher.Ref, h teller.Holding) (one Usable, err error) {
	c, err := u.campaign(ctx, ref.Campaign, h.Campaign)
	if err != nil {
		return one, err
	}
	one.Merchant, one.Currency = c.Merchant, c.Currency
	suspended, err := u.isSuspended(ctx, c.Merchant)
	switch {
	case err != nil:
		return one, err
	case h.Voucher.State == voucher.StateVoid:
		return one.not(voucher.KindVoided), nil
	case suspended:
		return one.not(voucher.KindMerchantSuspended), nil
	}
	v := pricing.Voucher{
		Ref: ref, TermsHash: c.TermsHash, Terms: c.terms.terms, Units: h.Voucher.Units,
		ValidFrom: c.ValidFrom, Expiry: h.Voucher.Expiry + h.Extension, Held: mayBeHeld(h.Voucher, u.at) && h.Hold.Open(u.at),
		MaxDiscount: c.MaxDiscount, Currency: c.Currency, StoredValue: c.StoredValue, Stores: c.Stores,
	}
	in := pricing.Input{At: u.at, Store: u.store}
	if v.Terms != nil {
		reading, err := clock.Read(v.Terms, c.Offsets, u.quoter.zones, u.store, u.at)
		if err != nil && reading.Reads {
			v.Terms = nil
		}
		one.Offset, in.Offset = reading.Offset, reading.Offset
	}
	fact := firstFact{known: true}
	if asksFirst(priced{voucher: v}) {
		if fact, err = u.firstPurchase(ctx, c.Merchant); err != nil {
			return one, err
		}
	}
	in.FirstPurchase = fact.is || !fact.known
	one.Use = pricing.Usable(in, v)
	one.decide(c.terms.decides)
	if !fact.known && len(one.Reasons) == 0 {
		one.Asks = append(one.Asks, pricing.Ask{Code: pricing.CodeFirstPurchase})
	}
	return one, nil
}

// not says that the ledger would refuse the voucher.
func (one Usable) not(kind voucher.Kind) Usable {
	one.Reasons = []pricing.Reason{{Code: pricing.Code(kind.String())}}
	return one
}

// decide leaves it to the store where terms have no offer.
func (one *Usable) decide(decides bool) {
	if decides && len(one.Reasons) == 1 && one.Reasons[0].Code == pricing.CodeUnsupported {
		one.Reasons, one.StoreDecides = nil, true
	}
}

// campaign compiles a campaign's terms once.
func (u *usables) campaign(ctx context.Context, id voucher.CampaignID, read teller.Campaign) (*campaign, error) {
	if c, ok := u.campaigns[id]; ok {
		return c, nil
	}
	c := &campaign{Campaign: read.Campaign}
	if read.There {
		var err error
		if c.terms, err = u.quoter.compile(ctx, id, read.TermsHash); err != nil {
			return nil, err
		}
	}
	u.campaigns[id] = c
	return c, nil
}

// campaign is what a campaign says of its vouchers.
type campaign struct {
	voucher.Campaign
	terms compiled
}

func (u *usables) isSuspended(ctx context.Context, merchant voucher.Address) (bool, error) {
	if is, ok := u.suspended[merchant]; ok {
		return is, nil
	}
	err := u.quoter.checkMerchant(ctx, merchant)
	var is *MerchantError
	if err != nil && !errors.As(err, &is) {
		return false, err
	}
	u.suspended[merchant] = is != nil && is.Kind == voucher.KindMerchantSuspended
	return u.suspended[merchant], nil
}

// firstPurchase asks once for each merchant. It is not known while the index cannot tell.
func (u *usables) firstPurchase(ctx context.Context, merchant voucher.Address) (firstFact, error) {
	if fact, ok := u.first[merchant]; ok {
		return fact, nil
	}
	bought, _, err := u.quoter.teller.Bought(ctx, merchant, u.owner)
	if err != nil && !errors.Is(err, index.ErrUnavailable) {
		return firstFact{}, err
	}
	u.first[merchant] = firstFact{is: err == nil && !bought, known: err == nil}
	return u.first[merchant], nil
}
