package teller

import (
	"context"
	"errors"
	"fmt"

	"tally/internal/door"
	"tally/internal/index"
	"tally/internal/ledger"
	"tally/internal/voucher"
)

// Rollback gives units back. That the redemption exists and took as much as the
// rollback says, no rule can check, for redemptions leave no state: the teller
// does. Who has no right to roll back is left to the ledger, which refuses
// without a word about the redemption.
func (t *Teller) Rollback(ctx context.Context, c door.Entered[voucher.Signed[voucher.Rollback]]) (voucher.Outcome, error) {
	in := c.Command().Intent
	refused := voucher.Outcome{ID: c.ID(), Status: voucher.StatusRefused, Kind: voucher.KindRollbackExceeds}
	authorised, err := t.rollsBack(ctx, in)
	if err != nil {
		return voucher.Outcome{ID: refused.ID}, fmt.Errorf("%w: %w", ledger.ErrNotSent, err)
	}
	if !authorised {
		return t.Submit(ctx, c.Any())
	}
	redemption, ok, err := t.Outcome(ctx, in.Redemption)
	if err != nil {
		return voucher.Outcome{ID: refused.ID}, fmt.Errorf("%w: %w", ledger.ErrNotSent, err)
	}
	merchant, _, _ := index.Order(redemption)
	if !ok || merchant != in.Merchant || !tookAsSaid(redemption, in.Returns) {
		return refused, nil
	}
	return t.Submit(ctx, c.Any())
}

// rollsBack reports whether the author of a rollback may roll back.
func (t *Teller) rollsBack(ctx context.Context, in voucher.Rollback) (bool, error) {
	m, ok, err1 := t.ledger.Merchant(ctx, in.Merchant)
	key, err2 := t.ledger.Key(ctx, in.Merchant, in.Author)
	if err := errors.Join(err1, err2); err != nil {
		return false, err
	}
	isRoot := in.Author == m.Root || in.Author == m.NextRoot // in force or not: the ledger's clock knows
	return ok && (isRoot || key.Scopes&voucher.ScopeRollback != 0), nil
}

// tookAsSaid reports whether a redemption took of each voucher what is said of it.
func tookAsSaid(redemption voucher.Outcome, returns []voucher.Return) bool {
	taken := map[voucher.Ref]uint64{}
	for _, e := range redemption.Events {
		if e, ok := e.(voucher.VoucherRedeemed); ok {
			taken[voucher.Ref{Campaign: e.Campaign, Serial: e.Serial}] = e.Units
		}
	}
	for _, back := range returns {
		if taken[voucher.Ref{Campaign: back.Campaign, Serial: back.Serial}] != back.Taken {
			return false
		}
	}
	return true
}

// HoldEnd finds what captured or released a hold, in the history of one of its
// vouchers. ok is false where nothing did.
func (t *Teller) HoldEnd(ctx context.Context, ref voucher.Ref, hold voucher.Outcome) (end voucher.Outcome, ok bool, err error) {
	if err := t.catchUpIfFar(ctx); err != nil {
		return end, false, err
	}
	for cursor := ""; ; {
		touches, next, err := t.History(ctx, ref, cursor, index.MaxPage)
		if err != nil {
			return end, false, fmt.Errorf("read history: %w", err)
		}
		end, ok, err := t.endAmong(ctx, touches, hold)
		if err != nil || ok {
			return end, ok, err
		}
		older := next == "" || len(touches) > 0 && touches[len(touches)-1].Position.Before(hold.Position)
		if older {
			return voucher.Outcome{}, false, nil
		}
		cursor = next
	}
}

// endAmong looks for the end of a hold among what came after it.
func (t *Teller) endAmong(ctx context.Context, touches []index.Touch, hold voucher.Outcome) (voucher.Outcome, bool, error) {
	for _, touch := range touches {
		later := hold.Position.Before(touch.Position)
		mayEnd := touch.Verb == 0 || touch.Verb == voucher.VerbCapture || touch.Verb == voucher.VerbRelease
		if !later || !mayEnd {
			continue
		}
		end, ok, err := t.Outcome(ctx, touch.ID)
		if err != nil || ok && ends(end, hold.ID) {
			return end, ok, err
		}
	}
	return voucher.Outcome{}, false, nil
}

// ends reports whether an outcome captured or released a hold.
func ends(out voucher.Outcome, hold voucher.Hash) bool {
	for _, e := range out.Events {
		switch e := e.(type) {
		case voucher.HoldCaptured:
			return e.Hold == hold
		case voucher.HoldReleased:
			return e.Hold == hold
		}
	}
	return false
}
