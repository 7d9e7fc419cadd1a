package disk_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/disk"
)

func TestWrite_ReplacesWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	require.NoError(t, disk.Write(path, []byte("first, and longer")))
	require.NoError(t, disk.Write(path, []byte("second")))
	content, err := disk.ReadSecret(path)
	require.NoError(t, err)
	require.Equal(t, "second", string(content))
	requireMode(t, path, 0o600)
	requireAlone(t, path)
}

func TestCreate_LeavesWhatIsThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	require.NoError(t, disk.Create(path, []byte("first")))
	require.ErrorIs(t, disk.Create(path, []byte("second")), fs.ErrExist)
	content, err := disk.ReadSecret(path)
	require.NoError(t, err)
	require.Equal(t, "first", string(content))
	requireAlone(t, path)
}

// A write that fails leaves what was there, and no file beside it.
func TestWrite_FailsWithoutATrace(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "state")
	require.NoError(t, os.Mkdir(path, 0o700)) // no file can be renamed to it
	require.ErrorIs(t, disk.Write(path, []byte("x")), disk.ErrUnwritable)
	require.ErrorIs(t, disk.Write(filepath.Join(dir, "none", "state"), nil), disk.ErrUnwritable)
	requireAlone(t, path)
}

func TestSweep_RemovesWhatACrashLeft(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{".new-1", ".new-probe-2", "kept"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), nil, 0o600))
	}
	require.NoError(t, disk.Sweep(dir))
	requireAlone(t, filepath.Join(dir, "kept"))
}

func TestMakeDirectory_MakesParents(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b", "c")
	require.NoError(t, disk.MakeDirectory(dir))
	require.NoError(t, disk.MakeDirectory(dir+"/"), "a second time")
	requireMode(t, dir, 0o700)
	file := filepath.Join(dir, "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	require.ErrorIs(t, disk.MakeDirectory(file), disk.ErrUnwritable)
	require.ErrorIs(t, disk.MakeDirectory(filepath.Join(file, "below")), disk.ErrUnwritable)
}

func TestReadSecret_ModesOfOthers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	require.NoError(t, os.WriteFile(path, []byte("s3cret"), 0o600))
	for mode, refused := range map[fs.FileMode]bool{
		0o400: false, 0o600: false, 0o700: false,
		0o640: true, 0o604: true, 0o620: true, 0o602: true, 0o610: true, 0o644: true, 0o666: true,
	} {
		require.NoError(t, os.Chmod(path, mode))
		content, err := disk.ReadSecret(path)
		if !refused {
			require.NoError(t, err, mode)
			require.Equal(t, "s3cret", string(content))
			continue
		}
		require.ErrorIs(t, err, disk.ErrOpenToOthers, mode)
		require.ErrorContains(t, err, path)
		require.NotContains(t, err.Error(), "s3cret")
	}
}

func TestReadSecret_Refusals(t *testing.T) {
	dir := t.TempDir()
	_, err := disk.ReadSecret(filepath.Join(dir, "none"))
	require.ErrorIs(t, err, fs.ErrNotExist)
	_, err = disk.ReadSecret(dir)
	require.ErrorIs(t, err, syscall.EISDIR)
	long := filepath.Join(dir, "long")
	require.NoError(t, os.WriteFile(long, make([]byte, disk.MaxFile+1), 0o600))
	_, err = disk.ReadSecret(long)
	require.ErrorIs(t, err, disk.ErrTooLong)
}

// A pipe is what a shell makes of <(…), and nobody else's, whatever its mode.
func TestReadSecret_FromAPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(path, 0o644))
	go func() { _ = os.WriteFile(path, []byte("s3cret"), 0) }()
	content, err := disk.ReadSecret(path)
	require.NoError(t, err)
	require.Equal(t, "s3cret", string(content))
}

func TestProbe_LeavesNothing(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, disk.Probe(dir, 3<<20+1))
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, left)
	require.ErrorIs(t, disk.Probe(filepath.Join(dir, "none"), 1), disk.ErrUnwritable)
}

func TestUnwritable_SaysThatTheDiskIsFull(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	require.NoError(t, err)
	defer func() { require.NoError(t, full.Close()) }()
	_, err = full.WriteString("x")
	err = disk.Unwritable(err)
	require.ErrorIs(t, err, disk.ErrUnwritable)
	require.ErrorIs(t, err, syscall.ENOSPC)
	require.ErrorContains(t, err, "full")
	require.NotContains(t, disk.Unwritable(syscall.EIO).Error(), "full")
}

func requireMode(t *testing.T, path string, want fs.FileMode) {
	t.Helper()
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, want, info.Mode().Perm())
}

// requireAlone wants no other file beside this one.
func requireAlone(t *testing.T, path string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Len(t, entries, 1)
	require.Equal(t, filepath.Base(path), entries[0].Name())
}
