package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/disk/disktest"
	"tally/internal/ledger/ledgertest"
)

// serveOn are the arguments of a server of a kind of ledger on a directory.
func serveOn(command, ledger, dir string) []string {
	return []string{
		command, "--ledger", ledger, "--data", dir, "--listen", "127.0.0.1:0", "--drain-grace", "0s",
		"--operator", ledgertest.NewActor("operator").Address.String(),
	}
}

// TestJournal_DirectoryOfAnotherKind: a directory stays with its kind of ledger, and a
// server that is told another kind says so and changes nothing.
func TestJournal_DirectoryOfAnotherKind(t *testing.T) {
	t.Parallel()
	for ledger, other := range map[string]string{"evm": "journal", "journal": "evm"} {
		l := startLossyOn(t, ledger)
		require.Contains(t, ends(t, serveOn("serve", ledger, l.dir)...), "another tallyd runs on it")
		l.stop()
		before := ledgertest.DirSize(l.dir)
		said := ends(t, serveOn("serve", other, l.dir)...)
		require.Contains(t, said, "the data directory has a ledger of another kind")
		require.Contains(t, said, "start with --ledger "+ledger)
		require.Contains(t, ends(t, serveOn("check-config", other, l.dir)...), "start with --ledger "+ledger)
		require.Equal(t, before, ledgertest.DirSize(l.dir))
		l.start()
		l.stop()
	}
}

// TestJournal_LostHistory loses the end of a journal in each way that an operator can
// accept: the start is refused and says what to do; with --accept-lost-history, once,
// the server goes on from what is left.
func TestJournal_LostHistory(t *testing.T) {
	t.Parallel()
	first := func(l *lossy) string { return filepath.Join(l.dir, "journal", "00000000.segment") }
	for name, lose := range map[string]struct {
		spoil func(l *lossy)
		says  string
	}{
		"a bit in the middle": {func(l *lossy) {
			l.claim(0, lossyClaims)
			l.kill()
			disktest.Rewrite(l.t, first(l), func(raw []byte) []byte { raw[len(bytes.TrimRight(raw, "\x00"))*3/4] ^= 0x10; return raw })
		}, "to go on without all that was written after the damage"},
		"the end cut": {func(l *lossy) {
			l.claim(0, lossyClaims)
			l.kill()
			disktest.Rewrite(l.t, first(l), func(raw []byte) []byte { return raw[:len(bytes.TrimRight(raw, "\x00"))*3/4] })
		}, "to go on without all that was written after the damage"},
		"an older copy of the journal": {func(l *lossy) {
			l.claim(0, lossyClaims/2)
			l.stop()
			older := l.t.TempDir()
			require.NoError(l.t, disktest.Copy(older, filepath.Join(l.dir, "journal")))
			l.start()
			l.claim(lossyClaims/2, lossyClaims)
			l.stop()
			require.NoError(l.t, os.RemoveAll(filepath.Join(l.dir, "journal")))
			require.NoError(l.t, disktest.Copy(filepath.Join(l.dir, "journal"), older))
		}, "the journal lacks what was acknowledged"},
		"an older copy of journal and state": {func(l *lossy) {
			l.claim(0, lossyClaims/2)
			l.stop()
			older := l.t.TempDir()
			for _, part := range []string{"journal", "state"} {
				require.NoError(l.t, disktest.Copy(filepath.Join(older, part), filepath.Join(l.dir, part)))
			}
			l.start()
			l.claim(lossyClaims/2, lossyClaims)
			waitForLog(l)
			l.stop()
			for _, part := range []string{"journal", "state"} {
				require.NoError(l.t, os.RemoveAll(filepath.Join(l.dir, part)))
				require.NoError(l.t, disktest.Copy(filepath.Join(l.dir, part), filepath.Join(older, part)))
			}
		}, "the log and the ledger are of two histories"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := startLossyOn(t, "journal")
			info, err := l.client().Ledger(t.Context())
			require.NoError(t, err)
			require.NotNil(t, info.Journal)
			l.goesOnWithout(lose.spoil, lose.says)
		})
	}
}
