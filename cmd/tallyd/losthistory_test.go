package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/disk/disktest"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// lossy is a server whose data directory is spoiled between two runs, with claims
// that were answered.
type lossy struct {
	*server
	world  *ledgertest.World
	id     voucher.CampaignID
	claims []api.ClaimRequest
}

// lossyClaims is how many claims are answered, each in a block of its own.
const lossyClaims = 24

func startLossy(t *testing.T) *lossy {
	t.Helper()
	return startLossyOn(t, "evm")
}

func startLossyOn(t *testing.T, ledger string) *lossy {
	t.Helper()
	s := &server{t: t, dir: t.TempDir(), args: []string{
		"--ledger", ledger, "--operator", ledgertest.NewActor("operator").Address.String(), "--drain-grace", "0s",
	}}
	s.start()
	t.Cleanup(s.end)
	l := &lossy{server: s}
	l.world, l.id = openShop(t, s.client(), lossyClaims)
	for i := range lossyClaims {
		l.claims = append(l.claims, newVisit(l.world, l.id, "lossy "+string(rune('a'+i))).claim)
	}
	return l
}

// claim sends the claims from one to another.
func (l *lossy) claim(from, to int) {
	l.t.Helper()
	for _, request := range l.claims[from:to] {
		must(l.t, l.client(), l.world, request)
	}
}

// claimed is how many claims the ledger has.
func (l *lossy) claimed() int {
	l.t.Helper()
	books := l.books(l.world, l.id)
	return int(books.Vouchers.Minted - books.Vouchers.Unclaimed)
}

// stop ends the server in good order.
func (l *lossy) stop() {
	l.t.Helper()
	require.NoError(l.t, l.cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(l.t, l.cmd.Wait())
}

// refused starts the server, which must not come up, and returns what it says.
func (l *lossy) refused(args ...string) string {
	l.t.Helper()
	args = append(append([]string{"serve", "--data", l.dir, "--listen", "127.0.0.1:0"}, l.args...), args...)
	run := exec.CommandContext(l.t.Context(), os.Args[0], args...)
	run.Env = append(os.Environ(), childEnv+"=1")
	said, err := run.CombinedOutput()
	require.Error(l.t, err, string(said))
	require.Equal(l.t, exitFailed, run.ProcessState.ExitCode(), string(said))
	return string(said)
}

// accepting starts the server once with the operator's word.
func (l *lossy) accepting() {
	l.t.Helper()
	without := l.args
	l.args = append(append([]string{}, without...), "--accept-lost-history")
	l.start()
	l.args = without
}

// writeAhead is the newest write-ahead log of the chain.
func (l *lossy) writeAhead() string {
	l.t.Helper()
	logs, err := filepath.Glob(filepath.Join(l.dir, "chain", "db", "*.log"))
	require.NoError(l.t, err)
	require.NotEmpty(l.t, logs)
	return logs[len(logs)-1]
}

// amidClaims sends all claims, kills the server, and returns a place in the
// write-ahead log that has some of them before it and some behind it.
func (l *lossy) amidClaims() int {
	l.t.Helper()
	used := func() int {
		raw, err := os.ReadFile(l.writeAhead())
		require.NoError(l.t, err)
		return len(bytes.TrimRight(raw, "\x00"))
	}
	l.claim(0, 1)
	before := used()
	l.claim(1, lossyClaims)
	l.kill()
	return before + (used()-before)/2
}

func lastLine(text string) string {
	text = strings.TrimSpace(text)
	return text[strings.LastIndexByte(text, '\n')+1:]
}

// TestAcceptLostHistory_EachLossOnce loses the end of a ledger's history in each way that the
// flag's help names, and does what an operator would: the start is refused and says
// what to do; with --accept-lost-history, once, the server goes on from what is
// left, and later starts need no flag.
func TestAcceptLostHistory_EachLossOnce(t *testing.T) {
	t.Parallel()
	for name, lose := range map[string]struct {
		spoil func(l *lossy)
		says  string
	}{
		"a bit in the middle of the log": {func(l *lossy) {
			at := l.amidClaims()
			disktest.Rewrite(l.t, l.writeAhead(), func(raw []byte) []byte { raw[at] ^= 0x10; return raw })
		}, "to go on without all that was written after the damage"},
		"the end of the log cut": {func(l *lossy) {
			at := l.amidClaims()
			disktest.Rewrite(l.t, l.writeAhead(), func(raw []byte) []byte { return raw[:at] })
		}, "acknowledged blocks are lost"},
		"an older copy of the chain": {func(l *lossy) {
			l.claim(0, lossyClaims/2)
			l.stop()
			older := l.t.TempDir()
			require.NoError(l.t, disktest.Copy(older, filepath.Join(l.dir, "chain")))
			mark, err := os.ReadFile(filepath.Join(l.dir, "chain", "head"))
			require.NoError(l.t, err)
			l.start()
			l.claim(lossyClaims/2, lossyClaims)
			waitForLog(l)
			l.stop()
			require.NoError(l.t, os.RemoveAll(filepath.Join(l.dir, "chain")))
			require.NoError(l.t, disktest.Copy(filepath.Join(l.dir, "chain"), older))
			require.NoError(l.t, os.WriteFile(filepath.Join(l.dir, "chain", "head"), mark, 0o600))
		}, "the log and the ledger are of two histories"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			startLossy(t).goesOnWithout(lose.spoil, lose.says)
		})
	}
}

