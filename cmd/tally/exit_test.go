package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/books"
	"tally/internal/cli"
	"tally/internal/intent"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

func TestExit_Misuse(t *testing.T) {
	s := onstage(t)
	s.key("alice")
	campaign := "cmp_000102030405060708090a0b0c0d0e0f"
	ref := voucher.Ref{Serial: 1}.String()
	for name, args := range map[string][]string{
		"no command":            {},
		"unknown command":       {"mint"},
		"unknown flag":          {"ledger", "--colour"},
		"missing flag":          {"claim", campaign},
		"no campaign id":        {"claim", "--as", "alice", "cmp_1"},
		"no voucher id":         {"show", "--as", "alice", "vch_1"},
		"no such key":           {"claim", "--as", "carol", campaign},
		"bad name of a key":     {"key", "new", "../alice"},
		"bad address":           {"merchant", "show", "0x12"},
		"code that lives long":  {"code", "--as", "alice", "--life", "11m", ref},
		"code of no units":      {"code", "--as", "alice", "--units", "99999999999", ref},
		"code of zero units":    {"code", "--as", "alice", "--units", "0", ref},
		"a number in octal":     {"code", "--as", "alice", "--units", "010", ref},
		"a wrong checksum":      {"transfer", "--as", "alice", "--to", "0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed", ref},
		"a name of ENS":         {"transfer", "--as", "alice", "--to", "alice.eth", ref},
		"to oneself":            {"transfer", "--as", "alice", "--to", "alice", ref},
		"store 0":               {"merchant", "store", "--as", "alice", "--store", "0", "--name", "Central"},
		"store 65536":           {"merchant", "store", "--as", "alice", "--store", "65536", "--name", "Central"},
		"a blank name":          {"merchant", "store", "--as", "alice", "--store", "1", "--name", "  "},
		"a name in Latin-1":     {"merchant", "store", "--as", "alice", "--store", "1", "--name", "Caf\xe9"},
		"a name with an escape": {"merchant", "store", "--as", "alice", "--store", "1", "--name", "a\x1b[2J"},
		"31 vouchers":           append([]string{"code", "--as", "alice"}, slices.Repeat([]string{ref}, voucher.MaxLines+1)...),
		"a picture on a device": {"code", "--as", "alice", "--png", "/dev/full", ref},
		"no code":               redeem("TALLY1-ABC", "--discount", "1.00", "--as", "alice", "--merchant", "alice"),
		"no file with a code":   redeem("nowhere", "--discount", "1.00", "--as", "alice", "--merchant", "alice"),
		"unknown shell":         {"completion", "csh"},
		"a server by its name":  {"ledger", "--server", "localhost"},
		"bad status id":         {"status", "--as", "alice", "0x00"},
		"merchant without keys": {"merchant", "show", "nobody"},
	} {
		t.Run(name, func(t *testing.T) {
			s.t = t
			s.refuses(cli.ExitMisused, cli.CodeMisused, args...)
		})
	}
}

func TestExit_NoConnection(t *testing.T) {
	s := offstage(t)
	s.key("alice")
	s.refuses(cli.ExitNotSent, cli.CodeNotSent, "ledger")
	s.refuses(cli.ExitNotSent, cli.CodeNotSent, "claim", "--as", "alice", "cmp_000102030405060708090a0b0c0d0e0f")
	r := s.run("ledger")
	require.Contains(t, r.errors, "nothing was sent")
}

// mute answers a ledger's id, and to every command what play does.
func (s *stage) mute(play http.HandlerFunc) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(api.LedgerInfo{ID: ledgertest.LedgerID(7), Types: map[string][]intent.Field{}}) // the test sees what came
			return
		}
		_, _ = io.Copy(io.Discard, r.Body)
		play(w, r)
	}))
	s.t.Cleanup(server.Close)
	s.server = server.URL
}

