package edge

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestCORS_Origins(t *testing.T) {
	require.NoError(t, Origins{"https://wallet.example", "http://localhost:3000", "https://[::1]:8", "*"}.Check())
	for _, bad := range []string{"", "wallet.example", "https://wallet.example/", "https://wallet.example/a", "https://", "ftp://a", "null", "https://*.example", "HTTPS://wallet.example", "https://u@wallet.example", "https://a?b"} {
		require.ErrorIs(t, Origins{bad}.Check(), ErrOrigin, bad)
	}
	_, err := New(Config{Origins: Origins{"wallet"}, Metrics: nil}, fine)
	require.ErrorIs(t, err, ErrOrigin)
}

func TestCORS_Preflight(t *testing.T) {
	reached := false
	h := open(t, Config{Origins: Origins{"https://wallet.example"}, PerAddress: Quota{1, time.Hour}},
		http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	for range 3 { // a preflight is no request to the API
		w := ask(h, "192.0.2.7:1", "OPTIONS", "/v1/claims", "Origin", "https://wallet.example",
			"Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "content-type,idempotency-key")
		require.Equal(t, http.StatusNoContent, w.Code)
		require.Equal(t, "https://wallet.example", w.Header().Get("Access-Control-Allow-Origin"))
		require.Equal(t, "GET, POST, PUT, DELETE", w.Header().Get("Access-Control-Allow-Methods"))
		require.Contains(t, w.Header().Get("Access-Control-Allow-Headers"), "Idempotency-Key")
		require.Contains(t, w.Header().Get("Access-Control-Allow-Headers"), "Authorization")
		require.Equal(t, "7200", w.Header().Get("Access-Control-Max-Age"))
		require.Equal(t, "Origin", w.Header().Get("Vary"))
		require.Empty(t, w.Header().Get("Access-Control-Allow-Credentials"))
	}
	require.False(t, reached)
	w := ask(h, "192.0.2.7:1", "OPTIONS", "/v1/claims", "Origin", "https://evil.example", "Access-Control-Request-Method", "POST")
	require.Empty(t, w.Header().Get("Access-Control-Allow-Origin"), "a stranger's page")
	require.Equal(t, "Origin", w.Header().Get("Vary"))
	require.True(t, reached, "the API answers as to anybody")
}

// TestCORS_ReadableHeaders: scripts may read what clients need.
func TestCORS_ReadableHeaders(t *testing.T) {
	h := open(t, Config{Origins: Origins{"https://wallet.example", "https://other.example"}, PerAddress: Quota{1, time.Hour}}, fine)
	w := ask(h, "192.0.2.7:1", "GET", "/", "Origin", "https://other.example")
	require.Equal(t, "https://other.example", w.Header().Get("Access-Control-Allow-Origin"))
	for _, name := range []string{"Retry-After", "RateLimit", "Location", "X-Request-Id", "Idempotency-Replayed"} {
		require.Contains(t, w.Header().Get("Access-Control-Expose-Headers"), name)
	}
	w = ask(h, "192.0.2.7:1", "GET", "/", "Origin", "https://other.example")
	require.Equal(t, http.StatusTooManyRequests, w.Code)
	require.Equal(t, "https://other.example", w.Header().Get("Access-Control-Allow-Origin"), "a refusal can be read too")
	require.Empty(t, ask(h, "192.0.2.8:1", "GET", "/", "Origin", "https://other.example.evil").Header().Get("Access-Control-Allow-Origin"))
	require.Empty(t, ask(h, "192.0.2.9:1", "GET", "/").Header().Get("Access-Control-Allow-Origin"))
}

// TestCORS_AllOrigins: all origins without credentials.
func TestCORS_AllOrigins(t *testing.T) {
	w := ask(open(t, Config{Origins: Origins{"*"}}, fine), "192.0.2.7:1", "GET", "/", "Origin", "https://any.example")
	require.Equal(t, "*", w.Header().Get("Access-Control-Allow-Origin"))
	require.Empty(t, w.Header().Get("Access-Control-Allow-Credentials"))
	require.Empty(t, ask(open(t, Config{}, fine), "192.0.2.7:1", "GET", "/", "Origin", "https://any.example").Header().Get("Access-Control-Allow-Origin"), "off by default")
}
