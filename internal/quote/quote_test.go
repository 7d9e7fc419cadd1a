package quote_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/index/memory"
	"tally/internal/ledger"
	"tally/internal/ledger/ledgertest"
	ledgermemory "tally/internal/ledger/memory"
	"tally/internal/pricing"
	"tally/internal/quote"
	"tally/internal/teller"
	"tally/internal/voucher"
)

// counter is a quoter over a ledger with a founded cast.
type counter struct {
	*ledgertest.World
	index *memory.Index
	now   time.Time
	*quote.Quoter
}

func open(t testing.TB) *counter {
	t.Helper()
	c := &counter{now: ledgertest.Start(), index: memory.Trusted()}
	now := func() time.Time { return c.now }
	l, err := ledgermemory.New(ledgertest.LedgerID(1), ledgertest.Operators(), 1, now)
	require.NoError(t, err)
	p := ledger.NewPipeline(l, 1)
	t.Cleanup(func() { p.Close(); require.NoError(t, l.Close()) })
	c.World = ledgertest.NewWorld(t, l, now)
	c.Found()
	c.Quoter = quote.New(teller.New(l, p, c.index, slog.New(slog.DiscardHandler)), now)
	return c
}

// project brings all that the ledger has into the index.
func (c *counter) project() {
	c.T.Helper()
	head, err := c.Ledger.Head(c.T.Context())
	require.NoError(c.T, err)
	for e, err := range c.Ledger.Events(c.T.Context(), voucher.Position{}, head) {
		require.NoError(c.T, err)
		require.NoError(c.T, c.index.Add(c.T.Context(), []ledger.Entry{e}))
	}
}

// campaign is a campaign with terms that have an offer.
func (c *counter) campaign(document string, edit func(*voucher.CreateCampaign)) voucher.CampaignID {
	c.T.Helper()
	terms, err := pricing.ReadTerms([]byte(document))
	require.NoError(c.T, err)
	return c.Campaign(400, func(in *voucher.CreateCampaign) {
		in.Terms, in.PerHolder = terms.Canonical(), 0
		if edit != nil {
			edit(in)
		}
	})
}

// ask asks what the vouchers of a wallet take off 60.00 at store 1.
func (c *counter) ask(edit func(*quote.Request)) quote.Quote {
	c.T.Helper()
	c.project()
	r := quote.Request{
		Merchant: c.Merchant.Address, Store: 1, Mode: pricing.ModeBest, Owner: c.Alice.Address,
		Cart: pricing.Cart{Currency: voucher.Currency{'H', 'K', 'D'}, Lines: []pricing.Line{{ID: "1", Unit: 6000, Quantity: 1, Amount: 6000}}},
	}
	if edit != nil {
		edit(&r)
	}
	q, err := c.Price(c.T.Context(), r)
	require.NoError(c.T, err)
	return q
}

func hours(zone, from, until string) string {
	return `{"name":"x","time_zone":"` + zone + `","offer":{"kind":"amount_off","amount":1000},"when":[{"hours":[{"from":"` + from + `","until":"` + until + `"}]}],` +
		`"combine":{"group":"a","with":["a"]}}`
}

// TestPrice_StoresClock: hours are those of the store's clock, by the offsets that the
// merchant signed.
func TestPrice_StoresClock(t *testing.T) {
	c := open(t) // 16:00 in Hong Kong
	hk := c.campaign(hours("Asia/Hong_Kong", "15:00", "17:00"), func(in *voucher.CreateCampaign) { in.Offsets = []voucher.Offset{{Minutes: 480}} })
	c.Claimed(c.Alice, hk, 0, 0)
	q := c.ask(nil)
	require.Len(t, q.Result.Taken, 1)
	require.Equal(t, int16(480), q.Record.Offset)
	c.now = c.now.Add(time.Hour)
	q = c.ask(nil)
	require.Equal(t, pricing.CodeHours, q.Result.NotTaken[0].Reasons[0].Code)
	require.Equal(t, int16(0), q.Record.Offset, "an order without a voucher has no clock")
}

