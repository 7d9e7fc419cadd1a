package till_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/pricing"
	"tally/internal/till"
	"tally/internal/voucher"
)

// The terms of the shop's campaigns, and a cart of two milk teas and a topping: 60.00.
const (
	secondCup = `{"name":"Second cup","offer":{"kind":"buy_get","buy":{"count":1,"on":{"tags":["drink"]}},"get":{"count":1,"bp":5000,"on":{"tags":["drink"]}}},
		"combine":{"group":"a","with":["b"]}}`
	tenOff  = `{"name":"10 off","offer":{"kind":"amount_off","amount":1000},"combine":{"group":"b","with":["a"]}}`
	hundred = `{"name":"From 100","offer":{"kind":"amount_off","amount":1500},"when":[{"min_spend":{"amount":10000}}],"combine":{"group":"b","with":["a"]}}`
	teaCart = `{"currency":"HKD","total":6000,"lines":[{"id":"1","sku":"MILK-TEA","tags":["drink"],"unit":2850,"quantity":2,"amount":5700},
		{"id":"2","of":"1","sku":"PEARL","unit":300,"quantity":1,"amount":300}]}`
)

// offered is a voucher of Alice's of a campaign with these terms.
func (s *shop) offered(document string) voucher.Ref {
	s.t.Helper()
	terms, err := pricing.ReadTerms([]byte(document))
	require.NoError(s.t, err)
	id := s.Campaign(10, func(c *voucher.CreateCampaign) { c.Terms, c.PerHolder = terms.Canonical(), 0 })
	return s.Claimed(s.Alice, id, 0, 0)
}

func cartOrder(reference, code string) till.CartOrder {
	return till.CartOrder{Reference: reference, Code: code, Cart: json.RawMessage(teaCart)}
}

// counter is a front of the shop's server that counts quotes, changes them, and has something
// happen before each.
type counter struct {
	next   http.Handler
	asked  atomic.Int32
	lie    func(quote []byte) []byte
	before func()
}

// counted puts a counter in front of the server.
func (s *shop) counted() *counter {
	c := &counter{next: s.wire.forward, lie: func(quote []byte) []byte { return quote }, before: func() {}}
	s.wire.forward = c
	return c
}

// ServeHTTP implements http.Handler.
func (c *counter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/v1/quotes" {
		c.next.ServeHTTP(w, r)
		return
	}
	c.asked.Add(1)
	c.before()
	answer := httptest.NewRecorder()
	c.next.ServeHTTP(answer, r)
	for name := range answer.Header() {
		if name != "Content-Length" {
			w.Header().Set(name, answer.Header().Get(name))
		}
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(c.lie(answer.Body.Bytes()))
}

// shown is what a POS reads of an answer about a cart.
type shown struct {
	till.Sale
	Code    string
	Detail  string
	TakeOut []string `json:"take_out"`
	Quote   api.Quote
}

func (p *pos) sell(o any) (shown, told) {
	p.t.Helper()
	a := p.ask("POST", "/redemptions", o)
	var s shown
	require.NoError(p.t, json.Unmarshal([]byte(a.Body), &s), a.Body)
	return s, a
}

// unsigned wants nothing signed: no sale is in the journal, and none left.
func (s *shop) unsigned() {
	s.t.Helper()
	require.Empty(s.t, s.files("*"))
	sent, _ := s.wire.copies()
	require.Zero(s.t, sent)
}

