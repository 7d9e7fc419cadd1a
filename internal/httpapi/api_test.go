package httpapi_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"

	"tally/internal/httpapi"
	"tally/internal/index"
	indexmemory "tally/internal/index/memory"
	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/ledger/ledgertest"
	"tally/internal/ledger/memory"
	"tally/internal/teller"
	"tally/internal/voucher"
)

// shop is a server over a ledger with a founded cast.
type shop struct {
	*ledgertest.World
	t       testing.TB
	url     string
	handler http.Handler
	client  *httpapi.Client
	clock   time.Time
}

// newShop serves a memory ledger: the API does not know which ledger it has.
func newShop(t testing.TB) *shop {
	t.Helper()
	gin.SetMode(gin.TestMode)
	s := &shop{t: t, clock: ledgertest.Start()}
	now := func() time.Time { return s.clock }
	l, err := memory.New(ledgertest.LedgerID(1), ledgertest.Operators(), 1, now)
	require.NoError(t, err)
	log := slog.New(slog.DiscardHandler)
	x := indexmemory.New()
	p := ledger.NewPipeline(l, 1)
	ctx, stop := context.WithCancel(context.Background())
	caughtUp, projected := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(projected)
		index.Project(ctx, l, x, log, func() { close(caughtUp) })
	}()
	<-caughtUp
	s.handler = httpapi.New(teller.New(l, p, x, log), log, now, func() bool { return true }).Handler()
	server := httptest.NewServer(s.handler)
	t.Cleanup(func() {
		server.Close()
		p.Close()
		stop()
		<-projected
		require.NoError(t, l.Close())
	})
	s.World = ledgertest.NewWorld(t, l, now)
	s.url = server.URL
	server.Client().Transport.(*http.Transport).MaxIdleConnsPerHost = 256
	s.client = httpapi.NewClient(server.URL, server.Client())
	s.Found()
	return s
}

func (s *shop) ctx() context.Context { return s.t.Context() }

func (s *shop) token(by ledgertest.Actor) string {
	s.t.Helper()
	token, err := httpapi.Token(s.Domain, by.Key, s.clock.Add(time.Minute))
	require.NoError(s.t, err)
	return token
}

// create creates a campaign over HTTP.
func (s *shop) create(supply uint32, edit func(*voucher.CreateCampaign)) voucher.CampaignID {
	s.t.Helper()
	in := s.Terms(supply, edit)
	out, err := s.client.CreateCampaign(s.ctx(), httpapi.SignedRequest[voucher.CreateCampaign]{
		Intent: in, Signature: intent.FormatSignature(s.Sign(s.Merchant, in)),
	})
	require.NoError(s.t, err)
	return voucher.CampaignOf(out.ID)
}

func (s *shop) claimRequest(by ledgertest.Actor, c voucher.CampaignID, ordinal uint32) httpapi.ClaimRequest {
	in := voucher.Claim{Wallet: by.Address, Campaign: c, Ordinal: ordinal, Deadline: s.Unix() + 600}
	return httpapi.ClaimRequest{Intent: in, Signature: intent.FormatSignature(s.Sign(by, in))}
}

// claim claims over HTTP and returns the voucher.
func (s *shop) claim(by ledgertest.Actor, c voucher.CampaignID, ordinal uint32) voucher.Ref {
	s.t.Helper()
	out, err := s.client.Claim(s.ctx(), s.claimRequest(by, c, ordinal))
	require.NoError(s.t, err)
	claimed, ok := out.Events[0].(voucher.VoucherClaimed)
	require.True(s.t, ok)
	return voucher.Ref{Campaign: claimed.Campaign, Serial: claimed.Serial}
}

func (s *shop) code(by ledgertest.Actor, offer voucher.Redeem) string {
	s.t.Helper()
	text, err := s.Domain.Text(intent.Code{Offer: offer, Signature: s.Sign(by, offer)})
	require.NoError(s.t, err)
	return text
}

// sale is what a till sends for an offer, under a key of its own.
func (s *shop) sale(by ledgertest.Actor, offer voucher.Redeem, till ledgertest.Actor, store uint32, key string) httpapi.RedemptionRequest {
	s.t.Helper()
	accept := s.Accept(offer)
	accept.Till, accept.Store, accept.Reference = till.Address, store, httpapi.Reference(key)
	return httpapi.RedemptionRequest{
		Code: s.code(by, offer), Accept: accept, Signature: intent.FormatSignature(s.Sign(till, accept)),
	}
}

