package till_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/till"
	"tally/internal/voucher"
)

func TestRedeem_RefusedBeforeAnythingIsSigned(t *testing.T) {
	s := newShop(t)
	p := s.open()
	code := s.code(2, s.voucher())
	hold := s.Offer(s.Alice, s.voucher())
	hold.HoldUntil = hold.Deadline
	for name, c := range map[string]struct {
		code string
		edit func(*till.Order)
	}{
		"no reference":          {"invalid_request", func(o *till.Order) { o.Reference = "" }},
		"a reference of a path": {"invalid_request", func(o *till.Order) { o.Reference = "../A" }},
		"a long reference":      {"invalid_request", func(o *till.Order) { o.Reference = strings.Repeat("a", till.MaxReference+1) }},
		"no code":               {"invalid_code", func(o *till.Order) { o.Code = "" }},
		"a damaged code":        {"invalid_code", func(o *till.Order) { o.Code = o.Code[:len(o.Code)-1] }},
		"a code that reserves":  {"invalid_request", func(o *till.Order) { o.Code = s.codeOf(hold) }},
		"no discount":           {"invalid_request", func(o *till.Order) { o.Discounts = nil }},
		"too many discounts":    {"invalid_request", func(o *till.Order) { o.Discounts = []uint64{1, 1} }},
		"a huge discount":       {"invalid_request", func(o *till.Order) { o.Discounts[0] = voucher.MaxAmount + 1 }},
		"a huge amount":         {"invalid_request", func(o *till.Order) { o.Amount = voucher.MaxAmount + 1 }},
		"no units":              {"invalid_request", func(o *till.Order) { o.Units = []uint64{0} }},
		"too many units":        {"invalid_request", func(o *till.Order) { o.Units = []uint64{3} }},
		"units of two vouchers": {"invalid_request", func(o *till.Order) { o.Units = []uint64{1, 1} }},
		"a currency of nobody":  {"unknown_currency", func(o *till.Order) { o.Currency = voucher.Currency{'X', 'X', 'X'} }},
		"long details":          {"invalid_request", func(o *till.Order) { o.Details = strings.Repeat("a", till.MaxDetails+1) }},
		"salt without details":  {"invalid_request", func(o *till.Order) { o.Details, o.Salt = "", &voucher.Hash{1} }},
	} {
		t.Run(name, func(t *testing.T) {
			order := s.order("A-1", code)
			c.edit(&order)
			require.Equal(t, c.code, p.redeem(order).Code)
		})
	}
	require.Empty(t, s.files("*"))
	require.Equal(t, "redeemed", p.redeem(s.order("A-1", code)).State, "the reference is still free")
	s.secretless(code)
}

func TestRedeem_UnitsAndSaltAreThePOSs(t *testing.T) {
	s := newShop(t)
	p := s.open()
	order := s.order("A-1", s.code(3, s.voucher()))
	order.Units, order.Salt = []uint64{2}, &voucher.Hash{1, 2, 3}
	a := p.redeem(order)
	require.Equal(t, order.Salt.String(), a.Salt)
	taken, ok := a.Outcome.Events[1].(voucher.VoucherRedeemed)
	require.True(t, ok)
	require.Equal(t, uint64(2), taken.Units)
}

func TestRedeem_CodeOfAnotherLedger(t *testing.T) {
	s, other := newShop(t), newShop(t)
	p := s.open()
	offer := other.Offer(other.Alice, other.voucher())
	code := []byte(other.codeOf(offer))
	copy(code[9:13], "ABCD") // of the ledger id
	require.Equal(t, "wrong_ledger", p.redeem(s.order("A-1", string(code))).Code)
}

