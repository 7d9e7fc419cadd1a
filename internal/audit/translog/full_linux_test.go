package translog_test

import (
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/audit/translog"
	"tally/internal/disk"
	"tally/internal/disk/disktest"
	"tally/internal/ledger/ledgertest"
	"tally/internal/ledger/memory"
)

// TestOpen_FullDisk: a log does not open on a full disk, and what it had is there
// when there is room.
func TestOpen_FullDisk(t *testing.T) {
	disktest.Small(t, 1<<20, func(t *testing.T, dir string) {
		t.Helper()
		l, err := memory.New(ledgertest.LedgerID(1), ledgertest.Operators(), 1, time.Now)
		require.NoError(t, err)
		key, err := translog.MakeKey(filepath.Join(dir, "log.key"), l.ID())
		require.NoError(t, err)
		reopen := func() error {
			log, err := translog.Open(l, filepath.Join(dir, "log"), key, slog.New(slog.DiscardHandler))
			if err != nil {
				return err
			}
			return log.Close()
		}
		require.NoError(t, reopen())
		empty := disktest.Fill(t, dir, 0)
		err = reopen()
		require.ErrorIs(t, err, disk.ErrUnwritable)
		require.ErrorContains(t, err, "it is full")
		empty()
		require.NoError(t, reopen())
	})
}
