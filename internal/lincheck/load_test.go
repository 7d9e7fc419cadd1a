package lincheck_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"

	"tally/internal/client"
	"tally/internal/httpapi"
	"tally/internal/index"
	indexmemory "tally/internal/index/memory"
	"tally/internal/ledger"
	"tally/internal/ledger/ledgertest"
	"tally/internal/ledger/memory"
	"tally/internal/lincheck"
	"tally/internal/teller"
)

const limit = time.Minute

// serve is a server over the rules themselves, behind whatever lies about them.
func serve(t *testing.T, between func(http.Handler) http.Handler) *client.Client {
	t.Helper()
	gin.SetMode(gin.TestMode)
	l, err := memory.New(ledgertest.LedgerID(1), ledgertest.Operators(), 1, time.Now)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	x, log := indexmemory.Trusted(), slog.New(slog.DiscardHandler)
	ctx, cancel := context.WithCancel(context.Background())
	projected := make(chan struct{})
	go func() {
		defer close(projected)
		index.Project(ctx, l, x, log, func() {})
	}()
	p := ledger.NewPipeline(l, 1)
	api := httpapi.New(teller.New(l, p, x, log), log, time.Now, func() bool { return true }).Handler()
	server := httptest.NewServer(between(api))
	t.Cleanup(func() { server.Close(); p.Close(); cancel(); <-projected })
	return client.New(server.URL, server.Client())
}

func honest(next http.Handler) http.Handler { return next }

// raced is the history of a load against a server.
func raced(t *testing.T, c *client.Client, seed uint64) (lincheck.History, *lincheck.Shop) {
	t.Helper()
	shop, err := lincheck.OpenShop(t.Context(), c, ledgertest.NewActor("operator"), seed, 8)
	require.NoError(t, err)
	load := lincheck.NewLoad(shop, []*client.Client{c}, 8, 800, seed)
	h, err := load.Run(t.Context())
	require.NoError(t, err)
	t.Log(h.Figures())
	return h, shop
}

// TestCheck_HonestServer: an honest server is believed.
func TestCheck_HonestServer(t *testing.T) {
	c := serve(t, honest)
	h, shop := raced(t, c, 1)
	if err := h.Check(limit); err != nil {
		kept, err2 := h.Keep("", limit)
		require.NoError(t, err2)
		require.NoError(t, err, kept)
	}
	merchant, err := shop.AsMerchant(c)
	require.NoError(t, err)
	for _, campaign := range shop.Campaigns {
		books, err := merchant.Audit(t.Context(), campaign.ID)
		require.NoError(t, err)
		require.NoError(t, h.Balance(campaign, books))
	}

	var file bytes.Buffer
	require.NoError(t, h.Write(&file))
	again, err := lincheck.ReadHistory(&file)
	require.NoError(t, err)
	require.NoError(t, again.Check(limit), "a history is kept whole")
}

// TestCheck_StaleCache: a stale cache is found. The test has something between the
// clients and the server remember how vouchers were.
func TestCheck_StaleCache(t *testing.T) {
	var mu sync.Mutex
	seen := map[string]*httptest.ResponseRecorder{}
	c := serve(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !strings.HasPrefix(r.URL.Path, "/v1/vouchers/") {
				next.ServeHTTP(w, r)
				return
			}
			key := r.URL.Path + r.Header.Get("Authorization")
			mu.Lock()
			old := seen[key]
			mu.Unlock()
			if old == nil {
				old = httptest.NewRecorder()
				next.ServeHTTP(old, r)
				if old.Code == http.StatusOK {
					mu.Lock()
					seen[key] = old
					mu.Unlock()
				}
			}
			w.Header().Set("Content-Type", old.Header().Get("Content-Type"))
			w.WriteHeader(old.Code)
			_, _ = w.Write(old.Body.Bytes())
		})
	})
	h, _ := raced(t, c, 2)
	require.ErrorIs(t, h.Check(limit), lincheck.ErrNotLinearizable)
}
