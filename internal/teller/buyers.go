package teller

import (
	"context"
	"fmt"
	"log/slog"

	"tally/internal/index"
	"tally/internal/voucher"
)

// Bought reports whether a wallet bought anything at a merchant with vouchers, of all that
// the ledger has before asOf. The index names the first order, and the ledger says that
// it is one. That there is none is the index's word: it is good for a quote, and not for
// money. The error is index.ErrUnavailable while the index cannot tell.
func (t *Teller) Bought(ctx context.Context, merchant, wallet voucher.Address) (bought bool, asOf voucher.Position, err error) {
	of := index.MerchantBuyer{Merchant: merchant, Wallet: wallet}
	said, err := t.index.Buyer(ctx, of)
	if err != nil {
		return false, asOf, fmt.Errorf("first order: %w", err)
	}
	if !said.Bought {
		return false, said.Through, nil
	}
	found, err := t.outcomesAt(ctx, said.First)
	if err != nil {
		return false, asOf, err
	}
	if is, purchase := index.BuyerOf(found[said.First]); purchase && is == of {
		return true, said.Through, nil
	}
	t.log.WarnContext(ctx, "the index names a first order that is none", slog.String("at", said.First.String()))
	return false, said.Through, nil
}
