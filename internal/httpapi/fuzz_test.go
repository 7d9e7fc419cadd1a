package httpapi_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/client"
	"tally/internal/intent"
	"tally/internal/voucher"
)

// routes take a body. Names of resources are the cast's.
func (s *shop) routes() []string {
	m := s.Merchant.Address.String()
	return []string{
		"/v1/operators", "/v1/merchants", "/v1/merchants/" + m + "/stores", "/v1/merchants/" + m + "/keys",
		"/v1/campaigns", "/v1/campaigns/cmp_000102030405060708090a0b0c0d0e0f/changes", "/v1/claims", "/v1/redemptions", "/v1/cancels",
	}
}

// ask answers one request without a network between.
func (s *shop) ask(req *http.Request) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	s.handle.ServeHTTP(recorder, req)
	return recorder
}

// requireAnswer wants a documented answer: JSON that was asked for, or a
// problem of the client with a code, and never a fault of the server.
func requireAnswer(t require.TestingT, got *httptest.ResponseRecorder) {
	require.Less(t, got.Code, 500, got.Body)
	if got.Code < 300 {
		return
	}
	var p api.Problem
	d := json.NewDecoder(bytes.NewReader(got.Body.Bytes()))
	d.DisallowUnknownFields()
	require.NoError(t, d.Decode(&p), got.Body)
	require.Equal(t, "application/problem+json", got.Header().Get("Content-Type"))
	require.Equal(t, got.Code, p.Status)
	require.NotEmpty(t, p.Code)
	require.NotEmpty(t, p.Title)
	require.Equal(t, "/problems/"+p.Code, p.Type)
	require.Empty(t, p.RequestID, "bodies of one code are the same to the byte")
}

// FuzzBodies: whatever is posted, the answer is documented, what is no JSON
// object is refused as such, and nothing takes effect that nobody signed.
func FuzzBodies(f *testing.F) {
	s := newShop(f)
	routes := s.routes()
	offer := s.Offer(s.Alice, voucher.Ref{})
	for i, body := range []any{
		api.OperatorsRequest{Intent: voucher.SetOperators{Approvers: []voucher.Address{s.Operator.Address}}, Approvals: []string{"0x"}},
		api.SignedRequest[voucher.AdmitMerchant]{Intent: voucher.AdmitMerchant{Name: "Ü"}, Signature: "0x12"},
		api.SignedRequest[voucher.PutStore]{Intent: voucher.PutStore{Merchant: s.Merchant.Address, Store: 7}},
		api.SignedRequest[voucher.PutKey]{Intent: voucher.PutKey{Merchant: s.Merchant.Address, Store: 7}},
		api.SignedRequest[voucher.CreateCampaign]{Intent: s.Terms(5, nil), Signature: "0x" + strings.Repeat("11", 64)},
		api.SignedRequest[voucher.ChangeCampaign]{Intent: voucher.ChangeCampaign{Offsets: []voucher.Offset{{Minutes: -15}}}},
		api.ClaimRequest{Intent: voucher.Claim{Wallet: s.Alice.Address}, Ticket: &voucher.Ticket{Subject: voucher.Hash{1}}},
		s.sale(s.Alice, offer, s.Till, 1, "k"),
		api.CancelRequest{Code: s.code(s.Alice, offer), Signature: "0x"},
	} {
		text, err := json.Marshal(body)
		require.NoError(f, err)
		f.Add(byte(i), text)
	}
	f.Add(byte(6), []byte(`{}{}`))
	f.Add(byte(6), []byte(`null`))
	head, err := s.Ledger.Head(f.Context())
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, route byte, body []byte) {
		req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, routes[int(route)%len(routes)], bytes.NewReader(body))
		req.Header.Set("Idempotency-Key", "k")
		req.Header.Set("Content-Type", "application/json")
		got := s.ask(req)
		requireAnswer(t, got)
		require.GreaterOrEqual(t, got.Code, 400, "nobody signed this")
		if !json.Valid(body) {
			require.Contains(t, []int{http.StatusBadRequest, http.StatusRequestEntityTooLarge}, got.Code)
		}
		if text := strings.ToUpper(string(body)); strings.Contains(text, "TALLY1-") {
			require.NotContains(t, got.Body.String(), "TALLY1-", "codes are secrets")
		}
		for entry, err := range s.Ledger.Events(t.Context(), head, voucher.Position{Block: 1 << 60}) {
			require.NoError(t, err)
			require.Fail(t, "it had an effect", "%s", entry.Outcome.Canonical())
		}
	})
}