// TestPrice_TwoClocks: where the terms of two vouchers look at clocks that differ, one of
// them cannot be computed: an order has one clock.
func TestPrice_TwoClocks(t *testing.T) {
	c := open(t)
	hk := c.campaign(hours("Asia/Hong_Kong", "00:00", "24:00"), func(in *voucher.CreateCampaign) { in.Offsets = []voucher.Offset{{Minutes: 480}} })
	tokyo := c.campaign(hours("Asia/Tokyo", "00:00", "24:00"), func(in *voucher.CreateCampaign) { in.Offsets = []voucher.Offset{{Minutes: 540}} })
	c.Claimed(c.Alice, hk, 0, 0)
	c.Claimed(c.Alice, tokyo, 0, 0)
	q := c.ask(nil)
	require.Len(t, q.Result.Taken, 1)
	require.Equal(t, pricing.CodeUnsupported, q.Result.NotTaken[0].Reasons[0].Code)
	want := map[voucher.CampaignID]int16{hk: 480, tokyo: 540}[q.Result.Taken[0].Ref.Campaign]
	require.Equal(t, want, q.Record.Offset)
}

const off = `{"name":"x","offer":{"kind":"amount_off","amount":100},"combine":{"group":"a","with":["a"],"most":30}}`

// TestPrice_ManyVouchers: of a wallet with more vouchers than an evaluation takes, those
// that end soonest are tried, and the answer says that there are more.
func TestPrice_ManyVouchers(t *testing.T) {
	c := open(t)
	id := c.campaign(off, func(in *voucher.CreateCampaign) { in.ValidDays = 5 })
	for i := range uint32(29) {
		c.Claimed(c.Alice, id, i, i)
	}
	require.False(t, c.ask(nil).Partial)
	c.now = c.now.Add(24 * time.Hour)
	for i := range uint32(3) {
		c.Claimed(c.Alice, id, 29+i, 100+i)
	}
	q := c.ask(nil)
	require.True(t, q.Partial)
	require.Len(t, q.Result.Taken, 30)
	late := 0
	for _, taken := range q.Result.Taken {
		if taken.Ref.Serial >= 100 {
			late++
		}
	}
	require.Equal(t, 1, late, "those that end soonest come first")
	q = c.ask(func(r *quote.Request) { r.Wanted = []quote.Wanted{{Ref: voucher.Ref{Campaign: id, Serial: 102}}} })
	require.False(t, q.Partial)
	require.Len(t, q.Result.Taken, 1)
}

// TestPrice_WhatIsLeftOut: vouchers of others, of other merchants, and what is over.
func TestPrice_WhatIsLeftOut(t *testing.T) {
	c := open(t)
	id := c.campaign(off, nil)
	mine, spent, held := c.Claimed(c.Alice, id, 0, 0), c.Claimed(c.Alice, id, 1, 1), c.Claimed(c.Alice, id, 2, 3)
	bobs := c.Claimed(c.Bob, id, 0, 9)
	c.now = c.now.Add(time.Second)
	c.Must(c.Redeem(c.Alice, spent))
	c.Must(c.Hold(c.Alice, c.Unix()+600, held))
	transferable := c.campaign(off, func(in *voucher.CreateCampaign) { in.Transfer = true })
	given := c.Claimed(c.Alice, transferable, 0, 0)
	c.now = c.now.Add(time.Second)
	c.Must(c.Transfer(c.Alice, c.Bob.Address, given))
	q := c.ask(nil)
	require.Equal(t, []voucher.Ref{mine}, refsOf(q))
	require.Equal(t, pricing.Code("held"), reason(q, held))
	require.Empty(t, q.Refused)

	named := func(refs ...voucher.Ref) func(*quote.Request) {
		return func(r *quote.Request) {
			for _, ref := range refs {
				r.Wanted = append(r.Wanted, quote.Wanted{Ref: ref})
			}
		}
	}
	q = c.ask(named(mine, spent, given, bobs, voucher.Ref{Campaign: id, Serial: 300}, voucher.Ref{Serial: 1}))
	require.Equal(t, []voucher.Ref{mine}, refsOf(q))
	require.Equal(t, pricing.Code("spent"), reason(q, spent))
	require.Len(t, q.Refused, 4)
	for _, refused := range q.Refused {
		require.Equal(t, voucher.KindUnknownVoucher, refused.Kind, "what is somebody else's looks like nothing")
	}
	q = c.ask(func(r *quote.Request) { named(mine, bobs)(r); r.Mode = pricing.ModeAll })
	require.Empty(t, q.Result.Taken, "all or none")
	require.Equal(t, pricing.CodeNotAll, reason(q, mine))
	require.Equal(t, uint64(6000), q.Record.Totals.Due)
	require.True(t, q.Result.Exact)

	q = c.ask(func(r *quote.Request) {
		r.Merchant = c.Merchant.Address
		r.Wanted = []quote.Wanted{{Ref: mine, Most: 2}}
	})
	require.Equal(t, voucher.KindInsufficientUnits, q.Refused[0].Kind)
}

