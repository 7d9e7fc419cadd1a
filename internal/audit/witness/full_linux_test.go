package witness_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/audit/witness"
	"tally/internal/disk"
	"tally/internal/disk/disktest"
)

// TestWitness_FullDisk: a witness does not start on a full disk, and cosigns nothing
// on one that fills. What it cosigned before stays, and it goes on when there is room.
func TestWitness_FullDisk(t *testing.T) {
	disktest.Small(t, 1<<20, func(t *testing.T, dir string) {
		t.Helper()
		h := newHistory(t)
		w := open(t, dir, h)
		_, err := w.Add(request(t, h.to(2), 0))
		require.NoError(t, err)
		empty := disktest.Fill(t, dir, 0)
		_, err = w.Add(request(t, h.to(3), 2))
		require.ErrorIs(t, err, disk.ErrUnwritable)
		require.ErrorContains(t, err, "it is full")
		require.Equal(t, map[string]int64{origin(h): 2}, w.Sizes())
		require.NoError(t, w.Close())

		key, err := witness.OpenKey(dir, "example.org/w1")
		require.NoError(t, err)
		_, err = witness.Open(dir, key, []string{h.LogKey.Public()})
		require.ErrorIs(t, err, disk.ErrUnwritable)
		require.ErrorContains(t, err, "it is full")

		empty()
		w = open(t, dir, h)
		require.Equal(t, map[string]int64{origin(h): 2}, w.Sizes())
		_, err = w.Add(request(t, h.to(3), 2))
		require.NoError(t, err)
		require.NoError(t, w.Close())
	})
}
