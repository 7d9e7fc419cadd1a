package main

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/cli"
)

// TestProxy_OfTheEnvironment: a server is asked by way of the proxy that the environment
// names, unless NO_PROXY has the server. Its password is not printed, whatever it answers.
func TestProxy_OfTheEnvironment(t *testing.T) {
	s := onstage(t)
	const elsewhere = "http://tally.invalid" // a name that nobody has: RFC 6761
	s.known(elsewhere)
	to, err := url.Parse(s.honest)
	require.NoError(t, err)
	forward := httputil.NewSingleHostReverseProxy(to)
	var asked atomic.Int64
	var shut atomic.Bool
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		_, password, _ := r.BasicAuth()
		_, basic, _ := strings.Cut(r.Header.Get("Proxy-Authorization"), " ")
		switch {
		case r.URL.Host != "tally.invalid" || basic == "" || password != "":
			http.Error(w, "another request", http.StatusBadGateway)
		case shut.Load():
			http.Error(w, "Proxy-Authorization: s3cret is wrong", http.StatusProxyAuthRequired)
		default:
			forward.ServeHTTP(w, r)
		}
	}))
	defer proxy.Close()
	run := func(environment ...string) (code int, said string) {
		cmd := s.process(t.Context(), elsewhere, "ledger")
		cmd.Env = append(cmd.Env, environment...)
		out, _ := cmd.CombinedOutput() // the exit code says how it ended
		return cmd.ProcessState.ExitCode(), string(out)
	}
	by := "HTTP_PROXY=" + strings.Replace(proxy.URL, "http://", "http://clerk:s3cret@", 1)
	code, said := run(by)
	require.Equal(t, cli.ExitOK, code, said)
	require.Contains(t, said, s.ledgerID())
	through := asked.Load()
	require.Positive(t, through)

	code, said = run(by, "NO_PROXY=example.com,.invalid")
	require.Equal(t, cli.ExitNotSent, code, said)
	require.Equal(t, through, asked.Load(), "the proxy was not asked")
	require.NotContains(t, said, "s3cret")

	shut.Store(true)
	code, said = run(by)
	require.NotEqual(t, cli.ExitOK, code, said)
	require.Contains(t, said, "407")
	require.NotContains(t, said, "s3cret", "neither from the environment nor from the proxy's words")

	proxy.Close()
	code, said = run(by)
	require.Equal(t, cli.ExitNotSent, code, said)
	require.NotContains(t, said, "s3cret")
}