func refsOf(q quote.Quote) (refs []voucher.Ref) {
	for _, t := range q.Result.Taken {
		refs = append(refs, t.Ref)
	}
	return refs
}

func reason(q quote.Quote, ref voucher.Ref) pricing.Code {
	for _, n := range q.Result.NotTaken {
		if n.Ref == ref {
			return n.Reasons[0].Code
		}
	}
	return ""
}

// TestPrice_StoreDecides: terms without an offer are the store's matter; terms with one
// that these rules cannot read are said to be so.
func TestPrice_StoreDecides(t *testing.T) {
	c := open(t)
	plain := c.Claimed(c.Alice, c.Campaign(3, nil), 0, 0)
	strange := c.Claimed(c.Alice, c.Campaign(3, func(in *voucher.CreateCampaign) { in.Terms = `{"name":"x","offer":{"kind":"lottery"}}` }), 0, 0)
	q := c.ask(nil)
	require.Equal(t, []quote.StoreDecides{{Ref: plain, Units: 1, MaxDiscount: 3200}}, q.Store)
	require.Equal(t, pricing.CodeUnsupported, reason(q, strange))
	q = c.ask(func(r *quote.Request) {
		r.Mode, r.Wanted = pricing.ModeAll, []quote.Wanted{{Ref: plain}}
	})
	require.Empty(t, q.Result.Taken)
}

// TestPrice_Expressions: a condition that is an expression is evaluated, and kept compiled.
// Terms with one that is not in the language cannot be computed.
func TestPrice_Expressions(t *testing.T) {
	c := open(t)
	says := func(expression string) string {
		return `{"combine":{"group":"a","with":["a"]},"name":"x","offer":{"amount":100,"kind":"amount_off"},"version":1,` +
			`"when":[{"cel":"` + expression + `","reason":{"en":"Not here."}}]}`
	}
	claim := func(expression string) voucher.Ref {
		return c.Claimed(c.Alice, c.Campaign(3, func(in *voucher.CreateCampaign) { in.Terms = says(expression) }), 0, 0)
	}
	holds, fails := claim("amount(cart) >= 6000 && store == 1"), claim("channel == 'delivery'")
	foreign, dear := claim("now() > 5"), claim("cart.lines.all(a, cart.lines.all(b, cart.lines.all(c, a.unit + b.unit + c.unit > 0)))")
	for range 2 {
		q := c.ask(nil)
		require.Equal(t, []voucher.Ref{holds}, refsOf(q))
		require.Equal(t, pricing.CodeCEL, reason(q, fails))
		require.Equal(t, pricing.CodeUnsupported, reason(q, foreign))
		require.Equal(t, pricing.CodeUnsupported, reason(q, dear))
	}
	q := c.ask(func(r *quote.Request) { r.Channel = "delivery" })
	require.ElementsMatch(t, []voucher.Ref{holds, fails}, refsOf(q))
}

func TestPrice_Errors(t *testing.T) {
	c := open(t)
	_, err := c.Price(t.Context(), quote.Request{Merchant: c.Merchant.Address, Store: 1, Mode: pricing.ModeBest})
	require.ErrorIs(t, err, pricing.ErrRefused)
	cart := pricing.Cart{Currency: voucher.Currency{'H', 'K', 'D'}, Lines: []pricing.Line{{ID: "1", Unit: 1, Quantity: 1, Amount: 1}}}
	var merchant *quote.MerchantError
	_, err = c.Price(t.Context(), quote.Request{Merchant: c.Bob.Address, Store: 1, Mode: pricing.ModeBest, Cart: cart})
	require.ErrorAs(t, err, &merchant)
	require.Equal(t, voucher.KindUnknownMerchant, merchant.Kind)
}

// BenchmarkPrice prices a cart of 10 lines for a wallet of 10 vouchers that are not
// held.
func BenchmarkPrice(b *testing.B) {
	c := open(b)
	for i := range uint32(10) {
		c.Claimed(c.Alice, c.campaign(off, nil), 0, i)
	}
	c.project()
	r := quote.Request{Merchant: c.Merchant.Address, Store: 1, Mode: pricing.ModeBest, Owner: c.Alice.Address}
	r.Cart.Currency = voucher.Currency{'H', 'K', 'D'}
	for i := range 10 {
		r.Cart.Lines = append(r.Cart.Lines, pricing.Line{ID: string(rune('a' + i)), Unit: 500, Quantity: 2, Amount: 1000})
	}
	for b.Loop() {
		if _, err := c.Price(b.Context(), r); err != nil {
			b.Fatal(err)
		}
	}
}