// goesOnWithout loses the end of the history. The start is refused and says what to do;
// with --accept-lost-history, once, the server goes on from what is left.
func (l *lossy) goesOnWithout(spoil func(*lossy), says string) {
	l.t.Helper()
	info, err := l.client().Ledger(l.t.Context())
	require.NoError(l.t, err)
	spoil(l)

	said := l.refused()
	require.Contains(l.t, said, says)
	require.Contains(l.t, said, "start once with --accept-lost-history")
	require.Equal(l.t, lastLine(said), lastLine(l.refused()), "the refusal changed nothing")

	l.accepting()
	again, err := l.client().Ledger(l.t.Context())
	require.NoError(l.t, err)
	require.Equal(l.t, info.ID, again.ID)
	require.Equal(l.t, info.Log.Key, again.Log.Key)
	left := l.claimed()
	require.Positive(l.t, left)
	require.Less(l.t, left, lossyClaims)
	l.claim(0, lossyClaims) // what is left is answered as before, what is lost is claimed again
	require.Equal(l.t, lossyClaims, l.claimed())
	waitForLog(l)
	l.stop()

	l.start()
	require.Equal(l.t, lossyClaims, l.claimed(), "%d were left", left)
	l.stop()
}

// waitForLog waits until the log has all that the ledger has.
func waitForLog(l *lossy) {
	l.t.Helper()
	id := l.world.Domain.ID(voucher.ClaimCommand{Claim: l.claims[lossyClaims-1].Intent})
	c := auditor(l.t, l.world, l.client())
	require.Eventually(l.t, func() bool { _, err := c.Receipt(l.t.Context(), id); return err == nil }, time.Minute, 10*time.Millisecond)
}

// TestAcceptLostHistory_MendsNoTable damages a table, which the flag cannot mend,
// and says so.
func TestAcceptLostHistory_MendsNoTable(t *testing.T) {
	t.Parallel()
	l := startLossy(t)
	l.claim(0, lossyClaims)
	l.stop()
	tables, err := filepath.Glob(filepath.Join(l.dir, "chain", "db", "*.sst"))
	require.NoError(t, err)
	require.NotEmpty(t, tables)
	for _, path := range tables {
		require.NoError(t, os.Truncate(path, 100))
	}
	said := l.refused("--accept-lost-history")
	require.Contains(t, said, filepath.Base(tables[0]))
	require.Contains(t, said, "--accept-lost-history does not mend this")
}