func TestRequests_NotForTheAgent(t *testing.T) {
	s := newShop(t)
	p := s.open()
	for name, c := range map[string]struct {
		method, path, body string
		header             []string
		status             int
		code               string
	}{
		"a page of another site":     {"GET", "/healthz", "", []string{"Origin", "https://example.com"}, 403, "foreign_origin"},
		"a page of this machine":     {"GET", "/healthz", "", []string{"Origin", p.url}, 403, "foreign_origin"},
		"a page without a name":      {"POST", "/redemptions", "{}", []string{"Origin", "null"}, 403, "foreign_origin"},
		"a page's picture":           {"GET", "/healthz", "", []string{"Sec-Fetch-Site", "cross-site"}, 403, "foreign_origin"},
		"a name that was rebound":    {"GET", "/healthz", "", []string{"Host", "till.example.com"}, 403, "foreign_host"},
		"the same with a port":       {"GET", "/healthz", "", []string{"Host", "till.example.com:8481"}, 403, "foreign_host"},
		"a form":                     {"POST", "/redemptions", "{}", []string{"Content-Type", "text/plain"}, 415, "unsupported_media_type"},
		"a body of no type":          {"POST", "/redemptions", "{}", []string{"Content-Type", ""}, 415, "unsupported_media_type"},
		"a cancel by a form":         {"POST", "/redemptions/A-1/cancel", "", []string{"Content-Type", "application/x-www-form-urlencoded"}, 415, "unsupported_media_type"},
		"a long body":                {"POST", "/redemptions", `{"details":"` + strings.Repeat("a", till.MaxBody) + `"}`, nil, 413, "body_too_large"},
		"an unknown member":          {"POST", "/redemptions", `{"reference":"A-1","tip":1}`, nil, 400, "invalid_request"},
		"a member of a wrong type":   {"POST", "/redemptions", `{"amount":"64.00"}`, nil, 400, "invalid_request"},
		"a fraction":                 {"POST", "/redemptions", `{"amount":64.5}`, nil, 400, "invalid_request"},
		"two objects":                {"POST", "/redemptions", `{}{}`, nil, 400, "invalid_request"},
		"no object":                  {"POST", "/redemptions", `[]`, nil, 400, "invalid_request"},
		"a cancel that says more":    {"POST", "/redemptions/A-1/cancel", `{"why":"x"}`, nil, 400, "invalid_request"},
		"a sale that nobody made":    {"GET", "/redemptions/A-1", "", nil, 404, "unknown_reference"},
		"a cancel of it":             {"POST", "/redemptions/A-1/cancel", "{}", nil, 404, "unknown_reference"},
		"an address that is none":    {"GET", "/", "", nil, 404, "not_found"},
		"a method that is not known": {"DELETE", "/redemptions/A-1", "", nil, 405, "method_not_allowed"},
	} {
		t.Run(name, func(t *testing.T) {
			a := p.ask(c.method, c.path, c.body, c.header...)
			require.Equal(t, c.status, a.Status, a.Body)
			require.Equal(t, c.code, a.Code)
		})
	}
	for _, host := range []string{"localhost", "LOCALHOST:8481", "127.0.0.1:1", "[::1]:8481"} {
		require.Equal(t, http.StatusOK, p.ask("GET", "/healthz", "", "Host", host).Status, host)
	}
	require.Equal(t, http.StatusOK, p.ask("GET", "/healthz", "", "Sec-Fetch-Site", "none").Status, "somebody typed the address")
}

func TestRequests_NeedTheToken(t *testing.T) {
	s := newShop(t)
	p := s.open()
	token := strings.Repeat("a", till.MinToken)
	p.server.Config.Handler = p.agent.Handler(token)
	for header, status := range map[string]int{
		"Bearer " + token: 200, "bearer " + token: 200, "": 401, "Bearer": 401, "Bearer " + token + "a": 401, "Basic " + token: 401,
	} {
		require.Equal(t, status, p.ask("GET", "/healthz", "", "Authorization", header).Status, header)
	}
}

func TestListen_BeyondLoopbackNeedsAToken(t *testing.T) {
	token := strings.Repeat("a", till.MinToken)
	for _, address := range []string{"127.0.0.1:8481", "127.9.9.9:0", "[::1]:8481", "localhost:8481"} {
		require.NoError(t, till.CheckListen(address, ""), address)
	}
	for _, address := range []string{":8481", "0.0.0.0:8481", "[::]:8481", "192.168.1.4:8481", "till.local:8481"} {
		require.ErrorIs(t, till.CheckListen(address, ""), till.ErrNoToken, address)
		require.ErrorIs(t, till.CheckListen(address, token[1:]), till.ErrNoToken, address)
		require.NoError(t, till.CheckListen(address, token), address)
	}
	require.Error(t, till.CheckListen("8481", token))
}