// TestCart_PricedAndKept: the terms make the price, the till signs the record of it, and both
// the journal and the answer have it.
func TestCart_PricedAndKept(t *testing.T) {
	s := newShop(t)
	server := s.counted()
	p := s.open()
	order := cartOrder("A-1", s.code(1, s.offered(secondCup)))
	sale, first := p.sell(order)
	require.Equal(t, http.StatusCreated, first.Status, first.Body)
	require.Equal(t, api.QuoteTotals{List: 6000, Amount: 6000, Discount: 1425, Due: 4575}, *sale.Totals)
	require.Equal(t, []api.QuoteShare{{Line: "1", Amount: 1425}}, sale.Chosen[0].Shares)
	record, err := pricing.ReadRecord([]byte(sale.Record))
	require.NoError(t, err)
	signed, ok := sale.Outcome.Events[0].(voucher.Redeemed)
	require.True(t, ok)
	require.Equal(t, record.Details(*sale.Salt), signed.Details)
	require.Equal(t, uint64(6000), signed.Amount)

	s.advance(10)
	require.Equal(t, first.Body, p.ask("POST", "/redemptions", order).Body)
	p.close()
	p = s.open()
	require.Equal(t, first.Body, p.ask("POST", "/redemptions", order).Body)
	require.Equal(t, first.Body, p.show("A-1").Body)
	require.Equal(t, int32(1), server.asked.Load(), "a sale that is known is not priced again")
	other := order
	other.Channel = "counter"
	require.Equal(t, "reference_reused", p.ask("POST", "/redemptions", other).Code)
	s.secretless(order.Code)
}

// TestCart_VoucherThatDoesNotApply: the POS learns which voucher to take out and why, in its
// language, and what the others take off. Nothing is signed.
func TestCart_VoucherThatDoesNotApply(t *testing.T) {
	s := newShop(t)
	p := s.open()
	good, bad := s.offered(secondCup), s.offered(hundred)
	order := cartOrder("A-1", s.code(1, good, bad))
	order.Locale = "zh-Hant"
	refused, a := p.sell(order)
	require.Equal(t, http.StatusUnprocessableEntity, a.Status, a.Body)
	require.Equal(t, "voucher_not_usable", refused.Code)
	require.Equal(t, []string{bad.String()}, refused.TakeOut)
	reason := refused.Quote.Almost[0].Reasons[0]
	require.Equal(t, [3]any{"min_spend", uint64(10000), uint64(5700)}, [3]any{reason.Code, reason.Need, reason.Has})
	require.Contains(t, reason.Text, "需滿")
	require.Contains(t, refused.Detail, bad.String()+": "+reason.Text)
	require.Equal(t, uint64(4575), refused.Quote.Totals.Due)
	s.unsigned()

	order.Code = s.code(1, good)
	sale, a := p.sell(order)
	require.Equal(t, http.StatusCreated, a.Status, a.Body)
	require.Equal(t, uint64(4575), sale.Totals.Due)
	refused, _ = p.sell(cartOrder("A-2", s.code(1, s.voucher())))
	require.Equal(t, "voucher_not_usable", refused.Code)
	require.Contains(t, refused.Detail, "send amount, currency and discounts")
}

// TestCart_Refused: what cannot be priced names its place, and nothing is signed.
func TestCart_Refused(t *testing.T) {
	s := newShop(t)
	p := s.open()
	code := s.code(1, s.offered(secondCup))
	cart := func(from, to string) func(*till.CartOrder) {
		return func(o *till.CartOrder) { o.Cart = json.RawMessage(strings.Replace(teaCart, from, to, 1)) }
	}
	for name, c := range map[string]struct {
		code, says string
		edit       func(*till.CartOrder)
	}{
		"a total that is a cent off": {"invalid_order", "cart.total: it is 6001, and the lines", cart("6000", "6001")},
		"a line that is a cent off":  {"invalid_order", "cart.lines[0].amount: it is 5701", cart(`"amount":5700`, `"amount":5701`)},
		"half a cup":                 {"invalid_order", "cart.lines[0].quantity", cart(`"quantity":2`, `"quantity":1.5`)},
		"no lines":                   {"invalid_order", "cart.lines", func(o *till.CartOrder) { o.Cart = json.RawMessage(`{"currency":"HKD","lines":[]}`) }},
		"a cart that is a list":      {"invalid_order", "cart", func(o *till.CartOrder) { o.Cart = json.RawMessage(`[]`) }},
		"a cart of a code":           {"invalid_order", "TALLY1-…", cart(`"currency":"HKD"`, `"currency":"`+code+`"`)},
		"a channel that is no word":  {"invalid_order", "channel", func(o *till.CartOrder) { o.Channel = "At The Counter" }},
		"a long locale":              {"invalid_request", "locale", func(o *till.CartOrder) { o.Locale = strings.Repeat("a", api.MaxLocale+1) }},
		"a long record":              {"invalid_request", "record", func(o *till.CartOrder) { o.Record = strings.Repeat("a", till.MaxDetails+1) }},
		"a record without its salt":  {"invalid_request", "salt", func(o *till.CartOrder) { o.Record = "{}" }},
		"a record of nothing":        {"invalid_order", "record", func(o *till.CartOrder) { o.Record, o.Salt = "{}", &voucher.Hash{1} }},
		"no code":                    {"invalid_code", "Scan it again", func(o *till.CartOrder) { o.Code = "" }},
		"no reference":               {"invalid_request", "reference", func(o *till.CartOrder) { o.Reference = "" }},
	} {
		t.Run(name, func(t *testing.T) {
			order := cartOrder("A-1", code)
			c.edit(&order)
			refused, a := p.sell(order)
			require.Equal(t, c.code, refused.Code, a.Body)
			require.Contains(t, refused.Detail, c.says)
			require.NotContains(t, a.Body, code[20:60])
		})
	}
	_, a := p.sell(`{"reference":"A-1","code":"` + code + `","cart":` + teaCart + `,"amount":6000}`)
	require.Equal(t, "invalid_request", a.Code, "a cart has its amount")
	s.advance(voucher.RedeemLife * 2e9)
	refused, _ := p.sell(cartOrder("A-1", code))
	require.Equal(t, "deadline_passed", refused.Code)
	s.unsigned()
}

