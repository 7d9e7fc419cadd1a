package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
	"github.com/ethereum/go-ethereum/ethdb"
	"github.com/ethereum/go-ethereum/ethdb/dbtest"
	"github.com/stretchr/testify/require"

	"tally/internal/disk"
	"tally/internal/ledger/evm/embedded/chain/store"
)

func open(t *testing.T, dir string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Dir: dir, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	return s
}

// TestStore_IsAKeyValueStore runs go-ethereum's own suite.
func TestStore_IsAKeyValueStore(t *testing.T) {
	dbtest.TestDatabaseSuite(t, func() ethdb.KeyValueStore { return open(t, t.TempDir()) })
}

func TestStore_CloseLeavesNothingInTheLog(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	fill(t, s, 100)
	require.NoError(t, s.Close())
	require.NoError(t, s.Close(), "a second time")
	logs, err := filepath.Glob(filepath.Join(dir, "*.log"))
	require.NoError(t, err)
	for _, path := range logs {
		require.NoError(t, os.Remove(path))
	}
	s = open(t, dir)
	requireFilled(t, s, 100)
	require.NoError(t, s.Close())
}

// crashed is a directory as a kill leaves it, with a number of writes, each synced.
func crashed(t *testing.T, writes int) string {
	t.Helper()
	dir, image := t.TempDir(), t.TempDir()
	s := open(t, dir)
	fill(t, s, writes)
	require.NoError(t, os.CopyFS(image, os.DirFS(dir)))
	require.NoError(t, s.Close())
	return image
}

func fill(t *testing.T, s *store.Store, writes int) {
	t.Helper()
	for i := range writes {
		require.NoError(t, s.Put(fmt.Appendf(nil, "key %d", i), fmt.Appendf(nil, "value %d %s", i, strings.Repeat("x", 400))))
		require.NoError(t, s.SyncKeyValue())
	}
}

func requireFilled(t *testing.T, s *store.Store, writes int) {
	t.Helper()
	for i := range writes {
		ok, err := s.Has(fmt.Appendf(nil, "key %d", i))
		require.NoError(t, err)
		require.True(t, ok, i)
	}
}

// TestCheck_MiddleOfALog turns one bit at many places of a write-ahead log, with
// a few records, within one block, and with many. It is found wherever a later
// record says that the log was synced beyond; the end is no damage.
func TestCheck_MiddleOfALog(t *testing.T) {
	for _, writes := range []int{5, 300} {
		dir := crashed(t, writes)
		path := theLog(t, dir)
		whole, err := os.ReadFile(path)
		require.NoError(t, err)
		_, err = store.Check(dir)
		require.NoError(t, err, "as a kill leaves it")
		used := bytes.LastIndexByte(whole, 'x') + 1
		require.Greater(t, used, writes*400)
		for place := range 40 {
			at := (used - 2*500) * place / 40 // the last two records may be the end
			damaged := bytes.Clone(whole)
			damaged[at] ^= 0x10
			require.NoError(t, os.WriteFile(path, damaged, 0o600))
			_, err := store.Check(dir)
			require.ErrorIs(t, err, store.ErrDamaged, at)
			require.ErrorContains(t, err, path)
			_, err = store.Open(t.Context(), store.Options{Dir: dir, Log: slog.New(slog.DiscardHandler)})
			require.ErrorIs(t, err, store.ErrDamaged, at)
		}
		for _, cut := range []int{1, 100, used / 2} { // an end is an end
			require.NoError(t, os.WriteFile(path, whole[:used-cut], 0o600))
			_, err := store.Check(dir)
			require.NoError(t, err, cut)
		}
	}
}

// TestCheck_UnsyncedTail has the middle of what was not synced missing, as a
// power cut may leave it: pages are written in any order. It is no damage.
func TestCheck_UnsyncedTail(t *testing.T) {
	dir, image := t.TempDir(), t.TempDir()
	s := open(t, dir)
	fill(t, s, 20)
	for i := range 100 {
		require.NoError(t, s.Put(fmt.Appendf(nil, "late %d", i), bytes.Repeat([]byte("y"), 1000)))
	}
	path := theLog(t, dir)
	require.Eventually(t, func() bool {
		raw, err := os.ReadFile(path)
		return err == nil && bytes.Contains(raw, []byte("late 50"))
	}, time.Minute, time.Millisecond)
	require.NoError(t, os.CopyFS(image, os.DirFS(dir)))
	require.NoError(t, s.Close())
	path = theLog(t, image)
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	clear(raw[bytes.Index(raw, []byte("late 5")):bytes.Index(raw, []byte("late 9"))])
	require.NoError(t, os.WriteFile(path, raw, 0o600))
	_, err = store.Check(image)
	require.NoError(t, err)
	s = open(t, image)
	requireFilled(t, s, 20)
	require.NoError(t, s.Close())
}

