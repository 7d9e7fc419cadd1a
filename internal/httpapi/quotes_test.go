package httpapi_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/audit/order"
	"tally/internal/httpapi/apitest"
	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/pricing"
	"tally/internal/voucher"
	"tally/internal/zone"
)

// teaCart is two milk teas and a topping: 60.00.
const teaCart = `{"currency":"HKD","lines":[
	{"id":"1","sku":"MILK-TEA","tags":["drink"],"unit":2850,"quantity":2,"amount":5700},
	{"id":"2","of":"1","sku":"PEARL","unit":300,"quantity":1,"amount":300}]}`

// offering is a campaign whose terms have an offer.
func (s *shop) offering(document string, edit func(*voucher.CreateCampaign)) voucher.CampaignID {
	s.t.Helper()
	terms, err := pricing.ReadTerms([]byte(document))
	require.NoError(s.t, err)
	return s.create(10, func(in *voucher.CreateCampaign) {
		in.Terms, in.PerHolder = terms.Canonical(), 0
		if edit != nil {
			edit(in)
		}
	})
}

// quote sends a quote request as the holder of a token.
func (s *shop) quote(token string, in map[string]any) (status int, code string, q api.Quote) {
	s.t.Helper()
	if in["cart"] == nil {
		in["cart"] = json.RawMessage(teaCart)
	}
	if in["merchant"] == nil {
		in["merchant"] = s.Merchant.Address
	}
	if in["store"] == nil {
		in["store"] = 1
	}
	body, err := json.Marshal(in)
	require.NoError(s.t, err)
	status, code, answer := s.raw(http.MethodPost, "/v1/quotes", string(body), map[string]string{"Authorization": "Bearer " + token})
	if status == http.StatusOK {
		require.NoError(s.t, json.Unmarshal([]byte(answer), &q))
	}
	return status, code, q
}

const (
	tenOff  = `{"name":"10 off","offer":{"kind":"amount_off","amount":1000},"when":[{"min_spend":{"amount":3000}}]}`
	hundred = `{"name":"From 100","offer":{"kind":"amount_off","amount":1500},"when":[{"min_spend":{"amount":10000}}]}`
	half    = `{"name":"Second cup","offer":{"kind":"buy_get","buy":{"count":1,"on":{"tags":["drink"]}},"get":{"count":1,"bp":5000,"on":{"tags":["drink"]}}}}`
)

func TestQuote_BestOfAWallet(t *testing.T) {
	s := newShop(t)
	ten, second, far := s.offering(tenOff, nil), s.offering(half, nil), s.offering(hundred, nil)
	bare := s.create(10, nil)
	refs := map[string]voucher.Ref{}
	for name, id := range map[string]voucher.CampaignID{"ten": ten, "second": second, "far": far, "bare": bare} {
		refs[name] = s.claim(s.Alice, id, 0)
	}
	status, _, q := s.quote(s.token(s.Alice), map[string]any{"wallet": s.Alice.Address})
	require.Equal(t, http.StatusOK, status)
	require.True(t, q.Exact)
	require.Equal(t, api.QuoteTotals{List: 6000, Amount: 6000, Discount: 1425, Due: 4575}, q.Totals)
	require.Len(t, q.Chosen, 1)
	require.Equal(t, refs["second"].String(), q.Chosen[0].Voucher)
	require.Equal(t, refs["ten"].String(), q.Usable[0].Voucher)
	require.Equal(t, "cannot_combine", q.Usable[0].Reasons[0].Code)
	require.Equal(t, refs["far"].String(), q.Almost[0].Voucher)
	require.Equal(t, "From 100.00 HKD; the cart has 57.00 HKD.", q.Almost[0].Reasons[0].Text, "toppings are not counted")
	require.Equal(t, []api.QuoteUnpriced{{Voucher: refs["bare"].String(), Units: 1, MaxDiscount: 3200}}, q.TillDecides)

	record, err := pricing.ReadRecord([]byte(q.Record))
	require.NoError(t, err)
	require.Equal(t, s.Ledger.ID(), record.Ledger)
	require.Equal(t, s.Merchant.Address, record.Merchant)
	require.Equal(t, q.Totals.Due, record.Totals.Due)

	_, _, q = s.quote(s.token(s.Alice), map[string]any{"wallet": s.Alice.Address, "locale": "zh-HK"})
	require.Equal(t, "需滿 100.00 HKD，現為 57.00 HKD。", q.Almost[0].Reasons[0].Text)
}