// TestCart_LyingServer: a server whose quote is not what the terms make is found out before
// anything is signed.
func TestCart_LyingServer(t *testing.T) {
	s := newShop(t)
	server := s.counted()
	p := s.open()
	order := cartOrder("A-1", s.code(1, s.offered(secondCup)))
	for from, to := range map[string]string{
		`\"discount\":1425`: `\"discount\":1426`, `\"due\":4575`: `\"due\":4576`, `"due":4575`: `"due":1`, `MILK-TEA`: `COFFEE`,
		`\"store\":1`: `\"store\":2`, `tally-order/1`: `tally-order/2`,
	} {
		lied := false
		server.lie = func(quote []byte) []byte {
			lied = bytes.Contains(quote, []byte(from))
			return bytes.ReplaceAll(quote, []byte(from), []byte(to))
		}
		refused, a := p.sell(order)
		require.True(t, lied, from)
		require.Equal(t, http.StatusBadGateway, a.Status, a.Body)
		require.Equal(t, "wrong_quote", refused.Code)
	}
	s.unsigned()
}

// TestCart_NoPrice: without the server there is no price, and the reference stays free.
func TestCart_NoPrice(t *testing.T) {
	s := newShop(t)
	server := s.counted()
	p := s.open()
	order := cartOrder("A-1", s.code(1, s.offered(secondCup)))
	s.wire.out()
	refused, a := p.sell(order)
	require.Equal(t, http.StatusServiceUnavailable, a.Status)
	require.Equal(t, "no_price", refused.Code)
	s.wire.in()
	server.lie = func([]byte) []byte { return []byte("<html>please log in</html>") }
	refused, _ = p.sell(order)
	require.Equal(t, "no_price", refused.Code)
	s.unsigned()
	server.lie = func(quote []byte) []byte { return quote }
	_, a = p.sell(order)
	require.Equal(t, http.StatusCreated, a.Status, a.Body)
}

// TestCart_CancelledWhileItIsPriced: a cashier who gives up is told that nothing was signed, and
// nothing is signed afterwards.
func TestCart_CancelledWhileItIsPriced(t *testing.T) {
	s := newShop(t)
	server := s.counted()
	p := s.open()
	order := cartOrder("A-1", s.code(1, s.offered(secondCup)))
	server.before = func() { require.Equal(t, "unknown_reference", p.cancel("A-1").Code) }
	refused, a := p.sell(order)
	require.Equal(t, http.StatusConflict, a.Status)
	require.Equal(t, "cancelled", refused.Code)
	s.unsigned()
	server.before = func() {}
	_, a = p.sell(order)
	require.Equal(t, http.StatusCreated, a.Status, "the reference and the code are still free")
}