// TestOrigins_OnlyThoseNamed asks as web pages do: one that is named, and others whose
// names are like it.
func TestOrigins_OnlyThoseNamed(t *testing.T) {
	s := newShop(t)
	p := s.open()
	const pos = "https://pos.example:8443"
	token := strings.Repeat("a", till.MinToken)
	journal, err := till.OpenJournal(t.TempDir())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, journal.Close()) })
	options := s.options(journal)
	options.Origins = []string{pos}
	agent, err := till.New(options)
	require.NoError(t, err)
	handler := agent.Handler(token)
	askAt := func(host, method, path string, header ...string) *http.Response {
		r := httptest.NewRequestWithContext(t.Context(), method, "http://"+host+path, nil)
		for i := 0; i < len(header); i += 2 {
			r.Header.Add(header[i], header[i+1])
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w.Result()
	}
	ask := func(method, path string, header ...string) *http.Response {
		return askAt("127.0.0.1:8481", method, path, header...)
	}
	res := ask("GET", "/healthz", "Origin", pos, "Sec-Fetch-Site", "cross-site", "Authorization", "Bearer "+token)
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.Equal(t, pos, res.Header.Get("Access-Control-Allow-Origin"))
	require.Equal(t, "Location, Retry-After, WWW-Authenticate", res.Header.Get("Access-Control-Expose-Headers"))
	require.Equal(t, "Origin", res.Header.Get("Vary"))
	require.Equal(t, http.StatusUnauthorized, ask("GET", "/healthz", "Origin", pos).StatusCode, "the page shows the token, too")

	res = ask("OPTIONS", "/redemptions", "Origin", pos, "Access-Control-Request-Method", "POST", "Access-Control-Request-Private-Network", "true")
	require.Equal(t, http.StatusNoContent, res.StatusCode)
	require.Equal(t, pos, res.Header.Get("Access-Control-Allow-Origin"))
	require.Equal(t, "GET, POST", res.Header.Get("Access-Control-Allow-Methods"))
	require.Equal(t, "Authorization, Content-Type", res.Header.Get("Access-Control-Allow-Headers"))
	require.Equal(t, "true", res.Header.Get("Access-Control-Allow-Private-Network"))
	res = askAt("pos.example", "OPTIONS", "/redemptions", "Origin", pos, "Access-Control-Request-Method", "POST")
	require.Equal(t, http.StatusForbidden, res.StatusCode, "a name that was rebound to this machine")

	for _, origin := range []string{
		"https://pos.example", "http://pos.example:8443", "https://pos.example:8443/", "https://pos.example:84430", "https://POS.example:8443",
		"https://evil.example", "https://pos.example:8443.evil.example", "null", "", "*", pos + ", " + pos,
	} {
		for _, method := range []string{"GET", "OPTIONS"} {
			res := ask(method, "/healthz", "Origin", origin, "Access-Control-Request-Method", "GET", "Authorization", "Bearer "+token)
			require.Equal(t, http.StatusForbidden, res.StatusCode, "%s %q", method, origin)
			require.Empty(t, res.Header.Get("Access-Control-Allow-Origin"), "%s %q", method, origin)
		}
	}
	res = ask("GET", "/healthz", "Origin", pos, "Origin", pos, "Authorization", "Bearer "+token)
	require.Equal(t, http.StatusForbidden, res.StatusCode, "two origins are none")
	res = ask("GET", "/healthz", "Sec-Fetch-Site", "cross-site", "Authorization", "Bearer "+token)
	require.Equal(t, http.StatusForbidden, res.StatusCode, "an image of a page says no origin")
	require.Equal(t, http.StatusForbidden, p.ask("GET", "/healthz", "", "Origin", pos).Status, "an agent that names no page")
}

func TestOrigins_AsBrowsersWriteThem(t *testing.T) {
	require.NoError(t, till.CheckOrigins([]string{"https://pos.example", "http://localhost:3000", "https://[2001:db8::1]:8443"}))
	for _, bad := range []string{
		"*", "", "null", "pos.example", "https://pos.example/", "https://POS.example", "https://pos.example:443", "https://*.example", "ftp://pos.example",
		"https://user@pos.example", "https://pos.example/path", "https://pos.example?x", "https://pos.example#x", "file://",
	} {
		require.ErrorIs(t, till.CheckOrigins([]string{bad}), till.ErrOrigin, bad)
	}
	require.Error(t, till.CheckOrigins(slices.Repeat([]string{"https://pos.example"}, till.MaxOrigins+1)))
}

// TestReferences_AsPOSsWriteThem sells under references that an address changes unless
// they are encoded, and finds the sale by its Location.
func TestReferences_AsPOSsWriteThem(t *testing.T) {
	for _, good := range []string{"A", "7", "A-1041", "A/12 #3", "2026/11/30 0001", "a?b=c&d", "50%", "a%2Fb", "a//b/../c", "x;y", "a+b", "T:1|2~", strings.Repeat("a", till.MaxReference)} {
		require.True(t, till.ValidReference(good), good)
		r := httptest.NewRequestWithContext(t.Context(), "GET", "http://127.0.0.1/redemptions/"+url.PathEscape(good), nil)
		mux := http.NewServeMux()
		got := ""
		mux.HandleFunc("GET /redemptions/{reference}", func(_ http.ResponseWriter, r *http.Request) { got = r.PathValue("reference") })
		mux.ServeHTTP(httptest.NewRecorder(), r)
		require.Equal(t, good, got)
	}
	for _, bad := range []string{"", " a", "a ", ".", "..", "/a", "#1", "a\tb", "a\nb", "é", "a\x00", `a"`, `a\b`, strings.Repeat("a", till.MaxReference+1)} {
		require.False(t, till.ValidReference(bad), bad)
	}
}
