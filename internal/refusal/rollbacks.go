package refusal

import (
	"context"
	"fmt"

	"tally/internal/voucher"
)

// rollback is the reason of a refusal by what was taken, and given back, before.
func (l look) rollback(ctx context.Context, kind voucher.Kind) string {
	in, ok := l.command.(voucher.Signed[voucher.Rollback])
	if !ok {
		return ""
	}
	if kind == voucher.KindRollbackExceeds {
		if reason := beyondTaken(in.Intent.Returns); reason != "" {
			return reason
		}
	}
	if !l.rollsBack(ctx, in.Intent) { // else nothing of what the merchant sold
		return ""
	}
	if reason := l.misnamed(ctx, in.Intent); reason != "" {
		return reason
	}
	for _, of := range l.lines() {
		reason := ""
		if kind == voucher.KindWrongReturned {
			given, err := l.reader.Returned(ctx, in.Intent.Redemption, of.ref)
			reason = wanted(of.place+".returned", given, of.returned, err)
		} else {
			reason = l.beyondRedeemed(ctx, of)
		}
		if reason != "" {
			return reason
		}
	}
	return ""
}

// beyondTaken is the reason in the numbers that were signed themselves. It reads nothing:
// the rules refuse these before they look whose redemption it is.
func beyondTaken(returns []voucher.Return) string {
	for i, back := range returns {
		if left := back.Taken - min(back.Returned, back.Taken); back.Units > left {
			return fmt.Sprintf("returns[%d].units: at most %d is wanted, not %d: the redemption took %d, and %d were given back", i, left, back.Units, back.Taken, back.Returned)
		}
	}
	return ""
}

// beyondRedeemed is the reason where a voucher never had as many units as it would get.
func (l look) beyondRedeemed(ctx context.Context, of line) string {
	c, _, err1 := l.reader.Campaign(ctx, of.ref.Campaign)
	v, known, err2 := l.reader.Voucher(ctx, of.ref)
	if err1 != nil || err2 != nil || !known || v.Units > c.Units || of.units <= c.Units-v.Units {
		return ""
	}
	return fmt.Sprintf("%s.units: at most %d is wanted, not %d: a voucher of this campaign never holds more than %d", of.place, c.Units-v.Units, of.units, c.Units)
}

// rollsBack reports whether the author may roll back what the merchant sold.
func (l look) rollsBack(ctx context.Context, in voucher.Rollback) bool {
	m, known, err1 := l.reader.Merchant(ctx, in.Merchant)
	key, err2 := l.reader.Key(ctx, in.Merchant, in.Author)
	return err1 == nil && err2 == nil && known && (in.Author == m.RootAt(l.now) || key.Scopes&voucher.ScopeRollback != 0)
}

// misnamed is the reason of a redemption that is none of the merchant's, or took
// something else than was signed.
func (l look) misnamed(ctx context.Context, in voucher.Rollback) string {
	sold, known, err := l.reader.Outcome(ctx, in.Redemption)
	if err != nil {
		return ""
	}
	taken, merchant := map[voucher.Ref]uint64{}, voucher.Address{}
	for _, e := range sold.Events {
		switch e := e.(type) {
		case voucher.Redeemed:
			merchant = e.Merchant
		case voucher.HoldCaptured:
			merchant = e.Merchant
		case voucher.VoucherRedeemed:
			taken[voucher.Ref{Campaign: e.Campaign, Serial: e.Serial}] = e.Units
		}
	}
	if !known || merchant != in.Merchant {
		return fmt.Sprintf("redemption: %s is none of this merchant's", in.Redemption)
	}
	for i, back := range in.Returns {
		if reason := wanted(fmt.Sprintf("returns[%d].taken", i), taken[voucher.Ref{Campaign: back.Campaign, Serial: back.Serial}], back.Taken, nil); reason != "" {
			return reason
		}
	}
	return ""
}