// TestQuote_IsRedeemed: what is quoted is what the ledger accepts, and its record is what
// both halves sign.
func TestQuote_IsRedeemed(t *testing.T) {
	s := newShop(t)
	s.claim(s.Alice, s.offering(tenOff, nil), 0)
	_, _, q := s.quote(s.token(s.Alice), map[string]any{"wallet": s.Alice.Address})
	record, err := pricing.ReadRecord([]byte(q.Record))
	require.NoError(t, err)
	refs, parts := record.Parts()
	details := record.Details(voucher.Hash{7})
	offer := s.Offer(s.Alice, refs...)
	offer.Order = details
	accept := s.Accept(offer)
	accept.Parts, accept.Amount, accept.Details, accept.Currency = parts, q.Totals.Amount, details, record.Cart.Currency
	s.Must(s.Join(s.Alice, offer, s.Till, accept))
	_, _, q = s.quote(s.token(s.Alice), map[string]any{"wallet": s.Alice.Address})
	require.Empty(t, q.Chosen)
	require.Empty(t, q.No, "what is used up is not shown unless it is asked for")
	_, _, q = s.quote(s.token(s.Alice), map[string]any{"wallet": s.Alice.Address, "vouchers": []string{refs[0].String()}})
	require.Equal(t, "spent", q.No[0].Reasons[0].Code)
}

// TestQuote_FirstPurchase: a server knows whether a wallet bought at the merchant before, at
// once after the sale, and an auditor with the whole history finds its word true.
func TestQuote_FirstPurchase(t *testing.T) {
	s := newShop(t)
	id := s.offering(`{"name":"Welcome","offer":{"kind":"amount_off","amount":1000},"when":[{"first_purchase":true}]}`, nil)
	first := s.claim(s.Alice, id, 0)
	second := s.claim(s.Alice, id, 1)
	s.claim(s.Bob, id, 0)
	_, _, q := s.quote(s.token(s.Alice), map[string]any{"wallet": s.Alice.Address, "vouchers": []string{first.String()}})
	record, err := pricing.ReadRecord([]byte(q.Record))
	require.NoError(t, err)
	require.True(t, record.FirstPurchase)
	refs, parts := record.Parts()
	require.Equal(t, []voucher.Ref{first}, refs)
	salt := voucher.Hash{7}
	request := s.sale(s.Alice, s.Offer(s.Alice, refs...), s.Till, 1, "first")
	request.Accept.Parts, request.Accept.Amount, request.Accept.Details = parts, q.Totals.Amount, record.Details(salt)
	request.Accept.Currency = record.Cart.Currency
	request.Signature = intent.FormatSignature(s.Sign(s.Till, request.Accept))
	sold, err := s.client.Send(s.ctx(), apitest.Keyed(s.Domain, request, "first"))
	require.NoError(t, err)

	_, _, q = s.quote(s.token(s.Alice), map[string]any{"wallet": s.Alice.Address})
	require.Empty(t, q.Chosen)
	require.Equal(t, second.String(), q.No[0].Voucher)
	require.Equal(t, "first_purchase", q.No[0].Reasons[0].Code)
	_, _, q = s.quote(s.token(s.Bob), map[string]any{"wallet": s.Bob.Address})
	require.Len(t, q.Chosen, 1)

	require.True(t, s.audited(sold, record, salt).FirstPurchase)
}

// awaitIndex returns when the facts of a quote are as of the ledger's head.
func (s *shop) awaitIndex() {
	s.t.Helper()
	require.Eventually(s.t, func() bool {
		_, _, q := s.quote(s.token(s.Alice), map[string]any{"wallet": s.Alice.Address})
		record, err := pricing.ReadRecord([]byte(q.Record))
		require.NoError(s.t, err)
		head, err := s.Ledger.Head(s.ctx())
		require.NoError(s.t, err)
		return record.AsOf == head
	}, time.Minute, time.Millisecond)
}

