package chain

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestClock_NeverGoesBack(t *testing.T) {
	f, dir := newFixture(t), t.TempDir()
	c := f.open(t, dir)
	seal := func(at int64) (uint64, error) {
		f.clock.Store(at)
		s, err := c.Seal(t.Context(), nil)
		if err != nil {
			return 0, err
		}
		return s.Block.Time(), nil
	}
	sealed := func(at int64, want uint64) {
		t.Helper()
		got, err := seal(at)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	refused := func(at int64, want error) {
		t.Helper()
		head := c.Head().Hash()
		_, err := seal(at)
		require.ErrorIs(t, err, want)
		require.Equal(t, head, c.Head().Hash())
	}
	sealed(start, start)
	sealed(start, start)
	sealed(start+10, start+10)
	sealed(start+5, start+10)
	refused(start+4, ErrClockBehind)
	sealed(start+3610, start+3610)
	refused(start+2*3600+11, ErrClockAhead)

	// The operator's word counts for one block.
	require.NoError(t, c.Close())
	opts := f.options(dir)
	opts.AcceptClockJump = true
	c = openWith(t, opts, defaultTuning())
	refused(start, ErrClockBehind)
	sealed(start+50_000, start+50_000)
	refused(start+60_000, ErrClockAhead)
	require.NoError(t, c.Close())

	opts.AcceptClockJump, opts.MaxAhead = false, 3*time.Hour
	c = openWith(t, opts, defaultTuning())
	sealed(start+60_000, start+60_000)
	refused(start+71_000, ErrClockAhead)
	require.NoError(t, c.Close())

	opts.MaxAhead = -1
	c = openWith(t, opts, defaultTuning())
	sealed(start+1_000_000, start+1_000_000)
	sealed(start+9_000_000, start+9_000_000)
	refused(start, ErrClockBehind)
}
