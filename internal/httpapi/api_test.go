package httpapi_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/books"
	"tally/internal/client"
	"tally/internal/httpapi/apitest"
	"tally/internal/intent"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

func TestAPI_CampaignClaimRedeem(t *testing.T) {
	s := newShop(t)
	id := s.create(10, nil)
	ref := s.claim(s.Alice, id, 0)
	page, err := s.client.As(s.token(s.Alice)).Wallet(s.ctx(), s.Alice.Address, "")
	require.NoError(t, err)
	require.Len(t, page.Data, 1)
	require.Equal(t, ref.String(), page.Data[0].ID)

	out, err := s.client.Send(s.ctx(), apitest.Keyed(s.Domain, s.sale(s.Alice, s.Offer(s.Alice, ref), s.Till, 1, "sale 1"), "sale 1"))
	require.NoError(t, err)
	info, err := s.client.As(s.token(s.Alice)).Voucher(s.ctx(), ref)
	require.NoError(t, err)
	require.Equal(t, "spent", info.State)
	for _, party := range []ledgertest.Actor{s.Alice, s.Till, s.Merchant} {
		again, err := s.client.As(s.token(party)).Redemption(s.ctx(), out.ID)
		require.NoError(t, err)
		require.Equal(t, string(out.Canonical()), string(again.Canonical()))
	}
	campaign, err := s.as(s.Merchant).Campaign(s.ctx(), id)
	require.NoError(t, err)
	require.Equal(t, &api.Figures{Claimed: 1, Spent: 1, Redeemed: 1, Discount: 3200, Units: books.Flow{Gross: 1, Net: 1}}, campaign.Figures)
	report, err := s.as(s.Merchant).Audit(s.ctx(), id)
	require.NoError(t, err)
	require.True(t, report.Holds, report.Broken)
	require.Equal(t, books.Vouchers{Minted: 10, Unclaimed: 9, Spent: 1}, report.Vouchers)
}

// TestBooks_AsOfAPosition recounts a campaign before and after its one sale.
func TestBooks_AsOfAPosition(t *testing.T) {
	s := newShop(t)
	id := s.create(10, nil)
	ref := s.claim(s.Alice, id, 0)
	out, err := s.client.Send(s.ctx(), apitest.Keyed(s.Domain, s.sale(s.Alice, s.Offer(s.Alice, ref), s.Till, 1, "sale 1"), "sale 1"))
	require.NoError(t, err)
	before := out.Position
	before.Block--
	for name, c := range map[string]struct {
		at   voucher.Position
		want books.Vouchers
	}{
		"before the sale": {before, books.Vouchers{Minted: 10, Unclaimed: 9, Live: 1}},
		"after the sale":  {out.Position, books.Vouchers{Minted: 10, Unclaimed: 9, Spent: 1}},
	} {
		report, err := s.as(s.Merchant).AuditAt(s.ctx(), id, c.at)
		require.NoError(t, err, name)
		require.True(t, report.Holds, name)
		require.Equal(t, c.want, report.Vouchers, name)
		require.LessOrEqual(t, report.At, out.Time, name)
	}
	_, err = s.as(s.Merchant).AuditAt(s.ctx(), id, voucher.Position{})
	requireProblem(t, http.StatusNotFound, "unknown_campaign", err)
	_, err = s.as(s.Merchant).AuditAt(s.ctx(), id, voucher.Position{Block: 1 << 40})
	requireProblem(t, http.StatusBadRequest, "invalid_request", err)
}

