package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/exact/flags/flagstest"
	"tally/internal/index/redis/redistest"
	"tally/internal/ledger/ledgertest"
)

// checks of one kind, in their order.
func (r report) checks(what string) (found []check) {
	for _, c := range r.Checks {
		if c.What == what {
			found = append(found, c)
		}
	}
	return found
}

// withoutFinality passes a node's answers on, and refuses to tell what is finalized.
func withoutFinality(t *testing.T, node string) string {
	t.Helper()
	to, err := url.Parse(node)
	require.NoError(t, err)
	pass := httputil.NewSingleHostReverseProxy(to)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || bytes.Contains(body, []byte(`"finalized"`)) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `{"jsonrpc":"2.0","id":1,"error":{"code":-39001,"message":"Unknown block"}}`)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		pass.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// TestCheckConfig_LooksAtTheNetwork finds a network well, then one thing after
// the other that would keep a server from starting.
func TestCheckConfig_LooksAtTheNetwork(t *testing.T) {
	node, key := startNetwork(t)
	made := found(t, node, key)
	args := func(more ...string) []string {
		return flagstest.UnlessGiven(more, flagstest.Flag{"--ledger", "remote"}, flagstest.Flag{"--listen", "127.0.0.1:0"}, flagstest.Flag{"--rpc", node},
			flagstest.Flag{"--relayer-key", key}, flagstest.Flag{"--contract", made.Contract.String()})
	}
	r, text, err := checked(t, args("--finality", "finalized")...)
	require.NoError(t, err, text)
	require.Contains(t, r.check(t, "rpc").Detail, "chain id 31337")
	require.Contains(t, r.check(t, "contract").Detail, made.LedgerID.String())
	require.True(t, r.check(t, "finality").OK)

	poor := filepath.Join(t.TempDir(), "poor.key")
	require.NoError(t, os.WriteFile(poor, bytes.Repeat([]byte("1"), 64), 0o600))
	for what, c := range map[string]struct {
		args []string
		says string
	}{
		"rpc":         {args("--rpc", "http://127.0.0.1:1"), "--rpc"},
		"contract":    {args("--contract", ledgertest.NewActor("nobody").Address.String()), "tallyd deploy"},
		"finality":    {args("--finality", "finalized", "--rpc", withoutFinality(t, node)), "--finality"},
		"relayer-key": {args("--relayer-key", poor), "send it some"},
	} {
		r, text, err := checked(t, c.args...)
		require.ErrorIs(t, err, errChecks, what)
		bad := r.checks(what)
		require.NotEmpty(t, bad, text)
		require.False(t, bad[len(bad)-1].OK, text)
		require.Contains(t, bad[len(bad)-1].Detail, c.says)
	}

	r, text, err = checked(t, args("--rpc", "http://127.0.0.1:1", "--offline")...)
	require.NoError(t, err, text)
	require.Empty(t, r.checks("rpc"))
}

// TestCheckConfig_LooksAtRedis: what evicts is warned of, and does.
func TestCheckConfig_LooksAtRedis(t *testing.T) {
	s := redistest.Start(t)
	args := []string{
		"--listen", "127.0.0.1:0", "--data", filepath.Join(t.TempDir(), "new"), "--operator", ledgertest.Operators()[0].String(),
		"--index", "redis", "--redis", s.URL(), "--rate-redis", s.URL(),
	}
	r, text, err := checked(t, args...)
	require.NoError(t, err, text)
	require.Regexp(t, `Redis [0-9.]+ answers`, r.checks("redis")[0].Detail)
	require.False(t, r.checks("redis")[1].Warn)
	require.True(t, r.check(t, "rate-redis").OK)
	s.Do("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
	r, text, err = checked(t, args...)
	require.NoError(t, err, text)
	require.True(t, r.checks("redis")[1].Warn)
	require.Contains(t, r.checks("redis")[1].Detail, "noeviction")
	s.Kill()
	r, _, err = checked(t, args...)
	require.ErrorIs(t, err, errChecks)
	require.False(t, r.checks("redis")[0].OK)
	_, text, err = checked(t, append(args, "--offline")...)
	require.NoError(t, err, text)
}