// audited is what an auditor finds of a sale with every command of the ledger at hand.
func (s *shop) audited(sold voucher.Outcome, record pricing.Record, salt voucher.Hash) order.Report {
	s.t.Helper()
	head, err := s.Ledger.Head(s.ctx())
	require.NoError(s.t, err)
	var all []ledger.Entry
	for e, err := range s.Ledger.Events(s.ctx(), voucher.Position{}, head) {
		require.NoError(s.t, err)
		all = append(all, e)
	}
	at := slices.IndexFunc(all, func(e ledger.Entry) bool { return e.Outcome.ID == sold.ID })
	require.GreaterOrEqual(s.t, at, 0)
	sale, err := order.SaleOf(all[at])
	require.NoError(s.t, err)
	h := order.NewHistory(sale)
	for _, e := range all {
		require.NoError(s.t, h.Count(e))
	}
	h.Whole()
	report, err := order.Check(h, s.Ledger.ID(), record, salt, zone.BuiltIn())
	require.NoError(s.t, err)
	return report
}

// TestWallet_Usable: a wallet's list says what can be used now, why not, and what depends
// on the order; and refuses what is no such question.
func TestWallet_Usable(t *testing.T) {
	s := newShop(t)
	yes := s.claim(s.Alice, s.offering(`{"name":"x","offer":{"kind":"amount_off","amount":100}}`, nil), 0)
	no := s.claim(s.Alice, s.offering(`{"name":"x","offer":{"kind":"amount_off","amount":100},"when":[{"stores":[2]}]}`, nil), 0)
	maybe := s.claim(s.Alice, s.offering(tenOff, nil), 0)
	bare := s.claim(s.Alice, s.create(10, nil), 0)
	page, err := s.as(s.Alice).Usable(s.ctx(), s.Alice.Address, 1, "zh-HK", "")
	require.NoError(t, err)
	found := map[string]api.VoucherUse{}
	for _, v := range page.Data {
		found[v.ID] = *v.Use
	}
	of := api.VoucherUse{Merchant: s.Merchant.Address, Currency: voucher.Currency{'H', 'K', 'D'}}
	with := func(now string, reasons []api.QuoteReason, asks []api.VoucherAsk) api.VoucherUse {
		use := of
		use.Now, use.Reasons, use.Asks = now, reasons, asks
		return use
	}
	require.Equal(t, map[string]api.VoucherUse{
		yes.String():   with("yes", nil, nil),
		no.String():    with("no", []api.QuoteReason{{Code: "store", Text: "此分店不適用。"}}, nil),
		maybe.String(): with("maybe", nil, []api.VoucherAsk{{Code: "min_spend", Need: 3000}}),
		bare.String():  with("maybe", nil, []api.VoucherAsk{{Code: "store_decides"}}),
	}, found)
	plain, err := s.as(s.Alice).Wallet(s.ctx(), s.Alice.Address, "")
	require.NoError(t, err)
	require.Nil(t, plain.Data[0].Use)

	for query, says := range map[string]string{
		"usable=0": "usable is 1", "usable=true": "usable is 1", "usable=": "usable", "store=1": "send usable=1", "locale=en": "send usable=1",
		"usable=1&store=-1": "store", "usable=1&store=65536": "store", "usable=1&store=x": "store",
		"usable=1&locale=" + strings.Repeat("x", 36): "35 bytes",
	} {
		status, code, body := s.raw(http.MethodGet, "/v1/wallets/"+s.Alice.Address.String()+"/vouchers?"+query, "",
			map[string]string{"Authorization": "Bearer " + s.token(s.Alice)})
		require.Equal(t, http.StatusBadRequest, status, query)
		require.Equal(t, "invalid_request", code, query)
		require.Contains(t, body, says, query)
	}
	status, _, _ := s.raw(http.MethodGet, "/v1/wallets/"+s.Alice.Address.String()+"/vouchers?usable=1", "", map[string]string{"Authorization": "Bearer " + s.token(s.Bob)})
	require.Equal(t, http.StatusNotFound, status, "it is nobody else's")
}