func TestAPI_MerchantsAndOperators(t *testing.T) {
	s := newShop(t)
	admit := voucher.AdmitMerchant{Operator: s.Operator.Address, Merchant: s.Bob.Address, Name: "Bob's", Deadline: s.Unix() + 60}
	_, err := s.client.Send(s.ctx(), apitest.Command(s.Domain, api.SignedRequest[voucher.AdmitMerchant]{
		Intent: admit, Signature: intent.FormatSignature(s.Sign(s.Operator, admit)),
	}))
	requireProblem(t, http.StatusUnprocessableEntity, "possession_wanted", err)
	_, err = s.client.Send(s.ctx(), apitest.Command(s.Domain, api.SignedRequest[voucher.AdmitMerchant]{
		Intent: admit, Signature: intent.FormatSignature(s.Sign(s.Operator, admit)), Possession: intent.FormatSignature(s.Sign(s.Bob, admit)),
	}))
	require.NoError(t, err)
	store := voucher.PutStore{
		Author: s.Bob.Address, Merchant: s.Bob.Address, Version: 1, Store: 7, Name: "Harbour", Deadline: s.Unix() + 60,
	}
	_, err = s.client.Send(s.ctx(), apitest.Command(s.Domain, api.SignedRequest[voucher.PutStore]{
		Intent: store, Signature: intent.FormatSignature(s.Sign(s.Bob, store)),
	}))
	require.NoError(t, err)
	key := voucher.PutKey{
		Author: s.Bob.Address, Merchant: s.Bob.Address, Version: 2, Key: s.Alice.Address,
		Scopes: voucher.ScopeRedeem, Store: 7, Deadline: s.Unix() + 60,
	}
	_, err = s.client.Send(s.ctx(), apitest.Command(s.Domain, api.SignedRequest[voucher.PutKey]{
		Intent: key, Signature: intent.FormatSignature(s.Sign(s.Bob, key)),
	}))
	require.NoError(t, err)
	m, err := s.client.Merchant(s.ctx(), s.Bob.Address)
	require.NoError(t, err)
	require.Equal(t, api.MerchantInfo{
		ID: s.Bob.Address, Name: "Bob's", Version: 3, OperatorsVersion: 1, Root: s.Bob.Address,
		Stores: []api.Store{{Store: 7, Name: "Harbour"}},
		Keys:   []api.Key{{Key: s.Alice.Address, Scopes: voucher.ScopeRedeem, Store: 7}},
	}, m)
	_, err = s.client.Merchant(s.ctx(), s.Alice.Address)
	requireProblem(t, http.StatusNotFound, "unknown_merchant", err)

	set := voucher.SetOperators{
		Approvers: []voucher.Address{s.Operator.Address}, Version: 1,
		Operators: []voucher.Address{s.Alice.Address}, Threshold: 1, Deadline: s.Unix() + 60,
	}
	_, err = s.client.Send(s.ctx(), apitest.Command(s.Domain, api.OperatorsRequest{
		Intent: set, Approvals: []string{intent.FormatSignature(s.Sign(s.Operator, set))},
	}))
	requireProblem(t, http.StatusUnprocessableEntity, "possession_wanted", err)
	_, err = s.client.Send(s.ctx(), apitest.Command(s.Domain, api.OperatorsRequest{
		Intent: set, Approvals: []string{intent.FormatSignature(s.Sign(s.Operator, set))},
		Possessions: []api.PossessionProof{{Holder: s.Alice.Address, Signature: intent.FormatSignature(s.Sign(s.Alice, set))}},
	}))
	require.NoError(t, err)
	operators, err := s.client.Operators(s.ctx())
	require.NoError(t, err)
	require.Equal(t, api.OperatorsInfo{Version: 2, Operators: set.Operators, Threshold: 1}, operators)
}

