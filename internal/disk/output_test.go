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

func TestOutput_KeepsModes(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]struct {
		was, want fs.FileMode
		secret    bool
	}{
		"new": {0, 0o600, false}, "a new secret": {0, 0o600, true}, "readable": {0o644, 0o644, false}, "a secret over it": {0o644, 0o600, true}, "narrow": {0o200, 0o200, false},
	} {
		path := filepath.Join(dir, name)
		if c.was != 0 {
			require.NoError(t, os.WriteFile(path, []byte("before, and longer"), 0o600))
			require.NoError(t, os.Chmod(path, c.was))
		}
		require.NoError(t, disk.Output(path, []byte("after"), c.secret), name)
		requireMode(t, path, c.want)
		raw, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, "after", string(raw))
	}
}

func TestOutput_ThroughLinks(t *testing.T) {
	dir := t.TempDir()
	elsewhere := filepath.Join(dir, "a", "b")
	require.NoError(t, os.MkdirAll(elsewhere, 0o700))
	require.NoError(t, os.Symlink(elsewhere, filepath.Join(dir, "folder")))
	require.NoError(t, os.Symlink("../there", filepath.Join(elsewhere, "up"))) // from a/b, not from folder
	require.NoError(t, os.Symlink("folder/up", filepath.Join(dir, "link")))
	for range 2 { // a link to nothing, then to a file
		require.NoError(t, disk.Output(filepath.Join(dir, "link"), []byte("x"), false))
		raw, err := os.ReadFile(filepath.Join(dir, "a", "there"))
		require.NoError(t, err)
		require.Equal(t, "x", string(raw))
		info, err := os.Lstat(filepath.Join(dir, "link"))
		require.NoError(t, err)
		require.NotZero(t, info.Mode()&fs.ModeSymlink, "the link stays")
	}
	file, err := disk.OpenOutput(filepath.Join(dir, "link"))
	require.NoError(t, err)
	require.NoError(t, file.Close())
	requireAlone(t, filepath.Join(elsewhere, "up"))
}

func TestOutput_NeverOverWhatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	pipe, round, toNull := filepath.Join(dir, "pipe"), filepath.Join(dir, "round"), filepath.Join(dir, "null")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	require.NoError(t, os.Symlink("round", round))
	require.NoError(t, os.Symlink("/dev/null", toNull))
	for _, path := range []string{dir, pipe, round, toNull, "/dev/null", "/dev/full"} {
		before, err := os.Lstat(path)
		require.NoError(t, err)
		require.ErrorIs(t, disk.Output(path, []byte("x"), true), disk.ErrNotRegular, path)
		_, err = disk.OpenOutput(path)
		require.ErrorIs(t, err, disk.ErrNotRegular, path)
		after, err := os.Lstat(path)
		require.NoError(t, err)
		require.Equal(t, before.Mode(), after.Mode())
	}
}

// TestOutput_ReadOnly: what its owner marked as read-only stays as it is, through links,
// too, and also where root could write it.
func TestOutput_ReadOnly(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "kept"), filepath.Join(dir, "link")
	require.NoError(t, os.WriteFile(path, []byte("before"), 0o400))
	require.NoError(t, os.Symlink("kept", link))
	for _, name := range []string{path, link} {
		err := disk.Output(name, []byte("after"), true)
		require.ErrorIs(t, err, disk.ErrReadOnly)
		require.ErrorContains(t, err, name)
		_, err = disk.OpenOutput(name)
		require.ErrorIs(t, err, disk.ErrReadOnly)
	}
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "before", string(raw))
	requireMode(t, path, 0o400)
}

// TestOutput_NoDirectory: what is missing is named, and no file of the program's own.
func TestOutput_NoDirectory(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.Symlink("none/file", filepath.Join(dir, "link")))
	for _, path := range []string{filepath.Join(dir, "none", "file"), filepath.Join(dir, "link")} {
		err := disk.Output(path, nil, false)
		require.ErrorIs(t, err, fs.ErrNotExist)
		require.ErrorContains(t, err, "the directory "+filepath.Join(dir, "none"))
		require.NotContains(t, err.Error(), ".new-")
		require.NotErrorIs(t, err, disk.ErrUnwritable, "the disk is not at fault")
	}
	require.ErrorIs(t, disk.Output(filepath.Join(dir, "link", "file"), nil, false), fs.ErrNotExist)
}
