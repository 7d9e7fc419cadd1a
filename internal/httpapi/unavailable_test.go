package httpapi_test

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/httpapi"
	indexmemory "tally/internal/index/memory"
	"tally/internal/ledger"
	"tally/internal/teller"
)

// withoutIndex is another server over the shop's ledger, whose index answers
// nothing, as one on a Redis that is not there.
func (s *shop) withoutIndex() (ask func(path, token string) *http.Response) {
	s.t.Helper()
	x, p, log := indexmemory.Trusted(), ledger.NewPipeline(s.Ledger, 1), slog.New(slog.DiscardHandler)
	s.t.Cleanup(p.Close)
	x.Trust("")
	handle := httpapi.New(teller.New(s.Ledger, p, x, log), log, s.now, func() bool { return true }).
		At(s.url).Lists(func() bool { return false }).Handler()
	return func(path, token string) *http.Response {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		w := httptest.NewRecorder()
		handle.ServeHTTP(w, r)
		return w.Result()
	}
}

// TestStrangers_GetOneAnswerWithoutTheIndex probes everything while the ledger
// alone answers: for each kind of thing there is one answer, and one without a token.
func TestStrangers_GetOneAnswerWithoutTheIndex(t *testing.T) {
	s := newShop(t)
	kinds := secrets(t, s)
	ask := s.withoutIndex()
	answers := map[string]bool{}
	for kind, paths := range kinds {
		if kind == "references" {
			continue // which only an index knows
		}
		for _, path := range paths {
			res := ask(path, s.token(s.Bob))
			require.Equal(t, http.StatusNotFound, res.StatusCode, path)
			answers[bare(t, res)] = true
		}
	}
	require.Len(t, answers, 1)
	for _, path := range kinds["references"] {
		requireIndexUnavailable(t, ask(path, s.token(s.Bob)), path)
	}
}

// TestReadyz_SaysThatListsAreMissing: who waits for all of the server looks at the text.
func TestReadyz_SaysThatListsAreMissing(t *testing.T) {
	s := newShop(t)
	res := s.withoutIndex()("/readyz", "")
	require.Equal(t, http.StatusOK, res.StatusCode)
	text, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.Contains(t, string(text), "ready, but for lists")
	res, err = http.Get(s.url + "/readyz")
	require.NoError(t, err)
	text, err = io.ReadAll(res.Body)
	require.NoError(t, errors.Join(err, res.Body.Close()))
	require.Equal(t, "ready\n", string(text))
}

// TestReads_LedgerAnswersWithoutTheIndex reads what is one's own.
func TestReads_LedgerAnswersWithoutTheIndex(t *testing.T) {
	s := newShop(t)
	kinds := secrets(t, s)
	ask := s.withoutIndex()
	delegated, _ := s.delegate(s.Merchant, whole)
	for path, token := range map[string]string{
		kinds["vouchers"][0]:    delegated,
		kinds["vouchers"][1]:    s.token(s.Alice),
		kinds["redemptions"][0]: s.token(s.Merchant),
		kinds["commands"][0]:    s.token(s.Alice),
		kinds["issues"][0]:      s.token(s.Merchant),
	} {
		res := ask(path, token)
		require.Equal(t, http.StatusOK, res.StatusCode, path)
		require.NoError(t, res.Body.Close())
	}
	merchant := "/v1/merchants/" + s.Merchant.Address.String()
	for path, token := range map[string]string{
		kinds["history"][1]:     s.token(s.Alice),
		kinds["wallets"][0]:     s.token(s.Alice),
		kinds["merchants"][0]:   s.token(s.Merchant),
		kinds["references"][0]:  s.token(s.Merchant),
		merchant:                "",
		merchant + "/campaigns": "",
		"/v1/campaigns":         "",
	} {
		requireIndexUnavailable(t, ask(path, token), path)
	}
}

func requireIndexUnavailable(t *testing.T, res *http.Response, path string) {
	t.Helper()
	var problem api.Problem
	require.NoError(t, json.NewDecoder(res.Body).Decode(&problem))
	require.NoError(t, res.Body.Close())
	require.Equal(t, http.StatusServiceUnavailable, res.StatusCode, path)
	require.Equal(t, "unavailable", problem.Code, path)
	require.Equal(t, "The index cannot answer now.", problem.Title, path)
	require.Equal(t, "1", res.Header.Get("Retry-After"), path)
	require.Equal(t, "Ask again.", problem.Detail, path)
}