func requireProblem(t *testing.T, status int, code string, err error) {
	t.Helper()
	var p *httpapi.Problem
	require.ErrorAs(t, err, &p)
	require.Equal(t, code, p.Code)
	require.Equal(t, status, p.Status)
}

// raw sends bytes and returns the answer's status, code and body.
func (s *shop) raw(method, path, body string, header map[string]string) (int, string, string) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.ctx(), method, s.url+path, strings.NewReader(body))
	require.NoError(s.t, err)
	for name, value := range header {
		req.Header.Set(name, value)
	}
	res, err := http.DefaultClient.Do(req)
	require.NoError(s.t, err)
	defer func() { require.NoError(s.t, res.Body.Close()) }()
	answer, err := io.ReadAll(res.Body)
	require.NoError(s.t, err)
	var p httpapi.Problem
	_ = json.Unmarshal(answer, &p) // an answer that is no problem has no code
	return res.StatusCode, p.Code, string(answer)
}

func TestMainJobOverHTTP(t *testing.T) {
	s := newShop(t)
	id := s.create(10, nil)
	ref := s.claim(s.Alice, id, 0)
	page, err := s.client.Wallet(s.ctx(), s.token(s.Alice), s.Alice.Address, "")
	require.NoError(t, err)
	require.Len(t, page.Data, 1)
	require.Equal(t, ref.String(), page.Data[0].ID)

	out, err := s.client.Redeem(s.ctx(), s.sale(s.Alice, s.Offer(s.Alice, ref), s.Till, 1, "sale 1"), "sale 1")
	require.NoError(t, err)
	info, err := s.client.Voucher(s.ctx(), s.token(s.Alice), ref)
	require.NoError(t, err)
	require.Equal(t, "spent", info.State)
	for _, party := range []ledgertest.Actor{s.Alice, s.Till, s.Merchant} {
		again, err := s.client.Redemption(s.ctx(), s.token(party), out.ID)
		require.NoError(t, err)
		require.Equal(t, string(out.Canonical()), string(again.Canonical()))
	}
	campaign, err := s.client.Campaign(s.ctx(), id)
	require.NoError(t, err)
	require.Equal(t, index.Figures{Claimed: 1, Spent: 1, Redeemed: 1, Discount: 3200}, campaign.Figures)
	books, err := s.client.Audit(s.ctx(), id)
	require.NoError(t, err)
	require.True(t, books.Holds, books.Broken)
	require.Equal(t, voucher.VoucherBalance{Minted: 10, Unclaimed: 9, Spent: 1}, books.Vouchers)
}

func TestMerchantsAndOperatorsOverHTTP(t *testing.T) {
	s := newShop(t)
	admit := voucher.AdmitMerchant{Operator: s.Operator.Address, Merchant: s.Bob.Address, Name: "Bob's", Deadline: s.Unix() + 60}
	_, err := s.client.AdmitMerchant(s.ctx(), httpapi.SignedRequest[voucher.AdmitMerchant]{
		Intent: admit, Signature: intent.FormatSignature(s.Sign(s.Operator, admit)),
	})
	require.NoError(t, err)
	store := voucher.PutStore{
		Author: s.Bob.Address, Merchant: s.Bob.Address, Version: 1, Store: 7, Name: "Harbour", Deadline: s.Unix() + 60,
	}
	_, err = s.client.PutStore(s.ctx(), httpapi.SignedRequest[voucher.PutStore]{
		Intent: store, Signature: intent.FormatSignature(s.Sign(s.Bob, store)),
	})
	require.NoError(t, err)
	key := voucher.PutKey{
		Author: s.Bob.Address, Merchant: s.Bob.Address, Version: 2, Key: s.Alice.Address,
		Scopes: voucher.ScopeRedeem, Store: 7, Deadline: s.Unix() + 60,
	}
	_, err = s.client.PutKey(s.ctx(), httpapi.SignedRequest[voucher.PutKey]{
		Intent: key, Signature: intent.FormatSignature(s.Sign(s.Bob, key)),
	})
	require.NoError(t, err)
	m, err := s.client.Merchant(s.ctx(), s.Bob.Address)
	require.NoError(t, err)
	require.Equal(t, httpapi.MerchantInfo{
		ID: s.Bob.Address, Name: "Bob's", Version: 3, Root: s.Bob.Address,
		Stores: []index.Store{{Store: 7, Name: "Harbour"}},
		Keys:   []index.Key{{Key: s.Alice.Address, Scopes: voucher.ScopeRedeem, Store: 7}},
	}, m)
	_, err = s.client.Merchant(s.ctx(), s.Alice.Address)
	requireProblem(t, http.StatusNotFound, "unknown_merchant", err)

	set := voucher.SetOperators{
		Approvers: []voucher.Address{s.Operator.Address}, Version: 1,
		Operators: []voucher.Address{s.Alice.Address}, Threshold: 1, Deadline: s.Unix() + 60,
	}
	_, err = s.client.SetOperators(s.ctx(), httpapi.OperatorsRequest{
		Intent: set, Approvals: []string{intent.FormatSignature(s.Sign(s.Operator, set))},
	})
	require.NoError(t, err)
	operators, err := s.client.Operators(s.ctx())
	require.NoError(t, err)
	require.Equal(t, httpapi.OperatorsInfo{Version: 2, Operators: set.Operators, Threshold: 1}, operators)
}

