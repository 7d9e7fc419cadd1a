package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/client"
	"tally/internal/index/redis/redistest"
	"tally/internal/ledger/ledgertest"
)

// requireSells runs a server over a Redis that flags name. Customers are served, one
// before each trouble and one after the last, and the index in Redis tells all of it.
// check-config finds nothing wrong; what it prints is returned.
func requireSells(t *testing.T, flags []string, troubles ...func()) (checked string) {
	t.Helper()
	flags = append([]string{"--index", "redis"}, flags...)
	checked = checkRedisConfig(t, true, flags...)
	s := &server{t: t, dir: t.TempDir(), args: append([]string{
		"--operator", ledgertest.NewActor("operator").Address.String(), "--drain-grace", "0s",
	}, flags...)}
	s.start()
	t.Cleanup(s.end)
	w, id := openShop(t, s.client(), 100)
	for i, trouble := range append(slices.Clone(troubles), func() {}) {
		require.NoError(t, newVisit(w, id, string(rune('a'+i))).finish(t.Context(), w, s.client()))
		trouble()
	}
	want := uint64(len(troubles) + 1)
	token, err := s.client().Token(w.Domain, w.Merchant.Key, time.Now().Add(client.TokenLife))
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		campaign, err := s.client().As(token).Campaign(t.Context(), id)
		return err == nil && campaign.Figures.Redeemed == want
	}, time.Minute, 20*time.Millisecond, "the index tells all of it")
	return checked
}

// checkRedisConfig runs check-config and returns what it prints.
func checkRedisConfig(t *testing.T, well bool, flags ...string) string {
	t.Helper()
	run := exec.CommandContext(t.Context(), os.Args[0], append([]string{
		"check-config", "--listen", "127.0.0.1:0", "--data", t.TempDir(), "--operator", ledgertest.NewActor("operator").Address.String(),
	}, flags...)...)
	run.Env = append(os.Environ(), childEnv+"=1")
	said, err := run.CombinedOutput()
	require.Equal(t, well, err == nil, string(said))
	return string(said)
}

// TestRedis_SentinelFailOver has the master die in the middle: the replica that the
// Sentinel makes the master goes on with the index.
func TestRedis_SentinelFailOver(t *testing.T) {
	t.Parallel()
	r := redistest.StartWatched(t)
	said := requireSells(t, []string{"--redis", r.URL(), "--rate-redis", r.URL()}, func() { r.FailOver(t) })
	require.Contains(t, said, "1 replicas of this master; a fail-over may lose the last writes")
}

func TestRedis_Cluster(t *testing.T) {
	t.Parallel()
	url := redistest.StartCluster(t)
	said := requireSells(t, []string{"--redis", url, "--rate-redis", url})
	require.Contains(t, said, "warn  redis: the master has no replica")
}

// TestRedis_SecuredByCertificates has a Redis that wants TLS, a client's certificate,
// and a user of its ACL. Without any one of them check-config says which is wrong,
// and repeats no password.
func TestRedis_SecuredByCertificates(t *testing.T) {
	t.Parallel()
	r := redistest.StartSecured(t)
	r.Do("ACL", "SETUSER", "tally", "on", ">secret-word", "~tally:*", "+@all")
	password := filepath.Join(t.TempDir(), "password")
	require.NoError(t, os.WriteFile(password, []byte("secret-word\n"), 0o600))
	files := []string{"--redis-ca", r.CA, "--redis-cert", r.Certificate, "--redis-key", r.Key, "--redis-server-name", r.Name}
	requireSells(t, append([]string{"--redis", r.URL("tally"), "--redis-password-file", password, "--rate-redis", r.URL("tally:secret-word")}, files...))

	for name, c := range map[string]struct {
		url   string
		files []string
		says  string
	}{
		"another user":         {r.URL("nobody:secret-word"), files, "WRONGPASS"},
		"another password":     {r.URL("tally:secret-woe"), files, "WRONGPASS"},
		"no authority":         {r.URL("tally:secret-word"), files[2:], "certificate"},
		"no certificate":       {r.URL("tally:secret-word"), slices.Concat(files[:2], files[6:]), "FAIL  redis"},
		"another name":         {r.URL("tally:secret-word"), append(slices.Clone(files[:6]), "--redis-server-name", "other.example"), "other.example"},
		"no name":              {r.URL("tally:secret-word"), files[:6], "127.0.0.1"},
		"half a pair":          {r.URL("tally:secret-word"), files[:4], "belong together"},
		"no such file":         {r.URL("tally:secret-word"), append([]string{"--redis-ca", "/none"}, files[2:]...), "/none"},
		"files and no TLS":     {"redis://tally:secret-word@127.0.0.1:1", files, "--redis: there are files"},
		"no port of a machine": {"rediss://tally:secret-word@127.0.0.1:port", files, "--redis: not the address of a Redis: the port of host"},
	} {
		said := checkRedisConfig(t, false, append([]string{"--index", "redis", "--redis", c.url}, c.files...)...)
		require.Contains(t, said, c.says, name)
		require.NotContains(t, said, "secret-wo", name)
		require.NotContains(t, said, "--rate-redis", name)
	}
}
