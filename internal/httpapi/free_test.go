package httpapi_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/edge"
	"tally/internal/ledger/ledgertest"
)

// TestFreeCommands_HaveABudgetOfTheirAddress claims, with throw-away keys, until an
// address has had what it may; others, and what is refused, are not counted.
func TestFreeCommands_HaveABudgetOfTheirAddress(t *testing.T) {
	s := newShop(t)
	id := s.create(1000, nil)
	m, err := edge.NewMetrics(prometheus.NewRegistry())
	require.NoError(t, err)
	const budget = 16 << 10
	clock := time.Now()
	h, err := edge.New(edge.Config{
		FreeBytes: budget, MaxBody: api.MaxBody, Metrics: m, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return clock },
	}, s.handle)
	require.NoError(t, err)
	claims, wait := 0, time.Duration(0)
	claim := func(from string) (status int, answer string) {
		claims++
		body, err := json.Marshal(s.claimRequest(ledgertest.NewActor(fmt.Sprint("throw-away ", claims)), id, 0))
		require.NoError(t, err)
		r := httptest.NewRequest("POST", "/v1/claims", bytes.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.RemoteAddr = from
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code == http.StatusTooManyRequests {
			seconds, err := strconv.Atoi(w.Header().Get("Retry-After"))
			require.NoError(t, err)
			require.Positive(t, seconds)
			wait = time.Duration(seconds) * time.Second
		}
		return w.Code, w.Body.String()
	}
	until := func(from string) (accepted int) {
		for ; accepted < 100; accepted++ {
			status, answer := claim(from)
			if status == http.StatusTooManyRequests {
				require.Contains(t, answer, `"code":"rate_limited"`)
				return accepted
			}
			require.Equal(t, http.StatusCreated, status, answer)
		}
		return accepted
	}
	one := until("192.0.2.7:1")
	require.Positive(t, one)
	require.LessOrEqual(t, one, budget/(2<<10)+1)
	require.Equal(t, one, until("192.0.2.8:1"), "another has its own")
	status, _ := claim("192.0.2.7:9")
	require.Equal(t, http.StatusTooManyRequests, status)
	clock = clock.Add(wait)
	status, answer := claim("192.0.2.7:9")
	require.Equal(t, http.StatusCreated, status, "after as long as Retry-After said: %s", answer)
	status, _ = claim("192.0.2.7:9")
	require.Equal(t, http.StatusTooManyRequests, status, "the budget comes back evenly, not at once")
	site := 0
	for i := range 8 { // /64s of one /56
		site += until(fmt.Sprintf("[2001:db8:0:%x::1]:1", i))
	}
	require.Less(t, site, 5*one, "a site has four addresses' worth")
	require.Greater(t, site, 3*one)
	for range 2 * one {
		status, _ := claim("127.0.0.1:1")
		require.Equal(t, http.StatusCreated, status, "this machine's own are nobody's")
	}
}