// TestP1OneVoucherThousandTills sends 1,000 different sales of one code at once.
func TestP1OneVoucherThousandTills(t *testing.T) {
	s := newShop(t)
	ref := s.claim(s.Alice, s.create(3, nil), 0)
	offer := s.Offer(s.Alice, ref)
	const tills = 1000
	requests := make([]httpapi.RedemptionRequest, tills)
	for i := range requests {
		requests[i] = s.sale(s.Alice, offer, s.Till, 1, fmt.Sprint("sale ", i))
	}
	errs := make([]error, tills)
	start := make(chan struct{})
	var all sync.WaitGroup
	for i := range requests {
		all.Go(func() {
			<-start
			_, errs[i] = s.client.Redeem(s.ctx(), requests[i], fmt.Sprint("sale ", i))
		})
	}
	close(start)
	all.Wait()
	accepted := 0
	for _, err := range errs {
		if err == nil {
			accepted++
			continue
		}
		requireProblem(t, http.StatusConflict, "already_used", err)
	}
	require.Equal(t, 1, accepted)
}

func TestReplayOverHTTPIsTheFirstAnswer(t *testing.T) {
	s := newShop(t)
	id := s.create(3, nil)
	claim, err := json.Marshal(s.claimRequest(s.Alice, id, 0))
	require.NoError(t, err)
	status, _, first := s.raw(http.MethodPost, "/v1/claims", string(claim), nil)
	require.Equal(t, http.StatusCreated, status)
	status, _, again := s.raw(http.MethodPost, "/v1/claims", string(claim), nil)
	require.Equal(t, http.StatusCreated, status)
	require.Equal(t, first, again)

	var out voucher.Outcome
	require.NoError(t, json.Unmarshal([]byte(first), &out))
	claimed, ok := out.Events[0].(voucher.VoucherClaimed)
	require.True(t, ok)
	offer := s.Offer(s.Alice, voucher.Ref{Campaign: id, Serial: claimed.Serial})
	sale, err := json.Marshal(s.sale(s.Alice, offer, s.Till, 1, "k"))
	require.NoError(t, err)
	key := map[string]string{"Idempotency-Key": `"k"`}
	status, _, first = s.raw(http.MethodPost, "/v1/redemptions", string(sale), key)
	require.Equal(t, http.StatusCreated, status)
	s.clock = s.clock.Add(365 * 24 * time.Hour)
	status, _, again = s.raw(http.MethodPost, "/v1/redemptions", string(sale), key)
	require.Equal(t, http.StatusCreated, status)
	require.Equal(t, first, again)
}

func TestIdempotencyKey(t *testing.T) {
	s := newShop(t)
	id := s.create(5, func(c *voucher.CreateCampaign) { c.PerHolder = 0 })
	first, second := s.claim(s.Alice, id, 0), s.claim(s.Alice, id, 1)
	sale := s.sale(s.Alice, s.Offer(s.Alice, first), s.Till, 1, "key")
	_, err := s.client.Redeem(s.ctx(), sale, "")
	requireProblem(t, http.StatusBadRequest, "idempotency_key_missing", err)
	_, err = s.client.Redeem(s.ctx(), sale, "another")
	requireProblem(t, http.StatusUnprocessableEntity, "idempotency_key_mismatch", err)
	_, err = s.client.Redeem(s.ctx(), sale, "key")
	require.NoError(t, err)
	_, err = s.client.Redeem(s.ctx(), s.sale(s.Alice, s.Offer(s.Alice, second), s.Till, 1, "key"), "key")
	requireProblem(t, http.StatusUnprocessableEntity, "idempotency_key_reused", err)
}