// TestRedeem_OneVoucherThousandTills sends 1,000 different sales of one code at once.
// A till that does not learn the outcome in time asks again with the same command.
func TestRedeem_OneVoucherThousandTills(t *testing.T) {
	s := newShop(t)
	ref := s.claim(s.Alice, s.create(3, nil), 0)
	offer := s.Offer(s.Alice, ref)
	const tills = 1000
	requests := make([]api.RedemptionRequest, tills)
	for i := range requests {
		requests[i] = s.sale(s.Alice, offer, s.Till, 1, fmt.Sprint("sale ", i))
	}
	errs := make([]error, tills)
	start := make(chan struct{})
	var all sync.WaitGroup
	for i := range requests {
		all.Go(func() {
			<-start
			sale := apitest.Keyed(s.Domain, requests[i], fmt.Sprint("sale ", i))
			_, errs[i] = s.client.Send(s.ctx(), sale)
			for unknown := new(*client.UnknownError); errors.As(errs[i], unknown); {
				_, errs[i] = s.client.Send(s.ctx(), sale)
			}
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

func TestClaim_SoldOut(t *testing.T) {
	s := newShop(t)
	id := s.create(3, nil)
	for i := range 3 {
		s.claim(ledgertest.NewActor(fmt.Sprint("wallet ", i)), id, 0)
	}
	_, err := s.client.Send(s.ctx(), apitest.Command(s.Domain, s.claimRequest(s.Alice, id, 0)))
	requireProblem(t, http.StatusConflict, "sold_out", err)
}

func TestCancel_FollowedByTheOriginal(t *testing.T) {
	s := newShop(t)
	ref := s.claim(s.Alice, s.create(3, nil), 0)
	offer := s.Offer(s.Alice, ref)
	in := voucher.Cancel{Offer: s.Domain.Digest(offer), Author: s.Alice.Address, Deadline: s.Unix() + 60}
	_, err := s.client.Send(s.ctx(), apitest.Command(s.Domain, api.CancelRequest{
		Intent: in, Signature: intent.FormatSignature(s.Sign(s.Alice, in)), Code: s.code(s.Alice, offer),
	}))
	require.NoError(t, err)
	_, err = s.client.Send(s.ctx(), apitest.Keyed(s.Domain, s.sale(s.Alice, offer, s.Till, 1, "k"), "k"))
	requireProblem(t, http.StatusConflict, "already_used", err)
}

// TestRequests_BadInput sends what must be refused, typed, without an effect.
func TestRequests_BadInput(t *testing.T) {
	s := newShop(t)
	head, err := s.Ledger.Head(s.ctx())
	require.NoError(t, err)
	terms := s.Terms(5, nil)
	signed := func(edit func(*voucher.CreateCampaign)) string {
		in := terms
		edit(&in)
		raw, err := json.Marshal(api.SignedRequest[voucher.CreateCampaign]{
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
	admit := s.Admit(s.Bob, "Bob")
	single := apitest.Request[voucher.AdmitMerchant](t, admit)
	admitWith := func(signature string) string {
		raw, err := json.Marshal(api.SignedRequest[voucher.AdmitMerchant]{
			Intent: single.Intent, Signature: signature, Possession: single.Possession,
		})
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
		"too large":         {"/v1/campaigns", strings.Repeat(" ", api.MaxBody+1), nil, 413, "body_too_large"},
		"unknown currency":  {"/v1/campaigns", signed(func(c *voucher.CreateCampaign) { c.Currency = voucher.Currency{'X', 'X', 'X'} }), nil, 422, "unknown_currency"},
		"window backwards":  {"/v1/campaigns", signed(func(c *voucher.CreateCampaign) { c.ClaimUntil = c.ClaimFrom }), nil, 422, "invalid_terms"},
		"terms not json":    {"/v1/campaigns", signed(func(c *voucher.CreateCampaign) { c.Terms = "x" }), nil, 400, "invalid_request"},
		"terms not sorted":  {"/v1/campaigns", signed(func(c *voucher.CreateCampaign) { c.Terms = `{"b":1,"a":2}` }), nil, 400, "invalid_request"},
		"amount overflow":   {"/v1/campaigns", signed(func(c *voucher.CreateCampaign) { c.MaxDiscount = 1 << 60 }), nil, 400, "malformed"},
		"late deadline":     {"/v1/campaigns", signed(func(c *voucher.CreateCampaign) { c.Deadline += 2 * 86400 }), nil, 422, "deadline_too_far"},
		"wrong author":      {"/v1/campaigns", signed(func(c *voucher.CreateCampaign) { c.Author = s.Bob.Address }), nil, 403, "bad_signature"},
		"no signature":      {"/v1/merchants", admitWith(""), nil, 403, "bad_signature"},
		"short signature":   {"/v1/merchants", admitWith("0x1234"), nil, 403, "bad_signature"},
		"high s":            {"/v1/merchants", admitWith(highS65(admit.Signatures()[0])), nil, 403, "bad_signature"},
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

// TestRequests_BodyCutOffIsTheClientsFault ends a request's body early, as a
// phone that leaves the cell does.
func TestRequests_BodyCutOffIsTheClientsFault(t *testing.T) {
	s := newShop(t)
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(s.url, "http://"))
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close()) }()
	_, err = io.WriteString(conn, "POST /v1/claims HTTP/1.1\r\nHost: till\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
	require.NoError(t, err)
	half, ok := conn.(*net.TCPConn)
	require.True(t, ok)
	require.NoError(t, half.CloseWrite())
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	defer func() { require.NoError(t, answer.Body.Close()) }()
	var p api.Problem
	require.NoError(t, json.NewDecoder(answer.Body).Decode(&p))
	require.Equal(t, http.StatusRequestTimeout, answer.StatusCode)
	require.Equal(t, "body_incomplete", p.Code)
}

// highS65 is the same signature in 65 bytes with s in the upper half.
func highS65(s voucher.Signature) string { return ledgertest.HighS65(s) }

func TestLists_Page(t *testing.T) {
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
		var page api.Page[api.VoucherInfo]
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

func TestLedgerInfo_IsEnoughToSign(t *testing.T) {
	s := newShop(t)
	info, err := s.client.Ledger(s.ctx())
	require.NoError(t, err)
	require.Equal(t, s.Domain.Ledger(), info.ID)
	require.Equal(t, "Tally", info.Domain.Name)
	require.Equal(t, info.ID, info.Domain.Salt)
	require.Contains(t, info.Types["Redeem"], intent.Field{Name: "lines", Type: "Line[]"})
	require.Contains(t, info.Types, "Line")
}

func TestClient_NoAnswerIsUnknown(t *testing.T) {
	hijack := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	defer hijack.Close()
	c := client.New(hijack.URL, hijack.Client())
	_, err := c.Send(t.Context(), client.Command{ID: voucher.Hash{1}, Request: api.RedemptionRequest{}, Key: "k"})
	require.ErrorIs(t, err, client.ErrNoAnswer)
}
