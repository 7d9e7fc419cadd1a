package deposit_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/deposit"
	"tally/internal/disk/disktest"
)

// TestStore_OnAFullDisk: a disk without room takes no record, and what was counted of it is given
// back. With room it is taken.
func TestStore_OnAFullDisk(t *testing.T) {
	disktest.Small(t, 4<<20, func(t *testing.T, dir string) {
		t.Helper()
		o := options(dir)
		o.MerchantRecords = 1
		s := open(t, o)
		of, r := order(t, 1, 1)
		empty := disktest.Fill(t, dir, 0)
		require.ErrorIs(t, second(s.Put(of, r)), deposit.ErrNoRoom)
		_, err := s.Get(of)
		require.ErrorIs(t, err, deposit.ErrNone)
		empty()
		require.NoError(t, second(s.Put(of, r)))
	})
}