// TestStrangersLearnNothing compares the answers for a voucher of somebody
// else, an expired one, and none at all.
func TestStrangersLearnNothing(t *testing.T) {
	s := newShop(t)
	ref := s.claim(s.Alice, s.create(5, nil), 0)
	missing := voucher.Ref{Campaign: ref.Campaign, Serial: ref.Serial ^ 1}
	bearer := map[string]string{"Authorization": "Bearer " + s.token(s.Bob)}
	answers := map[string]bool{}
	for _, path := range []string{
		"/v1/vouchers/" + ref.String(), "/v1/vouchers/" + missing.String(), "/v1/vouchers/nonsense",
		"/v1/wallets/" + s.Alice.Address.String() + "/vouchers", "/v1/wallets/x/vouchers",
		"/v1/redemptions/" + voucher.Hash{1}.String(), "/v1/redemptions/nonsense",
	} {
		status, _, body := s.raw(http.MethodGet, path, "", bearer)
		require.Equal(t, http.StatusNotFound, status)
		answers[body] = true
	}
	require.Len(t, answers, 1)

	for name, token := range map[string]string{
		"none": "", "junk": "Bearer junk", "expired": "Bearer " + s.expiredToken(), "long": "Bearer " + strings.Repeat("a", 2000),
	} {
		status, code, _ := s.raw(http.MethodGet, "/v1/vouchers/"+ref.String(), "", map[string]string{"Authorization": token})
		require.Equal(t, http.StatusUnauthorized, status, name)
		require.Equal(t, "unauthorised", code, name)
	}
}

func (s *shop) expiredToken() string {
	s.t.Helper()
	token, err := httpapi.Token(s.Domain, s.Alice.Key, s.clock)
	require.NoError(s.t, err)
	return token
}

func TestForeignVoucherAtTheTillLooksUnknown(t *testing.T) {
	s := newShop(t)
	ref := s.claim(s.Alice, s.create(5, nil), 0)
	missing := voucher.Ref{Campaign: ref.Campaign, Serial: ref.Serial ^ 1}
	for i, r := range []voucher.Ref{ref, missing} {
		key := fmt.Sprint("probe ", i)
		_, err := s.client.Redeem(s.ctx(), s.sale(s.Bob, s.Offer(s.Bob, r), s.Till, 1, key), key)
		requireProblem(t, http.StatusNotFound, "unknown_voucher", err)
	}
}

func TestSoldOut(t *testing.T) {
	s := newShop(t)
	id := s.create(3, nil)
	for i := range 3 {
		s.claim(ledgertest.NewActor(fmt.Sprint("wallet ", i)), id, 0)
	}
	_, err := s.client.Claim(s.ctx(), s.claimRequest(s.Alice, id, 0))
	requireProblem(t, http.StatusConflict, "sold_out", err)
}

func TestCancelOverHTTP(t *testing.T) {
	s := newShop(t)
	ref := s.claim(s.Alice, s.create(3, nil), 0)
	offer := s.Offer(s.Alice, ref)
	in := voucher.Cancel{Offer: s.Domain.Digest(offer), Author: s.Alice.Address, Deadline: s.Unix() + 60}
	_, err := s.client.Cancel(s.ctx(), httpapi.CancelRequest{
		Intent: in, Signature: intent.FormatSignature(s.Sign(s.Alice, in)), Code: s.code(s.Alice, offer),
	})
	require.NoError(t, err)
	_, err = s.client.Redeem(s.ctx(), s.sale(s.Alice, offer, s.Till, 1, "k"), "k")
	requireProblem(t, http.StatusConflict, "already_used", err)
}

