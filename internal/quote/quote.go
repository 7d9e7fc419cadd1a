package quote

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ethereum/go-ethereum/common/lru"

	"tally/internal/pricing"
	"tally/internal/pricing/clock"
	"tally/internal/pricing/cond"
	"tally/internal/teller"
	"tally/internal/voucher"
	"tally/internal/zone"
)

// Quoter prices carts over one ledger. It may be used concurrently.
type Quoter struct {
	teller *teller.Teller
	zones  zone.Database
	now    func() time.Time
	terms  *lru.Cache[voucher.Hash, compiled]
	// merchants of campaigns
	merchants *lru.Cache[voucher.CampaignID, voucher.Address]

	language *cond.Language
}

// New is a quoter over a teller's ledger and index.
func New(t *teller.Teller, now func() time.Time) *Quoter {
	return &Quoter{
		teller: t, zones: zone.BuiltIn(), now: now, terms: lru.NewCache[voucher.Hash, compiled](maxTerms),
		merchants: lru.NewCache[voucher.CampaignID, voucher.Address](maxMerchants), language: cond.New(),
	}
}

// Request is what is asked. Its vouchers are those that are wanted, or, where there
// are none, those that the owner holds.
type Request struct {
	Merchant voucher.Address
	Store    uint32
	Areas    []string
	Channel  string
	Payment  string
	Mode     pricing.Mode
	Cart     pricing.Cart
	Owner    voucher.Address
	Wanted   []Wanted // at most pricing.MaxVouchers, none twice
}

// Wanted is a voucher that is asked for, and how many of its units may be taken; 0 is all.
type Wanted struct {
	Ref  voucher.Ref
	Most uint64
}

// Quote is the answer.
type Quote struct {
	Input   pricing.Input
	Result  pricing.Result
	Record  pricing.Record
	Store   []StoreDecides // vouchers about which the store decides
	Refused []Refused      // vouchers that are not the owner's to use at this merchant
	Partial bool           // the wallet has more vouchers of the merchant than were looked at
}

// StoreDecides is a voucher whose terms have no offer that could be computed.
type StoreDecides struct {
	Ref         voucher.Ref
	Units       uint64
	MaxDiscount uint64 // what one unit takes off at most
}

// Refused is a voucher that was asked for and that the ledger would refuse at once. What is
// not the owner's looks as if it were not there.
type Refused struct {
	Ref  voucher.Ref
	Kind voucher.Kind
}

// MerchantError says that no order can be paid at a merchant now, and why.
type MerchantError struct{ Kind voucher.Kind }

// Error implements error.
func (e *MerchantError) Error() string { return "merchant: " + e.Kind.String() }

// Price answers a request. The error is a pricing.RefusalError of a request that no
// evaluation can have, a MerchantError, or one of the teller's.
func (q *Quoter) Price(ctx context.Context, r Request) (Quote, error) {
	at := voucher.Unix(q.now())
	if err := r.input(at).Check(); err != nil { // before anything is looked up
		return Quote{}, err
	}
	if err := q.checkMerchant(ctx, r.Merchant); err != nil {
		return Quote{}, err
	}
	found, err := q.find(ctx, r, at)
	if err != nil {
		return Quote{}, err
	}
	facts, err := q.facts(ctx, r, found.vouchers)
	if err != nil {
		return Quote{}, err
	}
	in := r.input(at)
	in.FirstPurchase = facts.firstPurchase
	quote := Quote{Store: found.store, Refused: found.refused, Partial: found.partial}
	var readings map[voucher.Ref]clock.Reading
	if in.Vouchers, in.Offset, readings, err = q.onOneClock(found.vouchers, in.Store, at); err != nil {
		return Quote{}, err
	}
	quote.Input = in
	if quote.Result, err = evaluate(in, len(quote.Store)+len(quote.Refused) == 0); err != nil {
		return Quote{}, err
	}
	recorded := in
	recorded.Offset = clock.Of(readingsOf(quote.Result.Taken, readings))
	quote.Record = recorded.Record(quote.Result, q.teller.Domain().Ledger(), r.Merchant, facts.asOf)
	return quote, nil
}

