package client

import (
	"context"
	"errors"
	"fmt"
	"math"

	"tally/internal/api"
	"tally/internal/pricing"
	"tally/internal/pricing/clock"
	"tally/internal/pricing/cond"
	"tally/internal/voucher"
	"tally/internal/zone"
)

// PriceHeld prices a cart with the best lawful part of what a hold reserved. No server quotes
// vouchers that are held, so nothing is asked but the campaigns, to whose terms their
// ids commit. The purchase counts as no first one. The error is a
// pricing.RefusalError of a cart that cannot be priced, ErrQuote of a campaign with
// other terms, or the client's.
func (s *Session) PriceHeld(ctx context.Context, hold api.HoldInfo, ask api.QuoteRequest) (order pricing.Record, r pricing.Result, err error) {
	in := pricing.Input{
		Mode: pricing.ModeBest, At: voucher.Unix(s.Now()), Store: ask.Store, Areas: ask.Areas, Channel: ask.Channel, Payment: ask.Payment,
	}
	if in.Cart, err = pricing.ReadCart(ask.Cart); err != nil {
		return order, r, fmt.Errorf("the cart: %w", err)
	}
	var all []clock.Reading
	readings, language := map[voucher.Ref]clock.Reading{}, cond.New()
	for _, e := range hold.Outcome.Events {
		held, ok := e.(voucher.VoucherHeld)
		if !ok {
			continue
		}
		v, reading, err := s.held(ctx, language, held, in)
		if err != nil {
			return order, r, err
		}
		in.Vouchers = append(in.Vouchers, v)
		if v.Terms != nil {
			readings[v.Ref], all = reading, append(all, reading)
		}
	}
	in.Offset = clock.Of(all)
	for i, v := range in.Vouchers { // an order has one clock, as for quotes
		if reading := readings[v.Ref]; reading.Reads && reading.Offset != in.Offset {
			in.Vouchers[i].Terms = nil
		}
	}
	if r, err = pricing.Evaluate(in); err != nil {
		return order, r, fmt.Errorf("price: %w", err)
	}
	taken := make([]clock.Reading, len(r.Taken))
	for i, t := range r.Taken {
		taken[i] = readings[t.Ref]
	}
	in.Offset = clock.Of(taken)
	return in.Record(r, s.Domain.Ledger(), ask.Merchant, hold.Outcome.Position), r, nil
}

// held is a voucher of a hold, with the terms of its campaign if these rules can compute
// them.
func (s *Session) held(
	ctx context.Context, language *cond.Language, e voucher.VoucherHeld, in pricing.Input,
) (v pricing.Voucher, r clock.Reading, err error) {
	create, err := s.created(ctx, e.Campaign)
	if err != nil {
		return v, r, err
	}
	v = pricing.Voucher{
		Ref: voucher.Ref{Campaign: e.Campaign, Serial: e.Serial}, TermsHash: voucher.TermsHash(create.Terms),
		Units: e.Voucher.Unpack().Units, Most: e.Units, Expiry: math.MaxUint64, // a hold outlives its voucher's
		MaxDiscount: create.MaxDiscount, Currency: create.Currency, StoredValue: create.StoredValue, Stores: create.Stores,
	}
	terms, err := language.ReadTerms([]byte(create.Terms))
	if err != nil {
		return v, r, nil //nolint:nilerr // the store decides about such a voucher
	}
	r, err = clock.Read(&terms, create.Offsets, zone.BuiltIn(), in.Store, in.At)
	switch {
	case errors.Is(err, zone.ErrNoZone), errors.Is(err, zone.ErrOffset):
		return v, r, nil
	case err != nil:
		return v, r, fmt.Errorf("the clock of store %d: %w", in.Store, err)
	}
	v.Terms = &terms
	return v, r, nil
}

// created is what a merchant signed about a campaign, whose id commits to it.
func (s *Session) created(ctx context.Context, id voucher.CampaignID) (voucher.CreateCampaign, error) {
	info, err := s.Client.Campaign(ctx, id)
	if err == nil && voucher.CampaignOf(s.Domain.Digest(info.Create)) != id {
		err = fmt.Errorf("%w: %s has other terms", ErrQuote, id)
	}
	return info.Create, err
}
