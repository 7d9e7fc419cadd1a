package teller

import (
	"context"
	"fmt"
	"slices"

	"tally/internal/index"
	"tally/internal/voucher"
)

// Rollbacks finds what gave units of a redemption or a capture back, oldest first, in
// the histories of its vouchers.
func (t *Teller) Rollbacks(ctx context.Context, sold voucher.Outcome) (list []voucher.Outcome, err error) {
	if err := t.catchUpIfFar(ctx); err != nil {
		return nil, err
	}
	for _, e := range sold.Events {
		taken, ok := e.(voucher.VoucherRedeemed)
		if !ok {
			continue
		}
		if list, err = t.rollbacksOf(ctx, voucher.Ref{Campaign: taken.Campaign, Serial: taken.Serial}, sold, list); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(list, func(a, b voucher.Outcome) int {
		if a.Position.Before(b.Position) {
			return -1
		}
		return 1
	})
	return list, nil
}

// rollbacksOf adds those in the history of one voucher, back to the redemption.
func (t *Teller) rollbacksOf(ctx context.Context, ref voucher.Ref, sold voucher.Outcome, list []voucher.Outcome) ([]voucher.Outcome, error) { //nolint:gocognit // one loop over pages, and one over what is in them
	for cursor := ""; ; {
		touches, next, err := t.History(ctx, ref, cursor, index.MaxPage)
		if err != nil {
			return nil, fmt.Errorf("read history: %w", err)
		}
		for _, touch := range touches {
			if touch.Verb != voucher.VerbRollback || !sold.Position.Before(touch.Position) || known(list, touch.ID) {
				continue
			}
			out, ok, err := t.Outcome(ctx, touch.ID)
			if err != nil {
				return nil, err
			}
			if ok && undoes(out, sold.ID) {
				list = append(list, out)
			}
		}
		if next == "" || len(touches) > 0 && touches[len(touches)-1].Position.Before(sold.Position) {
			return list, nil
		}
		cursor = next
	}
}

func known(list []voucher.Outcome, id voucher.Hash) bool {
	return slices.ContainsFunc(list, func(o voucher.Outcome) bool { return o.ID == id })
}

// undoes reports whether an outcome gave units of a redemption back.
func undoes(out voucher.Outcome, redemption voucher.Hash) bool {
	return slices.ContainsFunc(out.Events, func(e voucher.Event) bool {
		back, ok := e.(voucher.RolledBack)
		return ok && back.Redemption == redemption
	})
}