// evaluate evaluates an order. Where all vouchers are wanted or none, and some are not
// among those that can be priced, none is taken.
func evaluate(in pricing.Input, complete bool) (pricing.Result, error) {
	result, err := pricing.Evaluate(in)
	if err != nil || complete || in.Mode != pricing.ModeAll {
		return result, err
	}
	own := result.NotTaken
	bare := in
	bare.Vouchers = nil
	if result, err = pricing.Evaluate(bare); err != nil {
		return result, err
	}
	for _, v := range in.Vouchers {
		why := pricing.NotTaken{Ref: v.Ref, Reasons: []pricing.Reason{{Code: pricing.CodeNotAll}}}
		if at := slices.IndexFunc(own, func(n pricing.NotTaken) bool { return n.Ref == v.Ref }); at >= 0 {
			why = own[at]
		}
		result.NotTaken = append(result.NotTaken, why)
	}
	return result, nil
}

// input is what the request says by itself.
func (r Request) input(at uint64) pricing.Input {
	return pricing.Input{
		Mode: r.Mode, At: at, Store: r.Store, Areas: r.Areas, Channel: r.Channel, Payment: r.Payment, Cart: r.Cart,
	}
}

// checkMerchant refuses a merchant that takes no orders now.
func (q *Quoter) checkMerchant(ctx context.Context, merchant voucher.Address) error {
	m, ok, err := q.teller.Ledger().Merchant(ctx, merchant)
	switch {
	case err != nil:
		return fmt.Errorf("read merchant: %w", err)
	case !ok:
		return &MerchantError{voucher.KindUnknownMerchant}
	case m.SuspendedFrom != 0:
		return &MerchantError{voucher.KindMerchantSuspended}
	default:
		return nil
	}
}

// priced is a voucher as it is priced, with what its campaign signed of local time.
type priced struct {
	voucher pricing.Voucher
	offsets []voucher.Offset
}

// onOneClock are vouchers with one offset of the store's clock. An order has one: where
// the terms of two vouchers look at clocks that differ, the first one's counts, and
// the other's terms cannot be computed.
func (q *Quoter) onOneClock(all []priced, store uint32, at uint64) (
	vouchers []pricing.Voucher, offset int16, readings map[voucher.Ref]clock.Reading, err error,
) {
	readings = make(map[voucher.Ref]clock.Reading, len(all))
	var known []clock.Reading
	for _, p := range all {
		if p.voucher.Terms == nil {
			continue
		}
		reading, err := clock.Read(p.voucher.Terms, p.offsets, q.zones, store, at)
		if errors.Is(err, zone.ErrNoZone) || errors.Is(err, zone.ErrOffset) {
			continue // below, its terms are none
		} else if err != nil {
			return nil, 0, nil, err
		}
		readings[p.voucher.Ref] = reading
		known = append(known, reading)
	}
	offset = clock.Of(known)
	for _, p := range all {
		reading, ok := readings[p.voucher.Ref]
		if !ok || reading.Reads && reading.Offset != offset {
			p.voucher.Terms = nil
		}
		vouchers = append(vouchers, p.voucher)
	}
	return vouchers, offset, readings, nil
}

func readingsOf(taken []pricing.Taken, of map[voucher.Ref]clock.Reading) []clock.Reading {
	readings := make([]clock.Reading, len(taken))
	for i, t := range taken {
		readings[i] = of[t.Ref]
	}
	return readings
}

// compareRef orders vouchers by campaign and serial.
func compareRef(a, b voucher.Ref) int {
	if order := slices.Compare(a.Campaign[:], b.Campaign[:]); order != 0 {
		return order
	}
	return cmp.Compare(a.Serial, b.Serial)
}
