package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// ends runs tallyd until it ends by itself, which it must with a failure, and
// returns what it says.
func ends(t *testing.T, args ...string) string {
	t.Helper()
	run := exec.CommandContext(t.Context(), os.Args[0], args...)
	run.Env = append(os.Environ(), childEnv+"=1")
	said, err := run.CombinedOutput()
	require.Error(t, err, string(said))
	require.Equal(t, exitFailed, run.ProcessState.ExitCode(), string(said))
	return string(said)
}

// TestFounding_IsSaid: every kind of ledger that serve founds says so in one line at
// the level WARN, and says nothing at the next start.
func TestFounding_IsSaid(t *testing.T) {
	t.Parallel()
	for _, ledger := range append(ownLedgers(), "memory") {
		s := launch(t, "--ledger", ledger, "--drain-grace", "0s")
		said := s.log()
		require.Equal(t, 1, strings.Count(said, `"level":"WARN"`), said)
		require.Contains(t, said, "a new ledger was founded")
		require.NoError(t, s.terminate())
		if ledger == "memory" {
			continue
		}
		again := &server{t: t, dir: s.dir, args: []string{"--ledger", ledger, "--drain-grace", "0s"}}
		again.start()
		t.Cleanup(again.end)
	}
}

// TestExpectLedger_FoundsNoOther: with --expect-ledger a server serves that ledger
// and no other, and founds none, although an operator is named.
func TestExpectLedger_FoundsNoOther(t *testing.T) {
	t.Parallel()
	operator := []string{"--operator", ledgertest.NewActor("operator").Address.String(), "--drain-grace", "0s"}
	s := &server{t: t, dir: t.TempDir(), args: operator}
	s.start()
	t.Cleanup(s.end)
	info, err := s.client().Ledger(t.Context())
	require.NoError(t, err)
	require.NoError(t, s.cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(t, s.cmd.Wait())

	s.args = append(operator, "--expect-ledger", info.ID.String())
	s.start()
	again, err := s.client().Ledger(t.Context())
	require.NoError(t, err)
	require.Equal(t, info.ID, again.ID)
	require.NoError(t, s.cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(t, s.cmd.Wait())

	other := voucher.Hash{1}.String()
	said := ends(t, append([]string{"serve", "--data", s.dir, "--listen", "127.0.0.1:0", "--expect-ledger", other}, operator...)...)
	require.Contains(t, said, other)
	require.Contains(t, said, info.ID.String())
	for _, ledger := range append(ownLedgers(), "memory") {
		for _, dir := range []string{t.TempDir(), filepath.Join(t.TempDir(), "not", "there")} {
			args := append([]string{"--ledger", ledger, "--data", dir, "--listen", "127.0.0.1:0", "--expect-ledger", info.ID.String()}, operator...)
			said := ends(t, append([]string{"serve"}, args...)...)
			require.Contains(t, said, "there is no ledger here, and one is expected")
			require.Contains(t, said, "--expect-ledger")
			entries, _ := os.ReadDir(dir)
			require.Empty(t, entries, "nothing was made")
			if ledger != "memory" {
				require.Contains(t, ends(t, append([]string{"check-config"}, args...)...), "--expect-ledger")
			}
		}
	}
}