// TestQuote_OfACode: a till of the store asks about all that a customer shows.
func TestQuote_OfACode(t *testing.T) {
	s := newShop(t)
	first, second := s.claim(s.Alice, s.offering(tenOff, nil), 0), s.claim(s.Alice, s.offering(hundred, nil), 0)
	code := s.code(s.Alice, s.Offer(s.Alice, first))
	status, _, q := s.quote(s.token(s.Till), map[string]any{"code": code})
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, uint64(5000), q.Totals.Due)

	refs := []voucher.Ref{first, second}
	if second.String() < first.String() {
		refs = []voucher.Ref{second, first}
	}
	both := s.code(s.Alice, s.Offer(s.Alice, refs...))
	_, _, q = s.quote(s.token(s.Till), map[string]any{"code": both})
	require.Empty(t, q.Chosen, "a code is taken whole")
	require.Equal(t, first.String(), q.Usable[0].Voucher)
	require.Equal(t, "not_all", q.Usable[0].Reasons[0].Code)
	_, _, q = s.quote(s.token(s.Till), map[string]any{"code": both, "mode": "best"})
	require.Len(t, q.Chosen, 1)

	for name, c := range map[string]struct {
		token string
		in    map[string]any
		code  string
	}{
		"a till of another store": {s.token(s.Other), map[string]any{"code": code}, "not_found"},
		"the store of another":    {s.token(s.Till), map[string]any{"code": code, "store": 2}, "not_found"},
		"the owner":               {s.token(s.Alice), map[string]any{"code": code}, ""},
		"a stranger":              {s.token(s.Bob), map[string]any{"code": code}, "not_found"},
		"a code and a wallet":     {s.token(s.Till), map[string]any{"code": code, "wallet": s.Alice.Address}, "invalid_request"},
		"a code and its vouchers": {s.token(s.Till), map[string]any{"code": code, "vouchers": []string{first.String()}}, "invalid_request"},
		"neither":                 {s.token(s.Till), map[string]any{}, "invalid_request"},
		"signed by somebody else": {s.token(s.Till), map[string]any{"code": s.code(s.Bob, s.Offer(s.Alice, first))}, "bad_signature"},
		"not a code":              {s.token(s.Till), map[string]any{"code": "TALLY1-AAAA"}, "invalid_code"},
		"somebody else's voucher": {s.token(s.Till), map[string]any{"code": s.code(s.Bob, s.Offer(s.Bob, first))}, ""},
		"a voucher that is not":   {s.token(s.Till), map[string]any{"code": s.code(s.Bob, s.Offer(s.Bob, voucher.Ref{Serial: 1}))}, ""},
	} {
		status, problem, q := s.quote(c.token, c.in)
		require.Equal(t, c.code, problem, name)
		if strings.Contains(name, "voucher") && status == http.StatusOK {
			require.Equal(t, "unknown_voucher", q.No[0].Reasons[0].Code, name)
			require.Empty(t, q.Chosen)
		}
	}
	s.advance(11 * time.Minute)
	_, problem, _ := s.quote(s.token(s.Till), map[string]any{"code": code})
	require.Equal(t, "deadline_passed", problem)
}

// TestQuote_WhoMayAsk: a wallet's own key, and who may read the vouchers of the merchant.
// Strangers get the answer that they always get.
func TestQuote_WhoMayAsk(t *testing.T) {
	s := newShop(t)
	s.claim(s.Alice, s.offering(tenOff, nil), 0)
	asks := map[string]any{"wallet": s.Alice.Address}
	for name, may := range map[string]struct {
		token string
		code  string
	}{
		"the wallet": {s.token(s.Alice), ""}, "the merchant": {s.token(s.Merchant), ""},
		"a till": {s.token(s.Till), "not_found"}, "another wallet": {s.token(s.Bob), "not_found"}, "nobody": {"", "unauthorised"},
	} {
		status, code, q := s.quote(may.token, asks)
		require.Equal(t, may.code, code, name)
		if may.code == "" {
			require.Equal(t, http.StatusOK, status, name)
			require.Len(t, q.Chosen, 1, name)
		}
	}
	_, code, _ := s.quote(s.token(s.Alice), map[string]any{"wallet": s.Alice.Address, "merchant": s.Bob.Address})
	require.Equal(t, "unknown_merchant", code)
	s.Must(s.Suspend())
	_, code, _ = s.quote(s.token(s.Alice), asks)
	require.Equal(t, "merchant_suspended", code)
}

