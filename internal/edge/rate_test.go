package edge

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestRate_ToldAndKept: rates are told and kept.
func TestRate_ToldAndKept(t *testing.T) {
	m, registry := meters(t)
	c := newClock()
	h := open(t, Config{PerAddress: Quota{3, 30 * time.Second}, PerToken: Quota{2, 10 * time.Second}, Metrics: m, Now: c.now}, fine)

	w := ask(h, "192.0.2.7:1", "GET", "/v1/ledger")
	require.Equal(t, http.StatusOK, w.Code)
	require.Equal(t, `"address";q=3;w=30`, w.Header().Get("RateLimit-Policy"))
	require.Equal(t, `"address";r=2;t=10`, w.Header().Get("RateLimit"))

	w = ask(h, "192.0.2.7:2", "GET", "/v1/ledger", "Authorization", "Bearer one")
	require.Equal(t, `"address";q=3;w=30, "token";q=2;w=10`, w.Header().Get("RateLimit-Policy"))
	require.Equal(t, `"address";r=1;t=20, "token";r=1;t=5`, w.Header().Get("RateLimit"))

	require.Equal(t, http.StatusOK, ask(h, "192.0.2.8:1", "GET", "/v1/ledger", "Authorization", "Bearer one").Code)
	w = ask(h, "192.0.2.9:1", "GET", "/v1/ledger", "Authorization", "Bearer one")
	require.Equal(t, http.StatusTooManyRequests, w.Code, "a token is counted wherever it comes from")
	require.Equal(t, "5", w.Header().Get("Retry-After"))
	require.Equal(t, "application/problem+json", w.Header().Get("Content-Type"))
	require.NotEmpty(t, w.Header().Get("X-Request-Id"))
	require.JSONEq(t, `{"type":"/problems/rate_limited","title":"Too many requests.","status":429,
		"detail":"It had no effect. Wait as long as Retry-After says, then send it again.",
		"code":"rate_limited","violated-policies":["token"]}`, w.Body.String())
	require.Equal(t, http.StatusOK, ask(h, "192.0.2.9:1", "GET", "/", "Authorization", "Bearer two").Code)

	require.Equal(t, http.StatusOK, ask(h, "192.0.2.7:3", "GET", "/").Code)
	w = ask(h, "192.0.2.7:4", "GET", "/", "Authorization", "Bearer three")
	var p struct {
		Violated []string `json:"violated-policies"`
	}
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &p))
	require.Equal(t, []string{"address"}, p.Violated)
	require.Equal(t, "10", w.Header().Get("Retry-After"))
	require.InDelta(t, 2, counted(t, registry, "tally_http_rate_limited_total"), 0)

	c.advance(10 * time.Second)
	require.Equal(t, http.StatusOK, ask(h, "192.0.2.7:5", "GET", "/").Code, "after Retry-After")
}

// TestRate_NotCounted: requests that no rate counts.
func TestRate_NotCounted(t *testing.T) {
	h := open(t, Config{PerAddress: Quota{1, time.Hour}, PerToken: Quota{1, time.Hour}, Proxies: proxies("127.0.0.1/32")}, fine)
	for range 3 {
		require.Equal(t, http.StatusOK, ask(h, "[::1]:1", "GET", "/").Code, "this machine")
		require.Equal(t, http.StatusOK, ask(h, "192.0.2.7:1", "GET", "/healthz").Code, "the monitor")
		require.Equal(t, http.StatusOK, ask(h, "192.0.2.7:1", "GET", "/readyz").Code, "the monitor")
	}
	byProxy := func() int {
		return ask(h, "127.0.0.1:1", "GET", "/", "X-Forwarded-For", "192.0.2.99").Code
	}
	require.Equal(t, http.StatusOK, byProxy())
	require.Equal(t, http.StatusTooManyRequests, byProxy(), "whom a trusted proxy passes on")
	require.Equal(t, http.StatusOK, ask(h, "[2001:db8::1]:1", "GET", "/").Code)
	require.Equal(t, http.StatusTooManyRequests, ask(h, "[2001:db8::2]:1", "GET", "/").Code, "the same /64")
	require.Equal(t, http.StatusOK, ask(h, "[::1]:1", "GET", "/", "Authorization", "a").Code)
	require.Equal(t, http.StatusTooManyRequests, ask(h, "[::1]:1", "GET", "/", "Authorization", "a").Code, "a token, from this machine too")
}
