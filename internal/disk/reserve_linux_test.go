package disk_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/disk"
	"tally/internal/disk/disktest"
)

func TestReserve_OnASmallDisk(t *testing.T) {
	disktest.Small(t, 4<<20, func(t *testing.T, dir string) {
		t.Helper()
		now := time.Unix(0, 0)
		r := disk.NewReserve(dir, 1<<20, func() time.Time { return now })
		require.NoError(t, r.Check())
		empty := disktest.Fill(t, dir, 512<<10)
		free, err := disk.Free(dir)
		require.NoError(t, err)
		require.EqualValues(t, 512<<10, free)
		require.NoError(t, r.Check(), "it looked a moment ago")
		now = now.Add(time.Second)
		require.ErrorIs(t, r.Check(), disk.ErrNearlyFull)
		require.ErrorContains(t, r.Check(), "524288 bytes are free in "+dir)
		require.NoError(t, disk.NewReserve(dir, 0, time.Now).Check(), "none is kept")
		empty()
		require.ErrorIs(t, r.Check(), disk.ErrNearlyFull)
		now = now.Add(time.Second)
		require.NoError(t, r.Check())
	})
}