// FuzzReads: whatever is asked for, and whatever is shown for it, the answer is
// documented; and no holder's voucher is shown to who has no token of theirs.
func FuzzReads(f *testing.F) {
	s := newShop(f)
	campaign := s.create(5, nil)
	ref := s.claim(s.Alice, campaign, 0)
	paths := []string{"/v1/vouchers/", "/v1/redemptions/", "/v1/commands/", "/v1/campaigns/", "/v1/merchants/", "/v1/wallets/", "/v1/campaigns?"}
	for i, rest := range []string{
		ref.String(), voucher.Hash{1}.String(), voucher.Hash{1}.String(), campaign.String(), s.Merchant.Address.String(),
		s.Alice.Address.String() + "/vouchers?limit=1&cursor=1", "limit=1&cursor=-1",
	} {
		f.Add(byte(i), rest, "Bearer "+intent.FormatToken(intent.ReadToken{Audience: "https://tally.example"}, voucher.Signature{}))
		f.Add(byte(i), rest, "")
	}
	f.Add(byte(5), s.Alice.Address.String()+"/campaigns/"+campaign.String(), s.token(s.Bob))
	f.Fuzz(func(t *testing.T, kind byte, rest, authorization string) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://tally"+paths[int(kind)%len(paths)]+rest, nil)
		if err != nil {
			return // no client can send it
		}
		req.Header.Set("Authorization", authorization)
		got := s.ask(req)
		requireAnswer(t, got)
		require.NotContains(t, got.Body.String(), ref.String())
	})
}

// answers is a server that says one thing.
type answers struct {
	status int
	kind   string
	body   []byte
}

func (a answers) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: a.status, Header: http.Header{"Content-Type": {a.kind}}, Body: io.NopCloser(bytes.NewReader(a.body)),
	}, nil
}

// FuzzAnswers: whatever a server says, a client has an outcome that reads back,
// the server's problem, or no answer.
func FuzzAnswers(f *testing.F) {
	out := voucher.Outcome{ID: voucher.Hash{1}, Status: voucher.StatusAccepted, Events: voucher.Events{voucher.VoucherCancelled{Serial: 1}}}
	f.Add(201, "application/json", out.Canonical())
	f.Add(409, "application/problem+json", []byte(`{"type":"/problems/held","title":"Held.","status":409,"code":"held"}`))
	f.Add(502, "text/html", []byte("<html>"))
	f.Add(201, "application/json", []byte(`{"events":[{"event":"VoucherCancelled","fields":{"voucher":{"state":16}}}]}`))
	f.Fuzz(func(t *testing.T, status int, kind string, body []byte) {
		if status < 100 || status > 999 || status/100 == 3 {
			return // not HTTP, or followed to another address
		}
		c := client.New("http://tally", &http.Client{Transport: answers{status, kind, body}})
		got, err := c.Send(t.Context(), client.Command{ID: out.ID, Request: api.CancelRequest{}})
		if err == nil {
			require.Less(t, status, 300)
			text, err := json.Marshal(got)
			require.NoError(t, err)
			require.True(t, json.Valid(text))
			return
		}
		var p *api.Problem
		if errors.As(err, &p) {
			require.True(t, strings.HasPrefix(kind, "application/problem+json"))
			return
		}
		require.ErrorIs(t, err, client.ErrNoAnswer)
	})
}
