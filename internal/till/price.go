package till

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"tally/internal/api"
	"tally/internal/client"
	"tally/internal/pricing"
	"tally/internal/voucher"
)

// price finds what a till signs of a cart. The error is a problem or an UnusableError, and
// then nothing was signed. A sale that the ledger has already, and the journal no more, is
// found by its code and sum.
func (a *Agent) price(ctx context.Context, r request, in order) (terms, error) {
	ctx, cancel := context.WithTimeout(ctx, PriceTimeout)
	defer cancel()
	record, err := a.priced(ctx, r, in)
	if err == nil {
		half, ok := client.Half(record, r.code.Offer)
		if !ok {
			return terms{}, invalid("record: it is of other vouchers than the code offers, or takes more.")
		}
		return terms{half: half, details: record.Canonical(), salt: in.salt, priced: true}, nil
	}
	if !isRefused(err) {
		return terms{}, a.unpriced(ctx, err)
	}
	sold, known, asked := a.forgotten(ctx, r, in.cart)
	switch {
	case asked != nil:
		return terms{}, a.unpriced(ctx, asked)
	case known:
		return terms{sold: &sold}, nil
	default:
		return terms{}, err
	}
}

// priced is the order record of a cart: the wallet's, which is checked, or by a quote of
// the server, which is computed anew.
func (a *Agent) priced(ctx context.Context, r request, in order) (pricing.Record, error) {
	session := &client.Session{Client: a.opts.Client, Domain: a.opts.Domain, Now: a.opts.Now}
	if in.record != nil {
		err := session.CheckOrder(ctx, in.ask, in.cart, *in.record)
		if errors.Is(err, client.ErrQuote) {
			err = because(faultRecord, err)
		}
		return *in.record, err
	}
	reader, err := session.As(a.opts.Key)
	if err != nil {
		return pricing.Record{}, fmt.Errorf("sign token: %w", err)
	}
	q, err := session.Price(ctx, reader, in.ask)
	if err != nil {
		return pricing.Record{}, a.refusedQuote(ctx, err)
	}
	if _, ok := client.Half(q.Order, r.code.Offer); ok {
		return q.Order, nil
	}
	if len(q.Chosen) > 0 {
		return pricing.Record{}, a.refusedQuote(ctx, fmt.Errorf("%w: it is of other vouchers than the code offers", client.ErrQuote))
	}
	if len(r.code.Offer.Lines) > 1 { // some of them may apply
		in.ask.Mode = string(pricing.ModeBest)
		if q, err = session.Price(ctx, reader, in.ask); err != nil {
			return pricing.Record{}, a.refusedQuote(ctx, err)
		}
	}
	return pricing.Record{}, unusable(r.code.Offer, q.Quote)
}

// refusedQuote is what an error of a quote is to the POS: a quote that is wrong, a refusal of the
// server, or the error itself.
func (a *Agent) refusedQuote(ctx context.Context, err error) error {
	switch p := problem(err); {
	case errors.Is(err, client.ErrQuote):
		a.opts.Log.ErrorContext(ctx, "the server's quote is wrong", slog.Any("error", err))
		return because(faultQuote, err)
	case p == nil:
		return err
	case p.Code == api.FaultNotFound.Code(): // so a server calls what a key may not read
		return known(voucher.KindNotAuthorised.String())
	case isRefusal(p):
		return p
	default:
		return err
	}
}

// because is a fault with the client's own words about it.
func because(f fault, err error) *api.Problem {
	p := f.problem()
	p.Detail = clip(err.Error()) + ". Nothing was signed."
	return p
}

// isRefused reports whether an order was judged, and will not be signed.
func isRefused(err error) bool {
	var u *UnusableError
	if errors.As(err, &u) {
		return true
	}
	var p *api.Problem
	return errors.As(err, &p) && (isRefusal(p) || p.Code == faultRecord.problem().Code)
}

// unpriced is the problem of a cart that nobody priced.
func (a *Agent) unpriced(ctx context.Context, err error) error {
	var p *api.Problem
	if errors.As(err, &p) && p.Code == faultQuote.problem().Code {
		return p
	}
	a.opts.Log.WarnContext(ctx, "no price", slog.Any("error", err))
	return faultNoPrice.problem()
}

// forgotten looks for a sale of this till that the ledger has and the journal has no more: of
// the same code, reference and sum. The error says that the ledger could not be asked.
func (a *Agent) forgotten(ctx context.Context, r request, cart pricing.Cart) (out voucher.Outcome, known bool, err error) {
	out, found, err := a.ask(ctx, a.opts.Domain.Digest(r.code.Offer))
	if err != nil || !found || out.Status != voucher.StatusAccepted {
		return out, false, err
	}
	bare, err := pricing.Evaluate(pricing.Input{Mode: pricing.ModeAll, Store: a.opts.Store, Cart: cart})
	if err != nil {
		return out, false, orderProblem("cart", err)
	}
	for _, e := range out.Events {
		sold, ok := e.(voucher.Redeemed)
		if ok && sold.Till == a.signer.Address() && sold.Reference == api.Reference(a.signer.idempotencyKey(r.reference)) &&
			sold.Merchant == a.opts.Merchant && sold.Store == a.opts.Store && sold.Currency == cart.Currency && sold.Amount == bare.Totals.Amount {
			return out, true, nil
		}
	}
	return out, false, nil
}
