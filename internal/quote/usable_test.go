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

// usable is whether vouchers of the first wallet can be used now at a store.
func (c *counter) usable(x index.Index, store uint32, refs ...voucher.Ref) []quote.Usable {
	c.T.Helper()
	c.project()
	p := ledger.NewPipeline(c.Ledger, 1)
	defer p.Close()
	t := teller.New(c.Ledger, p, x, slog.New(slog.DiscardHandler))
	q := quote.New(t, func() time.Time { return c.now })
	holdings, err := t.Holdings(context.Background(), refs, func(voucher.Voucher) bool { return true })
	require.NoError(c.T, err)
	all, err := q.Usable(context.Background(), c.Alice.Address, store, refs, holdings)
	require.NoError(c.T, err)
	require.Len(c.T, all, len(refs))
	return all
}

// TestUsable_WithoutACart: what can be told without a cart is told, and the rest is named.
func TestUsable_WithoutACart(t *testing.T) {
	when := func(conditions string) string {
		return `{"name":"x","time_zone":"Asia/Hong_Kong","offer":{"kind":"amount_off","amount":100},"when":[` + conditions + `]}`
	}
	offer := func(offer string) string { return `{"name":"x","offer":` + offer + `}` }
	for name, c := range map[string]struct {
		terms   string
		store   uint32
		reasons []pricing.Code
		asks    []pricing.Ask
	}{
		"goods of any kind":     {terms: off},
		"open":                  {terms: when(`{"hours":[{"from":"15:00","until":"17:00"}]}`)},
		"closed":                {terms: when(`{"hours":[{"from":"17:00","until":"18:00"}]}`), reasons: []pricing.Code{pricing.CodeHours}},
		"this store":            {terms: when(`{"stores":[1]}`), store: 1},
		"another store":         {terms: when(`{"stores":[2]}`), store: 1, reasons: []pricing.Code{pricing.CodeStore}},
		"some store":            {terms: when(`{"stores":[2]}`), asks: []pricing.Ask{{Code: pricing.CodeStore}}},
		"an area":               {terms: when(`{"areas":["north"]}`), store: 1, asks: []pricing.Ask{{Code: pricing.CodeStore}}},
		"first purchase":        {terms: welcome},
		"spend and channel":     {terms: when(`{"min_spend":{"amount":3000}},{"channels":["counter"]}`), asks: []pricing.Ask{{Code: pricing.CodeMinSpend, Need: 3000}, {Code: pricing.CodeChannel}}},
		"pieces, and closed":    {terms: when(`{"quantity":{"min":2}},{"hours":[{"from":"17:00","until":"18:00"}]}`), reasons: []pricing.Code{pricing.CodeHours}, asks: []pricing.Ask{{Code: pricing.CodeQuantity, Need: 2}}},
		"an expression":         {terms: when(`{"cel":"quantity(cart) > 1","reason":{"en":"Two."}}`), asks: []pricing.Ask{{Code: pricing.CodeCEL}}},
		"not an expression":     {terms: when(`{"cel":"now() > 1","reason":{"en":"Two."}}`), reasons: []pricing.Code{pricing.CodeUnsupported}},
		"some items":            {terms: offer(`{"kind":"percent_off","bp":1000,"on":{"tags":["tea"]}}`), asks: []pricing.Ask{{Code: pricing.CodeNoItem}}},
		"an exchange":           {terms: offer(`{"kind":"exchange","on":{"tags":["tea"]}}`), asks: []pricing.Ask{{Code: pricing.CodeNoItem}}},
		"once for each so much": {terms: offer(`{"kind":"amount_off","amount":100,"every":10000}`), asks: []pricing.Ask{{Code: pricing.CodeMinSpend, Need: 10000}}},
	} {
		t.Run(name, func(t *testing.T) {
			shop := open(t)
			ref := shop.Claimed(shop.Alice, shop.campaign(c.terms, func(in *voucher.CreateCampaign) { in.Offsets = []voucher.Offset{{Minutes: 480}} }), 0, 0)
			got := shop.usable(shop.index, c.store, ref)[0]
			var reasons []pricing.Code
			for _, r := range got.Reasons {
				reasons = append(reasons, r.Code)
			}
			require.Equal(t, c.reasons, reasons)
			require.Equal(t, c.asks, got.Asks)
			require.Equal(t, shop.Merchant.Address, got.Merchant)
			require.False(t, got.StoreDecides)
		})
	}
}

// TestUsable_AsTheLedgerHasThem: what the ledger would refuse cannot be used.
func TestUsable_AsTheLedgerHasThem(t *testing.T) {
	c := open(t)
	id := c.campaign(off, func(in *voucher.CreateCampaign) { in.ValidDays, in.Void = 5, true })
	good, spent, held, void := c.Claimed(c.Alice, id, 0, 0), c.Claimed(c.Alice, id, 1, 1), c.Claimed(c.Alice, id, 2, 2), c.Claimed(c.Alice, id, 3, 3)
	only := c.Claimed(c.Alice, c.campaign(off, func(in *voucher.CreateCampaign) { in.Stores = []uint32{2} }), 0, 0)
	bare := c.Claimed(c.Alice, c.Campaign(3, nil), 0, 0)
	first := c.Claimed(c.Alice, c.campaign(welcome, nil), 0, 0)
	c.now = c.now.Add(2 * time.Second)
	c.Must(c.Redeem(c.Alice, spent))
	c.Must(c.Hold(c.Alice, c.Unix()+600, held))
	c.Must(c.Void(c.Merchant, void))
	all := []voucher.Ref{good, spent, held, void, only, bare, first}
	codes := func(x index.Index, store uint32) (codes []string) {
		for _, u := range c.usable(x, store, all...) {
			switch {
			case len(u.Reasons) > 0:
				codes = append(codes, string(u.Reasons[0].Code))
			case u.StoreDecides:
				codes = append(codes, "store decides")
			case len(u.Asks) > 0:
				codes = append(codes, "asks "+string(u.Asks[0].Code))
			default:
				codes = append(codes, "yes")
			}
		}
		return codes
	}
	require.Equal(t, []string{"yes", "spent", "held", "void", "wrong_store", "store decides", "first_purchase"}, codes(c.index, 1))
	require.Equal(t, []string{"yes", "spent", "held", "void", "asks store", "store decides", "first_purchase"}, codes(c.index, 0))
	unsure := &forgetful{Index: c.index, err: index.ErrUnavailable}
	require.Equal(t, "asks first_purchase", codes(unsure, 1)[6], "the index cannot tell now")
	c.Must(c.Suspend())
	require.Equal(t, "merchant_suspended", codes(c.index, 1)[0])
	c.now = ledgertest.Start().Add(400 * 24 * time.Hour)
	require.Equal(t, "void", codes(c.index, 1)[3])
}
