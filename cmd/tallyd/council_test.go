package main

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/audit/pins"
	"tally/internal/audit/receipt"
	"tally/internal/audit/witness"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// observer is a witness over HTTP that can be out of reach.
type observer struct {
	line string // of a policy
	away atomic.Bool
}

func observe(t *testing.T, name, logKey string) *observer {
	t.Helper()
	dir := t.TempDir()
	key, err := witness.OpenKey(dir, "example.org/"+name)
	require.NoError(t, err)
	w, err := witness.Open(dir, key, []string{logKey})
	require.NoError(t, err)
	o := &observer{}
	handler := witness.Handler(w, slog.New(slog.DiscardHandler), func(string) {})
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if o.away.Load() {
			http.Error(rw, "away", http.StatusServiceUnavailable)
			return
		}
		handler.ServeHTTP(rw, r)
	}))
	t.Cleanup(func() {
		server.Close()
		require.NoError(t, w.Close())
	})
	o.line = fmt.Sprintf("witness %s %s %s\n", name, w.Key(), server.URL)
	return o
}

// TestCouncil_CosignsWhatAServerShows has two witnesses, and both must
// cosign. While one is away the server shows what both have seen, and proves
// what came later by its own key alone.
func TestCouncil_CosignsWhatAServerShows(t *testing.T) {
	t.Parallel() // it waits most of its time
	s := &server{t: t, dir: t.TempDir(), args: []string{"--operator", ledgertest.NewActor("operator").Address.String()}}
	s.start()
	w, id := openShop(t, s.client(), 10)
	info, err := s.client().Ledger(t.Context())
	require.NoError(t, err)
	s.kill()

	ferry, harbour := observe(t, "ferry", info.Log.Key), observe(t, "harbour", info.Log.Key)
	policy := ferry.line + harbour.line + "group council 2 ferry harbour\nquorum council\n"
	file := filepath.Join(t.TempDir(), "policy")
	require.NoError(t, os.WriteFile(file, []byte(policy), 0o600))
	pinned := pins.Pins{Ledger: info.ID, Log: info.Log.Key, Witnesses: policy}
	s.args = append(s.args, "--log-witnesses", file, "--log-pace", "1s")
	s.start()
	defer s.kill()

	sell := func(name string) voucher.Hash {
		v := newVisit(w, id, name)
		require.NoError(t, v.finish(t.Context(), w, s.client()))
		return v.answers[1].ID
	}
	verdict := func(command voucher.Hash) error {
		raw, err := auditor(t, w, s.client()).Receipt(t.Context(), command)
		if err == nil {
			_, _, err = receipt.Verify(raw, pinned)
		}
		return err
	}
	shown := func() int64 {
		raw, err := auditor(t, w, s.client()).Checkpoint(t.Context())
		require.NoError(t, err)
		head, err := receipt.OpenCheckpoint(raw, pinned)
		require.NoError(t, err)
		return head.Tree.N
	}
	first := sell("first")
	require.Eventually(t, func() bool { return verdict(first) == nil }, time.Minute, 50*time.Millisecond)
	before := shown()

	harbour.away.Store(true)
	second := sell("second")
	require.ErrorIs(t, verdict(second), receipt.ErrWitnesses, "it is proven at once, by the log's key")
	require.NoError(t, verdict(first))
	require.Equal(t, before, shown(), "both have seen no more")

	harbour.away.Store(false)
	require.Eventually(t, func() bool { return verdict(second) == nil }, time.Minute, 50*time.Millisecond)
	require.Greater(t, shown(), before)
}

// TestCouncil_PolicyThatNobodyCanSatisfy is refused before the server listens.
func TestCouncil_PolicyThatNobodyCanSatisfy(t *testing.T) {
	const key = "example.org/w+b18fd3eb+BMqym4XxLTBBuuQ2lWHGGY5ZpuELTB5Q8CfQmRcqCzcj"
	for name, policy := range map[string]string{
		"nobody":        "",
		"no URL":        "witness w " + key + "\nquorum w\n",
		"no scheme":     "witness w " + key + " w.example.org\nquorum w\n",
		"none asked":    "witness w " + key + " https://w.example.org\nquorum none\n",
		"not a policy":  "witnesses: w\n",
		"much too long": strings.Repeat("# nothing\n", pins.MaxFile/10+1),
	} {
		file := filepath.Join(t.TempDir(), "policy")
		require.NoError(t, os.WriteFile(file, []byte(policy), 0o600))
		args := []string{"serve", "--data", t.TempDir(), "--operator", ledgertest.NewActor("operator").Address.String(), "--log-witnesses", file}
		_, ctx, err := parse(t, args...)
		require.NoError(t, err)
		require.ErrorContains(t, ctx.Run(), "--log-witnesses", name)
	}
}