func TestCheck_Manifest(t *testing.T) {
	dir := t.TempDir()
	for range 3 {
		s := open(t, dir)
		fill(t, s, 50)
		require.NoError(t, s.Close())
	}
	manifests, err := filepath.Glob(filepath.Join(dir, "MANIFEST-*"))
	require.NoError(t, err)
	path := manifests[len(manifests)-1]
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	found := 0
	for at := range whole {
		damaged := bytes.Clone(whole)
		damaged[at] ^= 1
		require.NoError(t, os.WriteFile(path, damaged, 0o600))
		if _, err := store.Check(dir); err != nil {
			require.ErrorIs(t, err, store.ErrDamaged)
			require.ErrorContains(t, err, path)
			found++
		}
	}
	require.Greater(t, found, len(whole)/3, "all but the last record")
	require.NoError(t, os.Remove(path))
	_, err = store.Check(dir)
	require.ErrorIs(t, err, store.ErrDamaged)
}

func theLog(t *testing.T, dir string) string {
	t.Helper()
	logs, err := filepath.Glob(filepath.Join(dir, "*.log"))
	require.NoError(t, err)
	require.NotEmpty(t, logs)
	return logs[len(logs)-1]
}

// failing is a file system that refuses every change from the nth on.
func failing(n int64, with error) vfs.FS {
	var changes atomic.Int64
	return errorfs.Wrap(vfs.Default, errorfs.InjectorFunc(func(op errorfs.Op) error {
		switch op.Kind.ReadOrWrite() {
		case errorfs.OpIsWrite:
			if changes.Add(1) >= n {
				return &os.PathError{Op: "write", Path: op.Path, Err: with}
			}
		default:
		}
		return nil
	}))
}

// TestOpen_OnAFailingDisk opens what a kill left, on a disk that refuses every
// change from the nth on: Open says so and ends. Pebble alone waits for ever.
func TestOpen_OnAFailingDisk(t *testing.T) {
	image := crashed(t, 50)
	for _, errno := range []syscall.Errno{syscall.ENOSPC, syscall.EIO, syscall.EROFS} {
		opened := 0
		for n := int64(1); n <= 40 && opened == 0; n++ {
			dir := t.TempDir()
			require.NoError(t, os.CopyFS(dir, os.DirFS(image)))
			ended := make(chan error, 1)
			go func() {
				s, err := store.Open(context.Background(), store.Options{
					Dir: dir, FS: failing(n, errno), Log: slog.New(slog.DiscardHandler),
					Fatal: func(err error) { ended <- err; select {} },
				})
				if s != nil {
					err = nil
				}
				ended <- err
			}()
			select {
			case err := <-ended:
				if err == nil {
					opened++
					continue
				}
				require.ErrorIs(t, err, errno, n)
				require.ErrorIs(t, err, disk.ErrUnwritable, n)
			case <-time.After(time.Minute):
				require.Fail(t, "it hangs", "change %d, %v", n, errno)
			}
		}
		require.Equal(t, 1, opened, "at last the disk holds as long as opening takes")
	}
}

// TestStore_TellsFatalWhyItEnds has the disk refuse a write in service.
func TestStore_TellsFatalWhyItEnds(t *testing.T) {
	var broken errorfs.Toggle
	broken.Injector = errorfs.InjectorFunc(func(op errorfs.Op) error {
		if op.Kind.ReadOrWrite() == errorfs.OpIsWrite {
			return &os.PathError{Op: "write", Path: op.Path, Err: syscall.EIO}
		}
		return nil
	})
	told := make(chan error, 1)
	s, err := store.Open(t.Context(), store.Options{
		Dir: t.TempDir(), FS: errorfs.Wrap(vfs.Default, &broken), Log: slog.New(slog.DiscardHandler),
		Fatal: func(err error) { told <- err; select {} },
	})
	require.NoError(t, err)
	fill(t, s, 3)
	broken.On()
	go func() { _ = errors.Join(s.Put([]byte("k"), []byte("v")), s.SyncKeyValue()) }()
	err = <-told
	require.ErrorIs(t, err, disk.ErrUnwritable)
	require.ErrorIs(t, err, syscall.EIO)
}

func TestOpen_EndsWhenItIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := t.TempDir()
	s, err := store.Open(ctx, store.Options{Dir: dir, Log: slog.New(slog.DiscardHandler)})
	if err == nil { // it was open before it looked
		require.NoError(t, s.Close())
		return
	}
	require.ErrorIs(t, err, context.Canceled)
	require.NoError(t, open(t, dir).Close(), "the directory is free")
}