// TestBadInput sends what must be refused, typed, without an effect.
func TestBadInput(t *testing.T) {
	s := newShop(t)
	head, err := s.Ledger.Head(s.ctx())
	require.NoError(t, err)
	terms := s.Terms(5, nil)
	signed := func(edit func(*voucher.CreateCampaign)) string {
		in := terms
		edit(&in)
		raw, err := json.Marshal(httpapi.SignedRequest[voucher.CreateCampaign]{
			Intent: in, Signature: intent.FormatSignature(s.Sign(s.Merchant, in)),
		})
		require.NoError(t, err)
		return string(raw)
	}
	good := signed(func(*voucher.CreateCampaign) {})
	other := intent.NewDomain(ledgertest.LedgerID(99))
	offer := s.Offer(s.Alice, voucher.Ref{})
	signature, err := other.Sign(s.Alice.Key, offer)
	require.NoError(t, err)
	foreign, err := other.Text(intent.Code{Offer: offer, Signature: signature})
	require.NoError(t, err)
	sale := s.sale(s.Alice, offer, s.Till, 1, "k")
	sale.Code = foreign
	foreignSale, err := json.Marshal(sale)
	require.NoError(t, err)
	sale.Code = "TALLY1-NOTACODE"
	brokenSale, err := json.Marshal(sale)
	require.NoError(t, err)
	admit := s.Admit(s.Bob.Address, "Bob")
	single, ok := admit.(voucher.Signed[voucher.AdmitMerchant])
	require.True(t, ok)
	admitWith := func(signature string) string {
		raw, err := json.Marshal(httpapi.SignedRequest[voucher.AdmitMerchant]{Intent: single.Intent, Signature: signature})
		require.NoError(t, err)
		return string(raw)
	}
	key := map[string]string{"Idempotency-Key": "k"}

	for name, c := range map[string]struct {
		path, body string
		header     map[string]string
		status     int
		code       string
	}{
		"empty":             {"/v1/campaigns", "", nil, 400, "invalid_request"},
		"not json":          {"/v1/campaigns", "hello", nil, 400, "invalid_request"},
		"an array":          {"/v1/campaigns", "[]", nil, 400, "invalid_request"},
		"two objects":       {"/v1/campaigns", good + good, nil, 400, "invalid_request"},
		"unknown member":    {"/v1/campaigns", strings.Replace(good, `{"intent"`, `{"x":1,"intent"`, 1), nil, 400, "invalid_request"},
		"unknown in intent": {"/v1/campaigns", strings.Replace(good, `"units":1`, `"units":1,"unit":1`, 1), nil, 400, "invalid_request"},
		"text for number":   {"/v1/campaigns", strings.Replace(good, `"units":1`, `"units":"1"`, 1), nil, 400, "invalid_request"},
		"negative":          {"/v1/campaigns", strings.Replace(good, `"units":1`, `"units":-1`, 1), nil, 400, "invalid_request"},
		"fraction":          {"/v1/campaigns", strings.Replace(good, `"units":1`, `"units":1.5`, 1), nil, 400, "invalid_request"},
		"overflow":          {"/v1/campaigns", strings.Replace(good, `"units":1`, `"units":99999999999999999999`, 1), nil, 400, "invalid_request"},
		"address too short": {"/v1/campaigns", strings.Replace(good, s.Merchant.Address.String(), "0x12", 1), nil, 400, "invalid_request"},
		"too large":         {"/v1/campaigns", strings.Repeat(" ", httpapi.MaxBody+1), nil, 413, "body_too_large"},
		"unknown currency":  {"/v1/campaigns", signed(func(c *voucher.CreateCampaign) { c.Currency = voucher.Currency{'X', 'X', 'X'} }), nil, 422, "unknown_currency"},
		"window backwards":  {"/v1/campaigns", signed(func(c *voucher.CreateCampaign) { c.ClaimUntil = c.ClaimFrom }), nil, 422, "invalid_terms"},
		"terms not json":    {"/v1/campaigns", signed(func(c *voucher.CreateCampaign) { c.Terms = "x" }), nil, 400, "invalid_request"},
		"terms not sorted":  {"/v1/campaigns", signed(func(c *voucher.CreateCampaign) { c.Terms = `{"b":1,"a":2}` }), nil, 400, "invalid_request"},
		"amount overflow":   {"/v1/campaigns", signed(func(c *voucher.CreateCampaign) { c.MaxDiscount = 1 << 60 }), nil, 400, "malformed"},
		"late deadline":     {"/v1/campaigns", signed(func(c *voucher.CreateCampaign) { c.Deadline += 2 * 86400 }), nil, 422, "deadline_too_far"},
		"wrong author":      {"/v1/campaigns", signed(func(c *voucher.CreateCampaign) { c.Author = s.Bob.Address }), nil, 403, "bad_signature"},
		"no signature":      {"/v1/merchants", admitWith(""), nil, 403, "bad_signature"},
		"short signature":   {"/v1/merchants", admitWith("0x1234"), nil, 403, "bad_signature"},
		"high s":            {"/v1/merchants", admitWith(highS65(single.Signature)), nil, 403, "bad_signature"},
		"signature not hex": {"/v1/merchants", admitWith("0xzz"), nil, 403, "bad_signature"},
		"foreign ledger":    {"/v1/redemptions", string(foreignSale), key, 422, "wrong_ledger"},
		"broken code":       {"/v1/redemptions", string(brokenSale), key, 400, "invalid_code"},
		"path and intent":   {"/v1/merchants/" + s.Bob.Address.String() + "/stores", `{"intent":{},"signature":"0x"}`, nil, 400, "invalid_request"},
		"no such route":     {"/v1/nothing", "{}", nil, 404, "not_found"},
		"wrong method":      {"/v1/ledger", "{}", nil, 405, "method_not_allowed"},
	} {
		t.Run(name, func(t *testing.T) {
			status, code, body := s.raw(http.MethodPost, c.path, c.body, c.header)
			require.Equal(t, c.code, code, body)
			require.Equal(t, c.status, status)
		})
	}
	for entry, err := range s.Ledger.Events(s.ctx(), head, voucher.Position{Block: 1 << 40}) {
		require.NoError(t, err)
		require.Fail(t, "bad input had an effect", "%s", entry.Outcome.Canonical())
	}
}