// TestCart_SentTwiceAtOnce: two copies of a request, both priced before either is signed, make
// one sale.
func TestCart_SentTwiceAtOnce(t *testing.T) {
	s := newShop(t)
	server := s.counted()
	p := s.open()
	order := cartOrder("A-1", s.code(1, s.offered(secondCup)))
	var both sync.WaitGroup
	both.Add(2)
	server.before = func() { both.Done(); both.Wait() }
	var answers [2]told
	var sent sync.WaitGroup
	for i := range answers {
		sent.Go(func() { _, answers[i] = p.sell(order) })
	}
	sent.Wait()
	require.Equal(t, int32(2), server.asked.Load())
	for _, a := range answers {
		require.Contains(t, []int{http.StatusCreated, http.StatusAccepted}, a.Status, a.Body)
	}
	require.Equal(t, "redeemed", p.settled("A-1").State)
	_, different := s.wire.copies()
	require.Equal(t, 1, different)
	require.Equal(t, 1, s.redeemed())
}

// TestCart_JournalLost: a cart that was redeemed, sent again to an agent that forgot it, is told as
// redeemed: its voucher is spent, and by this sale. Its record went with the journal.
func TestCart_JournalLost(t *testing.T) {
	s := newShop(t)
	p := s.open()
	order := cartOrder("A-1", s.code(1, s.offered(secondCup)))
	first, _ := p.sell(order)
	p.close()
	require.NoError(t, os.RemoveAll(s.dir))
	p = s.open()
	again, a := p.sell(order)
	require.Equal(t, http.StatusCreated, a.Status, a.Body)
	require.Equal(t, first.Outcome, again.Outcome)
	require.Nil(t, again.Salt)
	require.Empty(t, again.Record)
	require.Equal(t, a.Body, p.show("A-1").Body)

	refused, _ := p.sell(cartOrder("A-2", order.Code))
	require.Equal(t, "voucher_not_usable", refused.Code, "of another reference it is another order")
}

// TestCart_OfOneOrder: a wallet signed a quoted order. The till sells it with its record and
// salt, and no other.
func TestCart_OfOneOrder(t *testing.T) {
	s := newShop(t)
	p := s.open()
	ref, salt := s.offered(secondCup), voucher.Hash{1, 2, 3}
	refused, _ := p.sell(cartOrder("A-0", s.code(1, ref, s.offered(hundred)))) // its quote is of the first voucher
	record, err := pricing.ReadRecord([]byte(refused.Quote.Record))
	require.NoError(t, err)
	offer := s.Offer(s.Alice, ref)
	offer.Order = record.Details(salt)
	order := cartOrder("A-1", s.codeOf(offer))
	refused, _ = p.sell(order)
	require.Contains(t, refused.Detail, "its record and salt are wanted")

	order.Record, order.Salt = record.Canonical(), &voucher.Hash{9}
	refused, _ = p.sell(order)
	require.Contains(t, refused.Detail, "for another order")
	order.Salt = &salt
	order.Cart = json.RawMessage(strings.ReplaceAll(teaCart, "MILK-TEA", "COFFEE"))
	refused, _ = p.sell(order)
	require.Equal(t, "wrong_record", refused.Code)
	s.unsigned()

	order.Cart = json.RawMessage(teaCart)
	sale, a := p.sell(order)
	require.Equal(t, http.StatusCreated, a.Status, a.Body)
	require.Equal(t, salt, *sale.Salt)
	require.Equal(t, record.Canonical(), sale.Record)
}

// TestCart_NotATill: who is no till of the store learns so, before anything is signed.
func TestCart_NotATill(t *testing.T) {
	s := newShop(t)
	order := cartOrder("A-1", s.code(1, s.offered(secondCup)))
	journal, err := till.OpenJournal(s.dir)
	require.NoError(t, err)
	options := s.options(journal)
	options.Key = s.Other.Key
	agent, err := till.New(options)
	require.NoError(t, err)
	p := &pos{shop: s, agent: agent, journal: journal, server: httptest.NewServer(agent.Handler(""))}
	p.url = p.server.URL
	t.Cleanup(p.close)
	refused, _ := p.sell(order)
	require.Equal(t, "not_authorised", refused.Code)
	s.unsigned()
}
