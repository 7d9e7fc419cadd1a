package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"

	"tally/internal/cli"
	"tally/internal/client"
	"tally/internal/exact/flags/flagstest"
	"tally/internal/httpapi/apitest"

	"tally/internal/keystore"
	"tally/internal/ledger"
	"tally/internal/ledger/ledgertest"
	"tally/internal/ledger/memory"
	"tally/internal/voucher"
)

const testPassphrase = "correct horse"

// stage is a server over a ledger in memory, a directory of keys, and a clock:
// what a command line meets.
type stage struct {
	honest string              // where the server is, whatever stands in front of it
	known  func(origin string) // tells the server one more address of its own
	t      *testing.T
	server string
	keys   keystore.Dir
	secret string // the passphrase file
	env    map[string]string
	stdin  io.Reader
	now    func() time.Time

	ledger   ledger.Ledger
	accepted func() int // counts the commands that the ledger accepted
}

// childEnv makes the test binary be tally, so that it can be killed.
const childEnv = "TALLY_TEST_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(childEnv) != "" {
		main()
	}
	gin.SetMode(gin.ReleaseMode)
	os.Exit(m.Run())
}

// offstage is a stage without a server.
func offstage(t *testing.T) *stage {
	t.Helper()
	dir := t.TempDir()
	s := &stage{
		t: t, server: "http://127.0.0.1:1", keys: keystore.Dir(filepath.Join(dir, "keys")), secret: filepath.Join(dir, "passphrase"),
		env: map[string]string{"HOME": dir}, stdin: strings.NewReader(""), now: ledgertest.Start,
	}
	require.NoError(t, os.WriteFile(s.secret, []byte(testPassphrase+"\n"), 0o600))
	return s
}

// onstage has a server with one operator, whose key is there.
func onstage(t *testing.T) *stage {
	t.Helper()
	return onstageAt(t, ledgertest.Start)
}

// onstageAt is onstage by another clock: by the machine's, for a process that has that.
func onstageAt(t *testing.T, now func() time.Time) *stage {
	t.Helper()
	s := offstage(t)
	s.now = now
	operator := s.key("operator")
	l, err := memory.New(ledgertest.LedgerID(7), []voucher.Address{operator}, 1, s.now)
	require.NoError(t, err)
	s.ledger, s.accepted = l, func() (n int) {
		head, err := l.Head(s.t.Context())
		require.NoError(s.t, err)
		for _, err := range l.Events(s.t.Context(), voucher.Position{}, head) {
			require.NoError(s.t, err)
			n++
		}
		return n
	}
	server := apitest.Serve(t, l, s.now)
	s.server, s.honest, s.known = server.URL, server.URL, server.Know
	return s
}

// key makes a key of a scrypt that costs nothing.
func (s *stage) key(name string) voucher.Address {
	s.t.Helper()
	key, err := s.keys.Create(name, testPassphrase, keystore.Scrypt{N: 2, P: 1})
	require.NoError(s.t, err)
	return key.Address
}

// result is what a command line left behind.
type result struct {
	code        int
	out, errors string
}

// run carries out a command line.
func (s *stage) run(args ...string) result {
	s.t.Helper()
	return s.runIn(context.Background(), args...)
}

// runIn is run in a context.
func (s *stage) runIn(ctx context.Context, args ...string) result {
	s.t.Helper()
	var out, errs bytes.Buffer
	m := cli.Main{
		Stdin: s.stdin, Stdout: &out, Stderr: &errs, Now: s.now,
		Env: func(name string) (string, bool) { v, ok := s.env[name]; return v, ok },
	}
	args = flagstest.UnlessGiven(args, flagstest.Flag{"--server", s.server}, flagstest.Flag{"--keys", string(s.keys)}, flagstest.Flag{"--passphrase-file", s.secret})
	if s.honest != "" && s.server != s.honest { // a test's own front of the same ledger
		args = append([]string{"--ledger-id", ledgertest.LedgerID(7).String()}, args...)
	}
	r := result{run(ctx, m, args), out.String(), errs.String()}
	if !slices.Contains(args, "--json") && !json.Valid(out.Bytes()) { // a ticket is for programs
		requireForPeople(s.t, r.out+r.errors, args)
	}
	return r
}

