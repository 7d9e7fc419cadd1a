package store_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/ledger/evm/embedded/chain/store"
)

// TestOpen_AcceptLoss damages a write-ahead log in its middle. With the operator's
// word the store opens with all that was written before the damage, and nothing of
// what was written after it. The whole log is kept aside.
func TestOpen_AcceptLoss(t *testing.T) {
	const writes = 300
	image := crashed(t, writes)
	for part := range 8 {
		t.Run(fmt.Sprint(part), func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, os.CopyFS(dir, os.DirFS(image)))
			path := theLog(t, dir)
			raw, err := os.ReadFile(path)
			require.NoError(t, err)
			raw[bytes.LastIndexByte(raw, 'x')*part/9] ^= 0x10
			require.NoError(t, os.WriteFile(path, raw, 0o600))
			var says bytes.Buffer
			o := store.Options{Dir: dir, Log: slog.New(slog.NewTextHandler(&says, nil))}
			_, err = store.Open(t.Context(), o)
			var damage *store.LogError
			require.ErrorAs(t, err, &damage)
			require.ErrorIs(t, err, store.ErrDamaged)

			o.AcceptLoss = true
			s, err := store.Open(t.Context(), o)
			require.NoError(t, err)
			first := firstLost(t, s, writes)
			require.InDelta(t, writes*part/9, first, 2)
			require.Contains(t, says.String(), "level=WARN")
			require.Contains(t, says.String(), filepath.Base(path))
			aside, err := os.ReadFile(filepath.Join(dir, store.SetAside, filepath.Base(path)))
			require.NoError(t, err)
			require.Equal(t, raw, aside)
			require.NoError(t, s.Put([]byte("new"), []byte("value")))
			require.NoError(t, s.SyncKeyValue())
			require.NoError(t, s.Close())

			s = open(t, dir) // without the word
			require.Equal(t, first, firstLost(t, s, writes))
			ok, err := s.Has([]byte("new"))
			require.NoError(t, err)
			require.True(t, ok)
			require.NoError(t, s.Close())
		})
	}
}

// firstLost is the first of fill's keys that is not there. None may be there that
// was written later.
func firstLost(t *testing.T, s *store.Store, writes int) (first int) {
	t.Helper()
	first = writes
	for i := range writes {
		ok, err := s.Has(fmt.Appendf(nil, "key %d", i))
		require.NoError(t, err)
		if !ok {
			first = min(first, i)
		}
		require.Equal(t, first == writes, ok, i)
	}
	return first
}

// TestOpen_AcceptLossMendsNoTable damages what no cut can mend.
func TestOpen_AcceptLossMendsNoTable(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	fill(t, s, 50)
	require.NoError(t, s.Close())
	manifests, err := filepath.Glob(filepath.Join(dir, "MANIFEST-*"))
	require.NoError(t, err)
	path := manifests[len(manifests)-1]
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	raw[len(raw)/3] ^= 1
	require.NoError(t, os.WriteFile(path, raw, 0o600))
	_, err = store.Open(t.Context(), store.Options{Dir: dir, AcceptLoss: true, Log: slog.New(slog.DiscardHandler)})
	require.ErrorIs(t, err, store.ErrDamaged)
	require.NotErrorAs(t, err, new(*store.LogError))
	require.NoDirExists(t, filepath.Join(dir, store.SetAside))
}
