package till

import (
	"context"
	"log/slog"

	"tally/internal/intent"
	"tally/internal/voucher"
)

// request is what the POS asked to have sold.
type request struct {
	reference   string
	fingerprint voucher.Hash // of what the POS sent, before anything was priced
	code        intent.Code
}

// waiting are the requests of one reference that are not signed yet.
type waiting struct {
	requests  int
	cancelled bool // none of them is signed
}

// Redeem signs and sends an order. For an order that the agent knows already, Redeem
// answers what became of it. The error is a *api.Problem, and then nothing was
// signed.
func (a *Agent) Redeem(ctx context.Context, o Order) (Sale, error) {
	code, err := a.signer.parse(o.Reference, o.Code)
	if err != nil {
		return Sale{}, err
	}
	if err := o.check(code.Offer); err != nil {
		return Sale{}, err
	}
	o.Code = canonical(a.opts.Domain, code)
	sent, err := fingerprint(o)
	if err != nil {
		return Sale{}, a.broken(ctx, err)
	}
	return a.sell(ctx, request{o.Reference, sent, code}, func(context.Context, request) (terms, error) {
		return terms{half: o.half(a.signer, code.Offer), details: o.Details, salt: o.Salt}, nil
	})
}

// RedeemCart is Redeem for an order whose price the terms of its vouchers make. It asks the
// server for a quote and computes it anew before it signs. The error is a
// *api.Problem or an *UnusableError, and then nothing was signed.
func (a *Agent) RedeemCart(ctx context.Context, o CartOrder) (Sale, error) {
	code, err := a.signer.parse(o.Reference, o.Code)
	if err != nil {
		return Sale{}, err
	}
	o.Code = canonical(a.opts.Domain, code)
	in, err := o.read(a.signer, code.Offer)
	if err != nil {
		return Sale{}, err
	}
	sent, err := fingerprint(o)
	if err != nil {
		return Sale{}, a.broken(ctx, err)
	}
	return a.sell(ctx, request{o.Reference, sent, code}, func(ctx context.Context, r request) (terms, error) {
		return a.price(ctx, r, in)
	})
}

// canonical is the text of a code that was parsed, which has one.
func canonical(d *intent.Domain, code intent.Code) string {
	text, _ := d.Text(code)
	return text
}

// sell finds the sale of a request, or makes it and tries to settle it. A price is asked for
// only where there is no sale yet, and while nobody waits for it.
func (a *Agent) sell(ctx context.Context, r request, price func(context.Context, request) (terms, error)) (Sale, error) {
	s, w, err := a.begin(ctx, r.reference)
	if err != nil {
		return Sale{}, err
	}
	if s == nil {
		t, unpriced := price(ctx, r)
		if s, err = a.enter(ctx, r, w, t, unpriced); err != nil {
			return Sale{}, err
		}
	}
	if s.fingerprint != r.fingerprint {
		return Sale{}, faultReferenceReused.problem()
	}
	return a.settle(ctx, s), nil
}

// begin finds the sale of a reference, or notes that a request of it waits for a price.
func (a *Agent) begin(ctx context.Context, reference string) (*sale, *waiting, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	s, ok, err := a.look(reference)
	switch {
	case err != nil:
		return nil, nil, a.broken(ctx, err)
	case ok:
		return s, nil, nil
	}
	w := a.pricing[reference]
	if w == nil {
		w = &waiting{}
		a.pricing[reference] = w
	}
	w.requests++
	return nil, w, nil
}

// enter finds the sale of a request that waited, which another may have made meanwhile, or
// makes it: signed and on the disk.
func (a *Agent) enter(ctx context.Context, r request, w *waiting, t terms, unpriced error) (*sale, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if w.requests--; w.requests == 0 {
		delete(a.pricing, r.reference)
	}
	s, ok, err := a.look(r.reference)
	switch {
	case err != nil:
		return nil, a.broken(ctx, err)
	case ok:
		return s, nil
	case unpriced != nil:
		return nil, unpriced
	case w.cancelled:
		return nil, faultCancelled.problem()
	case t.sold != nil:
		return a.remember(ctx, r, *t.sold)
	case len(a.open) >= MaxOpen:
		return nil, faultJournalFull.problem()
	default:
		return a.sign(ctx, r, t)
	}
}

// sign makes the sale of a request. The caller holds mu.
func (a *Agent) sign(ctx context.Context, r request, t terms) (*sale, error) {
	made, err := a.signer.accept(r, t)
	if err != nil {
		return nil, a.broken(ctx, err)
	}
	// From here on a copy may be under way, as far as a restart can know.
	made.Loose = true
	if err := a.opts.Journal.write(made); err != nil {
		return nil, a.broken(ctx, err)
	}
	s := newSale(made)
	s.record.Loose = false // this process knows that nothing left so far
	a.open[r.reference] = s
	a.opts.Log.InfoContext(ctx, "sale opened", slog.String("reference", made.Reference), slog.String("id", made.ID.String()))
	return s, nil
}

// remember makes the sale of a request that the ledger has already. The caller holds mu.
func (a *Agent) remember(ctx context.Context, r request, out voucher.Outcome) (*sale, error) {
	made := record{
		Version: recordVersion, Reference: r.reference, Fingerprint: r.fingerprint, State: StateRedeemed, Final: true,
		ID: out.ID, Deadline: r.code.Offer.Deadline, Outcome: &out,
	}
	if err := a.opts.Journal.settle(made); err != nil {
		return nil, a.broken(ctx, err)
	}
	return newSale(made), nil
}
