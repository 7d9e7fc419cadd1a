package teller

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"tally/internal/door"
	"tally/internal/index"
	"tally/internal/ledger"
	"tally/internal/voucher"
)

// What a teller refuses of a reference by itself.
var (
	// ErrReferenceUsed says that the client's reference names another redemption.
	ErrReferenceUsed = errors.New("the reference names another redemption")
	// ErrReferenceBusy says that another redemption of this reference is under way.
	ErrReferenceBusy = errors.New("a redemption of this reference is under way")
)

// referenceKey is a client's reference, which is the merchant's own.
type referenceKey = index.MerchantReference

// Redeem joins the two halves of a redemption, or of a hold. A client's reference
// names one of them for ever: used for another it is ErrReferenceUsed, or
// ErrReferenceBusy while the first is under way. While the index cannot tell,
// that holds for the last orders of the ledger (see recent): a reference keeps a
// shop from selling twice by mistake; that a
// voucher is spent once is the ledger's rule and needs no index.
func (t *Teller) Redeem(ctx context.Context, c door.Entered[voucher.RedeemCommand]) (voucher.Outcome, error) {
	accept := c.Command().Accept
	return t.submitByReference(ctx, accept.Reference, till{accept.Merchant, accept.Till, accept.Store}, c.Any())
}

// Capture spends what a hold reserved. Its reference is like that of Redeem.
func (t *Teller) Capture(ctx context.Context, c door.Entered[voucher.Signed[voucher.Capture]]) (voucher.Outcome, error) {
	in := c.Command().Intent
	return t.submitByReference(ctx, in.Reference, till{in.Merchant, in.Till, in.Store}, c.Any())
}

// submitByReference submits what a client's reference stands for. The reference is the
// merchant's: only a till of the merchant is told of it, or keeps others from it.
func (t *Teller) submitByReference(ctx context.Context, reference voucher.Hash, by till, c door.Entered[voucher.Command]) (voucher.Outcome, error) {
	id := c.ID()
	if reference.IsZero() {
		return t.Submit(ctx, c)
	}
	isTill, err := t.tills.have(ctx, by)
	switch {
	case err != nil:
		return voucher.Outcome{ID: id}, fmt.Errorf("%w: read the till's key: %w", ledger.ErrNotSent, err)
	case !isTill:
		return t.Submit(ctx, c) // the ledger says what is wrong
	}
	key := referenceKey{Merchant: by.merchant, Reference: reference}
	release, err := t.reserve(key, id)
	if err != nil {
		return voucher.Outcome{ID: id}, err
	}
	defer release()
	if used, ok := t.byReference(ctx, key); ok && used != id {
		return voucher.Outcome{ID: id}, ErrReferenceUsed
	}
	return t.Submit(ctx, c)
}

// reserve keeps two offers of one reference from being under way at once in
// this process.
func (t *Teller) reserve(key referenceKey, id voucher.Hash) (release func(), err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	other, busy := t.underWay[key]
	switch {
	case busy && other != id:
		return nil, ErrReferenceBusy
	case busy: // the same once more: the first of them releases it
		return func() {}, nil
	}
	t.underWay[key] = id
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		delete(t.underWay, key)
	}, nil
}

// byReference finds the order that a client's reference names, in the index or else
// among the ledger's last ones.
func (t *Teller) byReference(ctx context.Context, key referenceKey) (id voucher.Hash, ok bool) {
	at, err := t.index.Reference(ctx, key.Merchant, key.Reference)
	if errors.Is(err, index.ErrNotFound) {
		at, err = t.lookUpReference(ctx, key)
	}
	if errors.Is(err, index.ErrNotFound) {
		return t.recent.known(key)
	}
	if err == nil {
		if id, ok = t.orderAt(ctx, key, at); ok {
			return id, true
		}
	}
	id, ok, err = t.recent.find(ctx, key)
	if err != nil {
		t.recent.warn(ctx, t.log, err)
	}
	return id, ok
}

// orderAt is the order that the ledger has at a position, if it has this reference.
func (t *Teller) orderAt(ctx context.Context, key referenceKey, at voucher.Position) (id voucher.Hash, ok bool) {
	found, _ := t.outcomesAt(ctx, at)
	out := found[at]
	return out.ID, slices.Contains(index.ReferencesOf(out), key)
}

// Reference finds what a merchant's client named so. What it reads, and whether it
// can tell, does not depend on what is there. The error is index.ErrNotFound, or
// says why the index cannot tell: that it names another order than the ledger has,
// for one.
func (t *Teller) Reference(ctx context.Context, merchant voucher.Address, reference voucher.Hash) (voucher.Hash, error) {
	key := referenceKey{Merchant: merchant, Reference: reference}
	_, err := t.index.Reference(ctx, merchant, reference)
	if err != nil && !errors.Is(err, index.ErrNotFound) {
		return voucher.Hash{}, err
	}
	at, err := t.lookUpReference(ctx, key)
	if err != nil && !errors.Is(err, index.ErrNotFound) {
		return voucher.Hash{}, err
	}
	id, right := t.orderAt(ctx, key, at)
	recent, known := t.recent.known(key)
	switch {
	case right:
		return id, nil
	case known:
		return recent, nil
	case err == nil:
		return voucher.Hash{}, fmt.Errorf("%w: %w", index.ErrUnavailable, errNotConfirmed)
	default:
		return voucher.Hash{}, err
	}
}

// lookUpReference asks the index, after it has caught up. An index that is behind
// (for example just rebuilt) cannot prove that a reference does not exist.
func (t *Teller) lookUpReference(ctx context.Context, key referenceKey) (voucher.Position, error) {
	if err := t.catchUpIfFar(ctx); err != nil {
		return voucher.Position{}, err
	}
	return t.index.Reference(ctx, key.Merchant, key.Reference)
}