// TestQuote_RefusesCarts: an order that cannot be priced is refused, and the member named.
func TestQuote_RefusesCarts(t *testing.T) {
	s := newShop(t)
	token := s.token(s.Alice)
	line := func(members string) string { return `{"currency":"HKD","lines":[{"id":"1",` + members + `}]}` }
	for _, c := range []struct{ cart, says string }{
		{line(`"unit":2850,"quantity":2,"amount":5600`), "cart.lines[0].amount: it is 5600, and 2 times 2850 is 5700."},
		{line(`"unit":-1,"quantity":1,"amount":1`), "cart.lines[0].unit: -1 is not between 0 and 9007199254740991."},
		{line(`"unit":1,"quantity":1.5,"amount":1`), "cart.lines[0].quantity: 1.5 is not written as a whole number."},
		{line(`"unit":9007199254740992,"quantity":1,"amount":1`), "cart.lines[0].unit: "},
		{line(`"unit":1,"quantity":1,"amount":1,"colour":"red"`), "cart.lines[0].colour: no such member"},
		{line(`"unit":1,"quantity":1,"amount":1,"reduced":2`), "cart.lines[0].reduced: "},
		{line(`"unit":1,"quantity":1,"amount":1,"tax":"std"`), "cart.lines[0].tax: taxes has no class std."},
		{`{"currency":"HKD","total":99,"lines":[{"id":"1","unit":100,"quantity":1,"amount":100}]}`, "cart.total: it is 99"},
		{`{"currency":"tally1-aaaaaaaaaaaaaaaa","lines":[]}`, "looks like a voucher code"},
		{line(`"unit":1,"quantity":1,"amount":1,"TALLY1-AAAA":1`), "looks like a voucher code"},
		{`{"currency":"hkd","lines":[]}`, "cart.currency: hkd is no currency"},
		{`{"currency":"HKD","lines":[]}`, "cart.lines: the list is empty"},
		{`{"lines":[{"id":"1","unit":1,"quantity":1,"amount":1}]}`, "cart.currency: the member must be there."},
		{`[]`, "cart: an object is wanted, not a list."},
		{`{"currency":"HKD","currency":"HKD","lines":[]}`, "cart.currency: this member comes twice."},
		{line(`"unit":1,"quantity":1,"unit":1,"amount":1`), "cart.lines[0].unit: this member comes twice."},
	} {
		body := `{"merchant":"` + s.Merchant.Address.String() + `","store":1,"wallet":"` + s.Alice.Address.String() + `","cart":` + c.cart + `}`
		status, code, answer := s.raw(http.MethodPost, "/v1/quotes", body, map[string]string{"Authorization": "Bearer " + token})
		if strings.Contains(c.says, "comes twice") { // no JSON that all readers read alike, and so no cart
			require.Equal(t, "invalid_request", code, answer)
			require.Contains(t, answer, c.says)
			continue
		}
		require.Equal(t, "invalid_order", code, answer)
		require.Equal(t, http.StatusUnprocessableEntity, status)
		var p api.Problem
		require.NoError(t, json.Unmarshal([]byte(answer), &p))
		require.Contains(t, p.Detail, c.says)
		require.NotContains(t, strings.ToUpper(p.Detail), "TALLY1-A", "codes are secrets")
	}
	for name, in := range map[string]map[string]any{
		"mode": {"mode": "worst"}, "channel": {"channel": "By Boat"}, "areas": {"areas": []string{"a", "a"}}, "store": {"store": 70000},
	} {
		in["wallet"] = s.Alice.Address
		_, code, _ := s.quote(token, in)
		require.Equal(t, "invalid_order", code, name)
	}
	_, code, _ := s.quote(token, map[string]any{"wallet": s.Alice.Address, "vouchers": []string{"vch_1"}})
	require.Equal(t, "invalid_request", code)
	_, code, _ = s.quote(token, map[string]any{"wallet": s.Alice.Address, "locale": strings.Repeat("x", 36)})
	require.Equal(t, "invalid_request", code)
}