// highS65 is the same signature in 65 bytes with s in the upper half.
func highS65(s voucher.Signature) string { return ledgertest.HighS65(s) }

func TestListsPage(t *testing.T) {
	s := newShop(t)
	id := s.create(100, func(c *voucher.CreateCampaign) { c.PerHolder = 0 })
	var want []string
	for i := range uint32(7) {
		want = append([]string{s.claim(s.Alice, id, i).String()}, want...)
	}
	var got []string
	for cursor, more := "", true; more; {
		status, _, body := s.raw(http.MethodGet,
			"/v1/wallets/"+s.Alice.Address.String()+"/vouchers?limit=3&cursor="+cursor, "",
			map[string]string{"Authorization": "Bearer " + s.token(s.Alice)})
		require.Equal(t, http.StatusOK, status)
		var page httpapi.Page[httpapi.VoucherInfo]
		require.NoError(t, json.Unmarshal([]byte(body), &page))
		for _, v := range page.Data {
			got = append(got, v.ID)
		}
		if len(got) == 3 {
			s.claim(s.Alice, id, 7) // what comes between two pages shifts nothing
		}
		cursor, more = page.NextCursor, page.HasMore
	}
	require.Equal(t, want, got)
	for _, query := range []string{"limit=0", "limit=101", "limit=x", "cursor=999", "cursor=-1", "cursor=x"} {
		status, code, _ := s.raw(http.MethodGet, "/v1/wallets/"+s.Alice.Address.String()+"/vouchers?"+query, "",
			map[string]string{"Authorization": "Bearer " + s.token(s.Alice)})
		require.Equal(t, http.StatusBadRequest, status, query)
		require.Equal(t, "invalid_request", code, query)
	}
}

func TestLedgerInfoIsEnoughToSign(t *testing.T) {
	s := newShop(t)
	info, err := s.client.Ledger(s.ctx())
	require.NoError(t, err)
	require.Equal(t, s.Domain.Ledger(), info.ID)
	require.Equal(t, "Tally", info.Domain.Name)
	require.Equal(t, info.ID, info.Domain.Salt)
	require.Contains(t, info.Types["Redeem"], intent.Field{Name: "lines", Type: "Line[]"})
	require.Contains(t, info.Types, "Line")
}

func TestNoAnswerIsUnknown(t *testing.T) {
	hijack := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	defer hijack.Close()
	client := httpapi.NewClient(hijack.URL, hijack.Client())
	_, err := client.Redeem(t.Context(), httpapi.RedemptionRequest{}, "k")
	require.ErrorIs(t, err, httpapi.ErrNoAnswer)
}
