package edge

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/edge/reqctx"
)

func TestEdge_RequestIDs(t *testing.T) {
	inner := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, reqctx.Enter(r.Context(), "/v1/ledger"))
	})
	h := open(t, Config{Proxies: proxies("10.0.0.0/8")}, inner)
	for _, c := range []struct {
		what, remote, sent string
		kept               bool
	}{
		{"a trusted proxy's", "10.0.0.1:1", "0af7651916cd43dd8448eb211c80319c", true},
		{"a stranger's", "192.0.2.7:1", "0af7651916cd43dd8448eb211c80319c", false},
		{"too short", "10.0.0.1:1", "short", false},
		{"too long", "10.0.0.1:1", strings.Repeat("a", 65), false},
		{"with a line's end", "10.0.0.1:1", "0123456789\nfake", false},
		{"with a space", "10.0.0.1:1", "0123456789 fake", false},
		{"none", "10.0.0.1:1", "", false},
	} {
		w := ask(h, c.remote, "GET", "/", "X-Request-Id", c.sent)
		id := w.Header().Get("X-Request-Id")
		require.Equal(t, id, w.Body.String(), "the API has the same: %s", c.what)
		require.Equal(t, c.kept, id == c.sent, c.what)
		require.True(t, wellFormed(id), c.what)
	}
	first := reqctx.Enter(t.Context(), "")
	require.NotEqual(t, first, reqctx.Enter(t.Context(), ""), "without an edge")
}

// TestAccessLog_PatternOnly: the access log has the pattern of a route, and not the
// path.
func TestAccessLog_PatternOnly(t *testing.T) {
	var log journal
	inner := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasPrefix(r.URL.Path, "/v1/vouchers/"):
			reqctx.Enter(r.Context(), "/v1/vouchers/:voucher")
			w.WriteHeader(http.StatusNotFound)
			_, _ = io.WriteString(w, "SECRET-answer")
		default:
			reqctx.Enter(r.Context(), "")
		}
	})
	h := open(t, Config{Log: log.logger()}, inner)
	ask(h, "192.0.2.7:1", "GET", "/v1/vouchers/SECRET-path?code=SECRET-query", "Authorization", "Bearer SECRET-token", "Idempotency-Key", "SECRET-key")
	ask(h, "192.0.2.7:1", "BREW", "/SECRET-path")
	require.NotContains(t, log.String(), "SECRET")
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	require.Len(t, lines, 2)
	var line map[string]any
	require.NoError(t, json.Unmarshal([]byte(lines[0]), &line))
	require.Regexp(t, "^[0-9a-f]{32}$", line["request_id"])
	require.Positive(t, line["duration_ms"])
	for key, want := range map[string]any{
		"msg": "request", "level": "INFO", "method": "GET", "route": "/v1/vouchers/:voucher", "status": 404., "bytes": 13., "remote": "192.0.2.7",
	} {
		require.Equal(t, want, line[key], key)
	}
	require.Contains(t, lines[1], `"method":"OTHER","route":"unmatched","status":200`)
}

func TestMetrics_FewLabels(t *testing.T) {
	m, registry := meters(t)
	h := open(t, Config{Metrics: m}, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { reqctx.Enter(r.Context(), "") }))
	for _, path := range []string{"/a", "/b", "/c/d", "/e?f=g"} {
		for _, method := range []string{"GET", "BREW", "WHEN", "MAKE"} {
			ask(h, "192.0.2.7:1", method, path)
		}
	}
	families, err := registry.Gather()
	require.NoError(t, err)
	for _, family := range families {
		if family.GetName() == "tally_http_requests_total" {
			require.Len(t, family.GetMetric(), 2, "unmatched, by GET and OTHER")
		}
	}
	require.InDelta(t, 16, counted(t, registry, "tally_http_requests_total"), 0)
	require.Zero(t, counted(t, registry, "tally_http_requests_in_flight"))
}

// TestInFlight_OneTooMany: one too many at once.
func TestInFlight_OneTooMany(t *testing.T) {
	m, registry := meters(t)
	began, end := make(chan struct{}), make(chan struct{})
	h := open(t, Config{MaxRequests: 2, Metrics: m}, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			began <- struct{}{}
			<-end
		}
	}))
	var all sync.WaitGroup
	for range 2 {
		all.Go(func() { ask(h, "192.0.2.7:1", "POST", "/slow") })
		<-began
	}
	require.InDelta(t, 2, counted(t, registry, "tally_http_requests_in_flight"), 0)
	w := ask(h, "192.0.2.8:1", "GET", "/")
	require.Equal(t, http.StatusServiceUnavailable, w.Code)
	require.Equal(t, "1", w.Header().Get("Retry-After"))
	require.Contains(t, w.Body.String(), `"code":"unavailable"`)
	require.InDelta(t, 1, counted(t, registry, "tally_http_overloaded_total"), 0)
	require.Equal(t, http.StatusOK, ask(h, "192.0.2.8:1", "GET", "/healthz").Code)
	close(end)
	all.Wait()
	require.Equal(t, http.StatusOK, ask(h, "192.0.2.8:1", "GET", "/").Code)
}

// TestInFlight_Panic: a panic leaves nothing taken.
func TestInFlight_Panic(t *testing.T) {
	m, registry := meters(t)
	h := open(t, Config{MaxRequests: 1, Metrics: m}, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/panic" {
			panic(http.ErrAbortHandler)
		}
	}))
	require.Panics(t, func() { ask(h, "192.0.2.7:1", "GET", "/panic") })
	require.Equal(t, http.StatusOK, ask(h, "192.0.2.7:1", "GET", "/").Code)
	require.Zero(t, counted(t, registry, "tally_http_requests_in_flight"))
}

func TestEdge_SecurityHeaders(t *testing.T) {
	own := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Security-Policy", "page's own") })
	w := ask(open(t, Config{}, fine), "192.0.2.7:1", "GET", "/")
	require.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"))
	require.Equal(t, "default-src 'none'; frame-ancestors 'none'", w.Header().Get("Content-Security-Policy"))
	require.Empty(t, w.Header().Get("Strict-Transport-Security"), "without TLS it is the proxy's to say")
	w = ask(open(t, Config{TLS: true}, own), "192.0.2.7:1", "GET", "/")
	require.Equal(t, "max-age=31536000", w.Header().Get("Strict-Transport-Security"))
	require.Equal(t, "page's own", w.Header().Get("Content-Security-Policy"))
}

// TestAddress_UntrustedProxyLoggedOnce: the log names an untrusted proxy once.
func TestAddress_UntrustedProxyLoggedOnce(t *testing.T) {
	var log journal
	h := open(t, Config{Log: log.logger()}, fine)
	ask(h, "192.0.2.7:1", "GET", "/", "X-Forwarded-For", "198.51.100.1")
	require.NotContains(t, log.String(), "trusted-proxy", "any stranger can send it")
	for range 2 {
		ask(h, "127.0.0.1:1", "GET", "/", "X-Forwarded-For", "198.51.100.1")
	}
	require.Equal(t, 1, strings.Count(log.String(), "--trusted-proxy"))
}
