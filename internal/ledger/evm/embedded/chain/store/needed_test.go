package store_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/ledger/evm/embedded/chain/store"
)

// bigWrites fill more than one table in memory, so that pebble writes the first to
// the disk and its log becomes obsolete.
const bigWrites = 24

// busy is a directory as a kill leaves it while pebble has not yet removed a log
// that it needs no more.
func busy(t *testing.T) (image string) {
	t.Helper()
	dir := t.TempDir()
	s := open(t, dir)
	for i := range bigWrites {
		require.NoError(t, s.Put(fmt.Appendf(nil, "key %d", i), bytes.Repeat([]byte{byte(i + 1)}, 512<<10)))
		require.NoError(t, s.SyncKeyValue())
	}
	require.Eventually(t, func() bool {
		image = t.TempDir()
		if err := os.CopyFS(image, os.DirFS(dir)); err != nil {
			return false // pebble removed a file meanwhile
		}
		obsolete, needed := sorted(t, image)
		return len(obsolete) > 0 && len(needed) > 0
	}, time.Minute, 10*time.Millisecond)
	require.NoError(t, s.Close())
	return image
}

// sorted divides the logs of a directory by what is missing without them.
func sorted(t *testing.T, image string) (obsolete, needed []string) {
	t.Helper()
	logs, err := filepath.Glob(filepath.Join(image, "*.log"))
	require.NoError(t, err)
	for _, path := range logs {
		dir := t.TempDir()
		require.NoError(t, os.CopyFS(dir, os.DirFS(image)))
		require.NoError(t, os.Remove(filepath.Join(dir, filepath.Base(path))))
		if s := open(t, dir); kept(t, s) == bigWrites {
			obsolete = append(obsolete, filepath.Base(path))
			require.NoError(t, s.Close())
		} else {
			needed = append(needed, filepath.Base(path))
			require.NoError(t, s.Close())
		}
	}
	return obsolete, needed
}

// kept is how many of busy's keys are there.
func kept(t *testing.T, s *store.Store) (n int) {
	t.Helper()
	for i := range bigWrites {
		ok, err := s.Has(fmt.Appendf(nil, "key %d", i))
		require.NoError(t, err)
		if ok {
			n++
		}
	}
	return n
}

// TestOpen_ObsoleteLog turns one bit at many places of every log. Where pebble reads
// the log no more, it is harmless. Where pebble reads it, it is found.
func TestOpen_ObsoleteLog(t *testing.T) {
	image := busy(t)
	obsolete, needed := sorted(t, image)
	spoiled := func(name string, at func(size int) int) (*store.Store, error) {
		dir := t.TempDir()
		require.NoError(t, os.CopyFS(dir, os.DirFS(image)))
		path := filepath.Join(dir, name)
		raw, err := os.ReadFile(path)
		require.NoError(t, err)
		used := bytes.LastIndex(raw, fmt.Appendf(nil, "key %d", bigWrites-1)) // beyond are older records of a file that is used again
		if used < 0 {
			used = bytes.LastIndexFunc(raw, func(r rune) bool { return r != 0 })
		}
		raw[at(used)] ^= 0x10
		require.NoError(t, os.WriteFile(path, raw, 0o600))
		return store.Open(t.Context(), store.Options{Dir: dir, Log: slog.New(slog.DiscardHandler)})
	}
	for part := range 10 {
		at := func(size int) int { return size * part / 10 }
		for _, name := range obsolete {
			s, err := spoiled(name, at)
			require.NoError(t, err, "%s at %d/10", name, part)
			require.Equal(t, bigWrites, kept(t, s))
			require.NoError(t, s.Close())
		}
		for _, name := range needed {
			_, err := spoiled(name, at)
			require.ErrorIs(t, err, store.ErrDamaged, "%s at %d/10", name, part)
			require.ErrorContains(t, err, name)
		}
	}
}
