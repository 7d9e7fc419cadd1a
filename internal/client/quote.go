package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"tally/internal/api"
	"tally/internal/pricing"
	"tally/internal/pricing/clock"
	"tally/internal/pricing/cond"
	"tally/internal/voucher"
	"tally/internal/zone"
)

// ErrQuote says that a server's quote is not what the terms make of the cart. Nothing is
// signed then.
var ErrQuote = errors.New("the server's quote is not what the terms make of the cart")

// Quoted is a priced order: the server's answer, and its record, which was computed anew.
type Quoted struct {
	api.Quote
	Order pricing.Record
}

// Quote asks what vouchers take off a cart. It takes the server's word for it: see Price.
func (c *Client) Quote(ctx context.Context, in api.QuoteRequest) (q api.Quote, err error) {
	body, err := json.Marshal(in)
	if err != nil {
		return q, fmt.Errorf("encode request: %w", err)
	}
	r, err := c.exchange(ctx, http.MethodPost, "/v1/quotes", body, "")
	if err != nil {
		return q, err
	}
	return q, r.value(&q)
}

// Price asks for a quote as reader, and computes the price of its order record anew, from
// the cart that was sent and the terms of the campaigns, to which their ids commit. So
// no server makes a till or a wallet sign a price that the terms do not give. What a
// voucher holds, and whether a purchase is the first, stays the server's word; the
// ledger judges the one, and an auditor the other. The error is ErrQuote where the
// quote is wrong.
func (s *Session) Price(ctx context.Context, reader *Client, in api.QuoteRequest) (Quoted, error) {
	cart, err := pricing.ReadCart(in.Cart)
	if err != nil {
		return Quoted{}, fmt.Errorf("the cart: %w", err)
	}
	q, err := reader.Quote(ctx, in)
	if err != nil {
		return Quoted{}, err
	}
	record, err := pricing.ReadRecord([]byte(q.Record))
	if err != nil {
		return Quoted{}, fmt.Errorf("%w: the record: %w", ErrQuote, err)
	}
	if err := s.CheckOrder(ctx, in, cart, record); err != nil {
		return Quoted{}, err
	}
	if q.Totals != api.QuoteTotals(record.Totals) {
		return Quoted{}, fmt.Errorf("%w: its sums are not those of its record", ErrQuote)
	}
	return Quoted{q, record}, nil
}

// CheckOrder computes the price of an order record anew: of the cart, at the store and in the
// circumstances that were asked about, within MaxApart of now. The error is ErrQuote
// where the record is wrong.
func (s *Session) CheckOrder(ctx context.Context, asked api.QuoteRequest, cart pricing.Cart, record pricing.Record) error {
	now := voucher.Unix(s.Now())
	switch {
	case record.Ledger != s.Domain.Ledger(), record.Merchant != asked.Merchant:
		return fmt.Errorf("%w: it is for another ledger or merchant", ErrQuote)
	case record.At+clock.MaxApart < now, now+clock.MaxApart < record.At:
		return fmt.Errorf("%w: its time is more than %d s off this machine's", ErrQuote, clock.MaxApart)
	}
	vouchers := make([]pricing.Voucher, 0, len(record.Vouchers))
	readings := make([]clock.Reading, 0, len(record.Vouchers))
	language := cond.New()
	for _, taken := range record.Vouchers {
		v, reading, err := s.priced(ctx, language, record, taken)
		if err != nil {
			return err
		}
		vouchers, readings = append(vouchers, v), append(readings, reading)
	}
	if record.Offset != clock.Of(readings) {
		return fmt.Errorf("%w: the store's clock is another", ErrQuote)
	}
	in := record.Input(vouchers)
	in.Cart, in.Store, in.Areas, in.Channel, in.Payment = cart, asked.Store, asked.Areas, asked.Channel, asked.Payment
	if err := pricing.Check(in, record); err != nil {
		return fmt.Errorf("%w: %w", ErrQuote, err)
	}
	return nil
}

// priced is a voucher of a record, with the terms of its campaign.
func (s *Session) priced(
	ctx context.Context, language *cond.Language, record pricing.Record, taken pricing.Taken,
) (v pricing.Voucher, r clock.Reading, err error) {
	create, err := s.created(ctx, taken.Ref.Campaign)
	if err != nil {
		return v, r, err
	}
	terms, err := language.ReadTerms([]byte(create.Terms))
	if err != nil {
		return v, r, fmt.Errorf("%w: the terms of %s: %w", ErrQuote, taken.Ref.Campaign, err)
	}
	if r, err = clock.Read(&terms, create.Offsets, zone.BuiltIn(), record.Store, record.At); err != nil {
		return v, r, fmt.Errorf("%w: %w", ErrQuote, err)
	}
	return pricing.Sold(taken.Ref, taken.Had, create, &terms), r, nil
}

// Half is the store's half of a priced order. ok is false unless the order has all
// vouchers that a code offers and no others, of each at most the units that it offers.
func Half(order pricing.Record, offer voucher.Redeem) (half voucher.Accept, ok bool) {
	refs, parts := order.Parts()
	if len(refs) != len(offer.Lines) {
		return half, false
	}
	for i, line := range offer.Lines {
		if refs[i] != line.Ref() || parts[i].Units > line.Units {
			return half, false
		}
	}
	return voucher.Accept{
		Merchant: order.Merchant, Store: order.Store, Currency: order.Cart.Currency, Amount: order.Totals.Amount, Parts: parts,
	}, true
}
