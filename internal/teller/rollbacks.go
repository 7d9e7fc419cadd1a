package teller

import (
	"context"
	"fmt"
	"slices"

	"tally/internal/index"
	"tally/internal/ledger"
	"tally/internal/voucher"
)

// mostTouches is how many commands of a sale's vouchers are read for one page of the
// sale's rollbacks. A page is short where they were other commands.
const mostTouches = 10 * index.MaxPage

// Rollback is a command that gave units of a redemption or a capture back.
type Rollback struct {
	Outcome voucher.Outcome
	Before  map[voucher.Ref]uint64 // the units that were given back before it, by voucher
}

// Rollbacks lists what gave units of a redemption or a capture back, newest first. Like
// all lists it takes the cursor that the page before returned, or "" for the first page.
// The rollbacks stand in the histories of the vouchers.
func (t *Teller) Rollbacks(ctx context.Context, sold voucher.Outcome, cursor string, limit int) (list []Rollback, next string, err error) {
	if err := t.catchUpIfFar(ctx); err != nil {
		return nil, "", err
	}
	for looked := 0; looked < mostTouches; {
		at, more, err := t.touched(ctx, sold, cursor)
		if err != nil {
			return nil, "", err
		}
		found, err := t.rollbacksAt(ctx, at, sold.ID)
		if err != nil {
			return nil, "", err
		}
		if list = append(list, found...); len(list) > limit {
			return list[:limit], positionCursor(list[limit-1].Outcome.Position), nil
		}
		if cursor = more; more == "" {
			break
		}
		looked += max(len(at), 1)
	}
	return list, cursor, nil
}

// rollbacksAt are the rollbacks of a redemption among the commands at some positions, in
// their order.
func (t *Teller) rollbacksAt(ctx context.Context, at []voucher.Position, redemption voucher.Hash) (list []Rollback, err error) {
	entries, err := t.entries(ctx, at)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", index.ErrUnavailable, err)
	}
	for _, p := range at {
		back, ok, err := rollbackAt(entries, p, redemption)
		if err != nil {
			return nil, err
		}
		if ok {
			list = append(list, back)
		}
	}
	return list, nil
}

// GaveBack is what an outcome says that gave units of a redemption back.
func (t *Teller) GaveBack(ctx context.Context, out voucher.Outcome, redemption voucher.Hash) (Rollback, error) {
	entries, err := t.entries(ctx, []voucher.Position{out.Position})
	if err != nil {
		return Rollback{}, fmt.Errorf("%w: %w", index.ErrUnavailable, err)
	}
	back, ok, err := rollbackAt(entries, out.Position, redemption)
	if err == nil && !ok {
		err = fmt.Errorf("%w: %w", index.ErrUnavailable, errNotConfirmed)
	}
	return back, err
}

// touched are the positions after a sale at which its vouchers were touched by a command
// that may be a rollback, newest first: a stretch of their histories from a cursor on.
// more is the cursor behind the stretch, "" where it goes back to the sale.
func (t *Teller) touched(ctx context.Context, sold voucher.Outcome, cursor string) (at []voucher.Position, more string, err error) {
	refs := SoldRefs(sold)
	var end voucher.Position // the stretch is whole from here on
	for _, ref := range refs {
		touches, next, err := t.index.History(ctx, ref, cursor, max(index.MaxPage/len(refs), 1))
		if err != nil {
			return nil, "", err
		}
		for _, touch := range touches {
			if touch.Verb == voucher.VerbRollback && sold.Position.Before(touch.Position) {
				at = append(at, touch.Position)
			}
		}
		last := sold.Position
		if next != "" {
			last = touches[len(touches)-1].Position
		}
		if sold.Position.Before(last) && end.Before(last) {
			end, more = last, next
		}
	}
	at = slices.DeleteFunc(at, func(p voucher.Position) bool { return p.Before(end) })
	slices.SortFunc(at, func(a, b voucher.Position) int { return comparePositions(b, a) })
	return slices.Compact(at), more, nil // one command may touch several vouchers
}

// SoldRefs are the vouchers that a redemption or a capture took units of, in its order.
func SoldRefs(sold voucher.Outcome) (refs []voucher.Ref) {
	for _, e := range sold.Events {
		if taken, ok := e.(voucher.VoucherRedeemed); ok {
			refs = append(refs, voucher.Ref{Campaign: taken.Campaign, Serial: taken.Serial})
		}
	}
	return refs
}

// rollbackAt is the rollback of a redemption at a position; ok is false for any other
// command. What was given back before it stands in what the merchant signed, and the
// ledger held it to that.
func rollbackAt(entries map[voucher.Position]ledger.Entry, at voucher.Position, redemption voucher.Hash) (back Rollback, ok bool, err error) {
	entry, read := entries[at]
	if !read {
		return back, false, fmt.Errorf("%w: %w", index.ErrUnavailable, errNotConfirmed)
	}
	if !undoes(entry.Outcome, redemption) {
		return back, false, nil
	}
	command, err := voucher.DecodeCommand(entry.Command)
	if err != nil {
		return back, false, fmt.Errorf("%w: %w", index.ErrUnavailable, err)
	}
	back = Rollback{Outcome: entry.Outcome, Before: map[voucher.Ref]uint64{}}
	if signed, ok := command.(voucher.Signed[voucher.Rollback]); ok {
		for _, r := range signed.Intent.Returns {
			back.Before[voucher.Ref{Campaign: r.Campaign, Serial: r.Serial}] = r.Returned
		}
	}
	return back, true, nil
}

func positionCursor(p voucher.Position) string { return index.EncodeCursor(index.EncodePosition(p)) }

// undoes reports whether an outcome gave units of a redemption back.
func undoes(out voucher.Outcome, redemption voucher.Hash) bool {
	return slices.ContainsFunc(out.Events, func(e voucher.Event) bool {
		back, ok := e.(voucher.RolledBack)
		return ok && back.Redemption == redemption
	})
}
