package till_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/disk"
	"tally/internal/disk/disktest"
	"tally/internal/till"
)

// TestOpenJournal_FullDisk: an agent does not start on a full disk, where it could
// keep no sale.
func TestOpenJournal_FullDisk(t *testing.T) {
	disktest.Small(t, 1<<20, func(t *testing.T, dir string) {
		t.Helper()
		j, err := till.OpenJournal(dir)
		require.NoError(t, err)
		require.NoError(t, j.Close())
		empty := disktest.Fill(t, dir, 0)
		_, err = till.OpenJournal(dir)
		require.ErrorIs(t, err, disk.ErrUnwritable)
		require.ErrorContains(t, err, "it is full")
		empty()
		j, err = till.OpenJournal(dir)
		require.NoError(t, err)
		require.NoError(t, j.Close())
	})
}
