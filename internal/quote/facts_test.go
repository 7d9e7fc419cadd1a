package quote_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/index"
	"tally/internal/ledger"
	"tally/internal/ledger/ledgertest"
	"tally/internal/pricing"
	"tally/internal/quote"
	"tally/internal/teller"
	"tally/internal/voucher"
)

const welcome = `{"name":"Welcome","offer":{"kind":"amount_off","amount":1000},"when":[{"first_purchase":true}]}`

// TestPrice_FirstPurchase: a wallet that bought at the merchant is no first customer, by a
// redemption or a capture, and whatever was given back. A hold is no purchase.
func TestPrice_FirstPurchase(t *testing.T) {
	c := open(t)
	id := c.campaign(welcome, func(in *voucher.CreateCampaign) { in.Rollback = voucher.RollbackRestore })
	first, held, bobs := c.Claimed(c.Alice, id, 0, 0), c.Claimed(c.Alice, id, 1, 1), c.Claimed(c.Bob, id, 0, 2)
	q := c.ask(nil)
	require.Len(t, q.Result.Taken, 1)
	require.True(t, q.Record.FirstPurchase)

	c.now = c.now.Add(2 * time.Second)
	hold := c.Must(c.Hold(c.Alice, c.Unix()+600, held))
	require.True(t, c.ask(nil).Record.FirstPurchase, "a hold is no purchase")
	c.Must(c.Capture(hold.ID, 10_000, ledgertest.Take(held, 1, 1000)))
	q = c.ask(nil)
	require.False(t, q.Record.FirstPurchase)
	require.Equal(t, pricing.CodeFirstPurchase, reason(q, first))
	require.Equal(t, uint64(6000), q.Record.Totals.Due)

	bob := func(r *quote.Request) { r.Owner = c.Bob.Address }
	require.True(t, c.ask(bob).Record.FirstPurchase, "of each wallet")
	sale := c.Must(c.Redeem(c.Bob, bobs))
	c.Must(c.Rollback(c.Merchant, sale.ID, ledgertest.Return(bobs, 1, 1, 0)))
	q = c.ask(bob)
	require.Equal(t, pricing.CodeFirstPurchase, reason(q, bobs), "it came back, and the wallet has bought")
}

// TestPrice_FactsAsOf: a record says how far the index knew the ledger.
func TestPrice_FactsAsOf(t *testing.T) {
	c := open(t)
	c.Claimed(c.Alice, c.campaign(welcome, nil), 0, 0)
	c.project()
	mark, err := c.index.Watermark(t.Context())
	require.NoError(t, err)
	to := mark
	to.Next = voucher.Position{Block: 2}
	require.NoError(t, c.index.Advance(t.Context(), mark, to))
	require.Equal(t, to.Next, c.ask(nil).Record.AsOf)
}

// forgetful is an index that knows no buyers: it cannot tell, or names what is no order.
type forgetful struct {
	index.Index
	said index.Buyer
	err  error
}

func (f *forgetful) Buyer(context.Context, index.MerchantBuyer) (index.Buyer, error) {
	return f.said, f.err
}

// TestPrice_FactsUnknown: while the index cannot tell, no first purchase is claimed, and
// a price that rests on it is no price. What an index says of a first order counts only if the
// ledger has that order.
func TestPrice_FactsUnknown(t *testing.T) {
	c := open(t)
	x := &forgetful{Index: c.index, err: index.ErrUnavailable}
	p := ledger.NewPipeline(c.Ledger, 1)
	t.Cleanup(p.Close)
	c.Quoter = quote.New(teller.New(c.Ledger, p, x, slog.New(slog.DiscardHandler)), func() time.Time { return c.now })
	plain := c.Claimed(c.Alice, c.campaign(off, nil), 0, 0)
	q := c.ask(nil)
	require.Equal(t, []voucher.Ref{plain}, refsOf(q))
	require.False(t, q.Record.FirstPurchase)
	head, err := c.Ledger.Head(t.Context())
	require.NoError(t, err)
	require.Equal(t, head, q.Record.AsOf)

	claim := c.Must(c.Claim(c.Alice, c.campaign(welcome, nil), 0, 1))
	c.project()
	request := quote.Request{
		Merchant: c.Merchant.Address, Store: 1, Mode: pricing.ModeBest, Owner: c.Alice.Address,
		Cart: pricing.Cart{Currency: voucher.Currency{'H', 'K', 'D'}, Lines: []pricing.Line{{ID: "1", Unit: 6000, Quantity: 1, Amount: 6000}}},
	}
	_, err = c.Price(t.Context(), request)
	require.ErrorIs(t, err, index.ErrUnavailable)

	x.err = nil
	for _, at := range []voucher.Position{claim.Position, {Block: 9}} {
		x.said = index.Buyer{Bought: true, First: at}
		require.True(t, c.ask(nil).Record.FirstPurchase, "no order of this wallet")
	}
}
