package main

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/client"
	"tally/internal/index/redis/redistest"
	"tally/internal/ledger/ledgertest"
)

// TestServe_RedisLosesEverything loses all of Redis between two customers, and then Redis.
func TestServe_RedisLosesEverything(t *testing.T) {
	r := redistest.Start(t, "--requirepass", "secret")
	password := filepath.Join(t.TempDir(), "password")
	require.NoError(t, os.WriteFile(password, []byte("secret\n"), 0o600))
	s := &server{t: t, dir: t.TempDir(), args: []string{
		"--operator", ledgertest.NewActor("operator").Address.String(),
		"--index", "redis", "--redis", r.URL(), "--redis-password-file", password,
	}}
	s.start()
	defer func() { s.kill() }()
	w, id := openShop(t, s.client(), 100)
	for i, lose := range []func(){func() {}, func() { r.Do("FLUSHALL") }, r.Kill} {
		lose()
		v := newVisit(w, id, string(rune('a'+i)))
		require.NoError(t, v.finish(t.Context(), w, s.client()))
	}
	r.Restart()
	token, err := s.client().Token(w.Domain, w.Merchant.Key, time.Now().Add(client.TokenLife))
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		campaign, err := s.client().As(token).Campaign(t.Context(), id)
		return err == nil && campaign.Figures.Redeemed == 3
	}, time.Minute, 10*time.Millisecond)
}

// TestServe_StartsWithoutRedis starts while Redis is not there.
func TestServe_StartsWithoutRedis(t *testing.T) {
	s := &server{t: t, dir: t.TempDir(), args: []string{
		"--operator", ledgertest.NewActor("operator").Address.String(),
		"--index", "redis", "--redis", "unix://" + filepath.Join(t.TempDir(), "none"),
	}}
	s.start()
	defer func() { s.kill() }()
	require.Eventually(t, func() bool {
		r, err := http.Get(s.url + "/readyz")
		return err == nil && r.Body.Close() == nil && r.StatusCode == http.StatusOK
	}, time.Minute, 10*time.Millisecond)
	w, id := openShop(t, s.client(), 100)
	require.NoError(t, newVisit(w, id, "a customer").finish(t.Context(), w, s.client()))
}

func TestServe_RedisFlags(t *testing.T) {
	_, _, err := (&IndexFlags{Index: "redis", RedisPasswordFile: "/none"}).openIndex(nil, nil)
	require.ErrorIs(t, err, os.ErrNotExist)
	require.Equal(t, exitMisused, run(t.Context(), []string{"serve", "--index", "none"}))
}