func TestExit_OutcomeUnknown(t *testing.T) {
	for name, play := range map[string]http.HandlerFunc{
		"the connection breaks": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"the server says so": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(http.StatusAccepted)
			_, _ = io.WriteString(w, `{"type":"/problems/outcome_unknown","code":"outcome_unknown","title":"The outcome is not known yet.","status":202}`)
		},
		"a proxy answers": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) },
		"the answer is cut": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusCreated)
			_, _ = io.WriteString(w, `{"id":"0x`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := offstage(t)
			s.mute(play)
			s.key("till-1")
			s.key("root")
			s.key("alice")
			code := s.code("alice", voucher.Ref{Serial: 1}.String())
			f := s.refuses(cli.ExitUnknown, cli.CodeUnknown, redeem(code, "--discount", "1.00", "--details", "tea")...)
			require.NotNil(t, f.ID)
			require.Contains(t, f.Detail, "tally status "+f.ID.String())
			require.Contains(t, f.Detail, "Give the same command again")
			s.refuses(cli.ExitUnknown, cli.CodeUnknown, "cancel", "--as", "alice", "--code", code)
		})
	}
}

func TestExit_StatusNotKnown(t *testing.T) {
	s := onstage(t)
	s.key("alice")
	r := s.run("status", "--json", "--as", "alice", "0x"+strings.Repeat("ab", 32))
	s.failure(r, cli.ExitUnknown, cli.CodeUnknown)
	require.Contains(t, r.out, `"status":"unknown"`)
}

func TestExit_BooksDoNotBalance(t *testing.T) {
	s := offstage(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path == "/v1/ledger" {
			_ = json.NewEncoder(w).Encode(api.LedgerInfo{ID: ledgertest.LedgerID(7), Types: map[string][]intent.Field{}}) // the test sees what came
			return
		}
		_ = json.NewEncoder(w).Encode(books.Report{ // the test sees what came
			Campaign: "cmp_000102030405060708090a0b0c0d0e0f", Vouchers: books.Vouchers{Minted: 2, Unclaimed: 1}, Holds: true,
		})
	}))
	t.Cleanup(server.Close)
	s.server = server.URL
	s.key("root")
	r := s.run("campaign", "audit", "--as", "root", "cmp_000102030405060708090a0b0c0d0e0f")
	require.Equal(t, cli.ExitFailed, r.code)
	require.Contains(t, r.errors, "vouchers do not add up")
}

func TestHelp_ExitCodesExamplesAndVariables(t *testing.T) {
	s := offstage(t)
	require.Contains(t, s.must("--help"), "4 the outcome is unknown")
	require.Regexp(t, "Examples?:", s.must("redeem", "--help"))
	require.Contains(t, s.must("claim", "--help"), "$TALLY_SERVER")
}

func TestFlags_FromTheEnvironment(t *testing.T) {
	s := offstage(t)
	s.env["TALLY_SERVER"] = "not an address"
	var m cli.Main
	code := func() int {
		m = cli.Main{Stdin: s.stdin, Stdout: io.Discard, Stderr: io.Discard, Now: s.now, Env: func(n string) (string, bool) { v, ok := s.env[n]; return v, ok }}
		return run(t.Context(), m, []string{"ledger"})
	}
	require.Equal(t, cli.ExitMisused, code())
	s.env["TALLY_SERVER"] = "http://127.0.0.1:1"
	require.Equal(t, cli.ExitNotSent, code())
}

// TestExit_AWrongClockIsNamed gives commands on a machine whose clock is wrong: what it
// signs is refused however often it is signed anew.
func TestExit_AWrongClockIsNamed(t *testing.T) {
	s := onstage(t)
	s.found()
	for skew, c := range map[time.Duration]struct {
		args  []string
		code  string
		words string
	}{
		-11 * time.Minute: {[]string{"merchant", "store", "--as", "root", "--store", "1", "--name", "Pier"}, "deadline_passed", "clock is 11m0s behind the server's"},
		-12 * time.Minute: {[]string{"wallet", "--as", "alice"}, "unauthorised", "clock is 12m0s behind the server's"},
		24 * time.Hour:    {[]string{"merchant", "store", "--as", "root", "--store", "1", "--name", "Pier"}, "deadline_too_far", "clock is 24h0m0s ahead of the server's"},
	} {
		s.now = func() time.Time { return ledgertest.Start().Add(skew) }
		require.Contains(t, s.refuses(cli.ExitRefused, c.code, c.args...).Detail, c.words)
	}
	s.now = ledgertest.Start
	require.NotContains(t, s.refuses(cli.ExitRefused, "unknown_campaign", "campaign", "show", "cmp_000102030405060708090a0b0c0d0e0f").Detail, "clock")
}
