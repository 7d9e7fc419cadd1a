package httpapi_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/client"
	"tally/internal/delegation"
	"tally/internal/intent"
)

// tokenFor is Alice's read token for a server by its origin.
func (s *shop) tokenFor(origin string) string {
	s.t.Helper()
	in := intent.ReadToken{Holder: s.Alice.Address, Audience: origin, Expires: s.Unix() + 60}
	return intent.FormatToken(in, s.Sign(s.Alice, in))
}

// TestAttack_Tokens_AreGoodAtOneServer shows a server the tokens that its clients
// gave to others, and headers that call it by the others' names.
func TestAttack_Tokens_AreGoodAtOneServer(t *testing.T) {
	s := newShop(t)
	port := strings.TrimPrefix(s.url, "http://127.0.0.1:")
	path := "/v1/wallets/" + s.Alice.Address.String() + "/vouchers"
	ask := func(token string, header map[string]string) (int, string) {
		all := map[string]string{"Authorization": "Bearer " + token}
		for name, value := range header {
			all[name] = value
		}
		status, _, body := s.raw(http.MethodGet, path, "", all)
		return status, body
	}
	for _, origin := range []string{s.url, "http://localhost:" + port} {
		status, body := ask(s.tokenFor(origin), nil)
		require.Equal(t, http.StatusOK, status, "%s: %s", origin, body)
	}
	for _, origin := range []string{
		"", "tally", "http://evil.example", "http://evil.example:" + port, "https://127.0.0.1:" + port, "http://127.0.0.1", "http://127.0.0.2:" + port,
		"http://127.0.0.1:1" + port, "http://127.0.0.1:" + port + ".evil.example", "http://user@evil.example:" + port, "//127.0.0.1:" + port, "127.0.0.1:" + port,
		"http://0.0.0.0:" + port, "http://[::]:" + port, "http://%31", strings.Repeat("x", 400),
	} {
		status, body := ask(s.tokenFor(origin), map[string]string{
			"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example", "Origin": origin,
		})
		require.Equal(t, http.StatusUnauthorized, status, "%q: %s", origin, body)
		require.Contains(t, body, "another server")
	}
	expired := intent.ReadToken{Holder: s.Alice.Address, Audience: "http://evil.example", Expires: s.Unix() - 1}
	_, body := ask(intent.FormatToken(expired, s.Sign(s.Alice, expired)), nil)
	require.NotContains(t, body, "another server", "only a good token is told why")
}

// TestAttack_Tokens_TheHostHeaderIsNotBelieved sends the request line of another host.
func TestAttack_Tokens_TheHostHeaderIsNotBelieved(t *testing.T) {
	s := newShop(t)
	for _, host := range []string{"evil.example", "localhost", "127.0.0.1"} {
		req := httptest.NewRequestWithContext(s.ctx(), http.MethodGet, "http://"+host+"/v1/wallets/"+s.Alice.Address.String()+"/vouchers", nil)
		req.Header.Set("Authorization", "Bearer "+s.tokenFor("http://"+host))
		answer := httptest.NewRecorder()
		s.handle.ServeHTTP(answer, req) // without a socket, nothing says where the request came to
		require.Equal(t, http.StatusUnauthorized, answer.Code, host)
	}
}

// TestTokens_NamedOrigins asks a server by the name that it was given.
func TestTokens_NamedOrigins(t *testing.T) {
	s := newShop(t)
	const name = "https://tally.example"
	path := "/v1/wallets/" + s.Alice.Address.String() + "/vouchers"
	get := func(handler http.Handler, token string) int {
		req := httptest.NewRequestWithContext(s.ctx(), http.MethodGet, path, nil)
		req.Header.Set("Authorization", "Bearer "+token)
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, req)
		return answer.Code
	}
	require.Equal(t, http.StatusUnauthorized, get(s.handle, s.tokenFor(name)))
	named := s.api.At(name).Handler()
	require.Equal(t, http.StatusOK, get(named, s.tokenFor(name)))
	require.Equal(t, http.StatusUnauthorized, get(named, s.tokenFor(name+":8443")))
	behind := client.New("HTTPS://Tally.Example:443/", http.DefaultClient)
	token, err := behind.Token(s.Domain, s.Alice.Key, s.now().Add(time.Minute))
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, get(named, token), "the client writes the origin in its one form")
}

// TestTokens_OverTLS tells the scheme from the connection.
func TestTokens_OverTLS(t *testing.T) {
	s := newShop(t)
	server := httptest.NewTLSServer(s.handle)
	defer server.Close()
	u, err := url.Parse(server.URL)
	require.NoError(t, err)
	c := client.New(server.URL, server.Client())
	for origin, good := range map[string]bool{server.URL: true, "https://localhost:" + u.Port(): true, "http://" + u.Host: false} {
		_, err := c.As(s.tokenFor(origin)).Wallet(s.ctx(), s.Alice.Address, "")
		require.Equal(t, good, err == nil, "%s: %v", origin, err)
	}
}

// TestAttack_Delegations_NamedServers shows a server a delegation for others.
func TestAttack_Delegations_NamedServers(t *testing.T) {
	s, _, ref, _ := sold(t)
	for name, c := range map[string]struct {
		servers []string
		good    bool
	}{
		"every server":      {nil, true},
		"this one":          {[]string{s.url}, true},
		"this one, too":     {[]string{"https://tally.example", s.url}, true},
		"another":           {[]string{"https://tally.example"}, false},
		"a name like it":    {[]string{s.url + ".example"}, false},
		"more than may be":  {[]string{s.url, "https://a", "https://b", "https://c", "https://d"}, false},
		"an empty audience": {[]string{""}, false},
	} {
		text, _ := s.delegate(s.Merchant, func(d *delegation.Delegation) { d.Servers = c.servers })
		_, err := s.client.As(text).Voucher(s.ctx(), ref)
		require.Equal(t, c.good, err == nil, "%s: %v", name, err)
	}
}
