package main

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/cli"
	"tally/internal/ledger/ledgertest"
)

// TestAttack_Servers_AnotherServerGetsNothingSigned has a server name the ledger of a
// server that is known, and a known one name another ledger.
func TestAttack_Servers_AnotherServerGetsNothingSigned(t *testing.T) {
	s := onstage(t)
	s.key("alice")
	s.must("wallet", "--as", "alice")
	real, err := url.Parse(s.server)
	require.NoError(t, err)
	asked := 0
	proxy := httputil.NewSingleHostReverseProxy(real)
	evil := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" || r.Method != http.MethodGet {
			asked++
		}
		proxy.ServeHTTP(w, r)
	}))
	defer evil.Close()
	s.known(evil.URL) // as if it were another name of the honest one
	honest := s.server
	s.server, s.honest = evil.URL, evil.URL // without --ledger-id
	s.refuses(cli.ExitFailed, cli.CodeWrongLedger, "wallet", "--as", "alice")
	require.Zero(t, asked, "nothing that was signed reached it")
	s.must("--ledger-id", ledgertest.LedgerID(7).String(), "wallet", "--as", "alice")
	s.must("wallet", "--as", "alice")
	s.server, s.honest = honest, honest
	s.must("wallet", "--as", "alice")

	path := filepath.Join(filepath.Dir(string(s.keys)), cli.KnownFile)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, honest+" "+ledgertest.LedgerID(7).String()+"\n"+evil.URL+" "+ledgertest.LedgerID(7).String()+"\n", string(text))
	other := ledgertest.LedgerID(8).String()
	require.NoError(t, os.WriteFile(path, []byte(honest+" "+other+"\n"), 0o600))
	s.refuses(cli.ExitFailed, cli.CodeWrongLedger, "wallet", "--as", "alice")
	require.NoError(t, os.WriteFile(path, []byte("nonsense\n"), 0o600))
	s.refuses(cli.ExitMisused, cli.CodeMisused, "wallet", "--as", "alice")
}
