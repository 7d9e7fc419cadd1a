package quote

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"tally/internal/index"
	"tally/internal/pricing"
	"tally/internal/voucher"
)

// facts are what an order's conditions ask of the ledger, of all that it has before asOf.
type facts struct {
	firstPurchase bool
	asOf          voucher.Position
}

// facts asks whether the owner buys at the merchant for the first time. While the index
// cannot tell, the fact is not claimed: that gives nothing away. The error is
// index.ErrUnavailable where a voucher's terms want it.
func (q *Quoter) facts(ctx context.Context, r Request, vouchers []priced) (facts, error) {
	bought, asOf, err := q.teller.Bought(ctx, r.Merchant, r.Owner)
	switch {
	case err == nil:
		return facts{!bought, asOf}, nil
	case !errors.Is(err, index.ErrUnavailable) || slices.ContainsFunc(vouchers, asksFirst):
		return facts{}, err
	}
	head, err := q.teller.Ledger().Head(ctx)
	if err != nil {
		return facts{}, fmt.Errorf("read head: %w", err)
	}
	return facts{asOf: head}, nil
}

// asksFirst reports whether a voucher's terms want a first purchase.
func asksFirst(p priced) bool {
	return p.voucher.Terms != nil && slices.ContainsFunc(p.voucher.Terms.When, func(c pricing.Condition) bool {
		_, is := c.Test.(pricing.FirstPurchase)
		return is
	})
}