// must carries out a command line that has to succeed, and returns its stdout.
func (s *stage) must(args ...string) string {
	s.t.Helper()
	r := s.run(args...)
	require.Equal(s.t, cli.ExitOK, r.code, "%v: %s%s", args, r.out, r.errors)
	return r.out
}

// mustJSON is must with --json, decoded.
func mustJSON[T any](s *stage, args ...string) (value T) {
	s.t.Helper()
	require.NoError(s.t, json.Unmarshal([]byte(s.must(append(args, "--json")...)), &value))
	return value
}

// refuses carries out a command line that has to fail with an exit code and a code.
func (s *stage) refuses(exit int, code string, args ...string) cli.ExitError {
	s.t.Helper()
	r := s.run(append(args, "--json")...)
	require.Empty(s.t, r.out)
	return s.failure(r, exit, code)
}

func (s *stage) failure(r result, exit int, code string) (f cli.ExitError) {
	s.t.Helper()
	require.NoError(s.t, json.Unmarshal([]byte(r.errors), &f), r.errors)
	require.Equal(s.t, code, f.Code, r.errors)
	require.Equal(s.t, exit, r.code)
	require.Equal(s.t, exit, f.Exit)
	return f
}

// found opens two stores with a till each and publishes a campaign.
func (s *stage) found() voucher.CampaignID {
	s.t.Helper()
	for _, name := range []string{"root", "till-1", "till-2", "alice", "bob"} {
		s.key(name)
	}
	s.must("operator", "admit", "--as", "operator", "--merchant", "root", "--name", "Jasmine & Co")
	s.must("merchant", "store", "--as", "root", "--store", "1", "--name", "Central")
	s.must("merchant", "store", "--as", "root", "--store", "2", "--name", "Mong Kok")
	s.must("merchant", "till", "--as", "root", "--store", "1", "--till", "till-1")
	s.must("merchant", "till", "--as", "root", "--store", "2", "--till", "till-2")
	return s.campaign(tenCups)
}

// tenCups is a campaign of ten-cup passes, two a holder.
const tenCups = `
name: Ten cups
currency: HKD
units: 10
max_discount: 32.00
supply: 5
cap: 8
per_holder: 2
claim: {until: +10d}
valid: {until: +30d}
`

// file writes a file of the test's own.
func (s *stage) file(name, text string) string {
	s.t.Helper()
	path := filepath.Join(s.t.TempDir(), name)
	require.NoError(s.t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func (s *stage) campaign(text string) voucher.CampaignID {
	s.t.Helper()
	out := mustJSON[voucher.Outcome](s, "campaign", "create", "--as", "root", s.file("campaign.yaml", text))
	return voucher.CampaignOf(out.ID)
}

// claim claims a voucher for a wallet.
func (s *stage) claim(wallet string, campaign voucher.CampaignID) voucher.Ref {
	s.t.Helper()
	out := mustJSON[voucher.Outcome](s, "claim", "--as", wallet, campaign.String())
	ref, ok := client.Claimed(out)
	require.True(s.t, ok)
	return ref
}

// code signs a code, one second later than the one before: a newer code.
func (s *stage) code(wallet string, args ...string) string {
	s.t.Helper()
	was := s.now()
	s.now = func() time.Time { return was.Add(time.Second) }
	return strings.TrimSpace(s.must(append([]string{"code", "--as", wallet}, args...)...))
}

// redeem is the command line of an order of HKD 64.00 at store 1.
func redeem(code string, more ...string) []string {
	return append([]string{
		"redeem", "--as", "till-1", "--merchant", "root", "--store", "1",
		"--amount", "64.00", "--currency", "HKD", "--code", code,
	}, more...)
}

// firstOf is the first voucher of a wallet.
func (s *stage) firstOf(wallet string) string {
	s.t.Helper()
	found := regexp.MustCompile(`vch_[0-9a-f]{40}`).FindString(s.must("wallet", "--as", wallet))
	require.NotEmpty(s.t, found)
	return found
}

// ledgerID is the id of the stage's ledger.
func (s *stage) ledgerID() string { return ledgertest.LedgerID(7).String() }

// address is that of a key.
func (s *stage) address(name string) voucher.Address {
	s.t.Helper()
	key, err := s.keys.Find(name)
	require.NoError(s.t, err)
	return key.Address
}

func decode[T any](t *testing.T, text string) (value T) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(text), &value), text)
	return value
}
