// Package disk keeps small files that must outlast a power cut: keys, marks,
// states, sales of a till.
//
// A file that Write or Create returned from is whole, is on the disk, and has
// its name there: new file, fsync, rename or link, fsync of the directory. A
// directory that MakeDirectory returned from is on the disk with every parent
// that was made for it. Secrets are read by ReadSecret, which refuses a file
// that others may read or change.
package disk

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// The modes of what is written: for the owner only.
const (
	fileMode      fs.FileMode = 0o600
	directoryMode fs.FileMode = 0o700
)

// unfinished is the prefix of the names of files that a crash may leave behind.
const unfinished = ".new-"

// ErrUnwritable says that the disk did not take a write: it is full, it fails,
// or it may not be written.
var ErrUnwritable = errors.New("the disk does not take a write")

// Write puts content in a file, whole and for good: after a crash there is this
// content or what was there before.
func Write(path string, content []byte) error {
	return put(path, content, fileMode, func(from string) error { return unwritable(os.Rename(from, path)) })
}

// Create is Write for a name that is free. The error is fs.ErrExist where it is
// taken, and then nothing changes.
func Create(path string, content []byte) error {
	return put(path, content, fileMode, func(from string) error {
		if err := os.Link(from, path); errors.Is(err, fs.ErrExist) {
			return err
		} else if err != nil {
			return Unwritable(err)
		}
		return unwritable(os.Remove(from))
	})
}

// put writes a file beside its place and moves it there.
func put(path string, content []byte, mode fs.FileMode, move func(from string) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), unfinished+"*") // with fileMode
	if err != nil {
		return Unwritable(err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name()) // else Sweep does
		}
	}()
	_, err = f.Write(content)
	if err := cmp.Or(err, f.Chmod(mode), f.Sync(), f.Close()); err != nil {
		return Unwritable(err)
	}
	if err := move(f.Name()); err != nil {
		return err
	}
	return SyncDirectory(filepath.Dir(path))
}

// Sweep removes what a crash left half written in a directory.
func Sweep(dir string) error {
	left, err := filepath.Glob(filepath.Join(dir, unfinished+"*"))
	if err != nil {
		return fmt.Errorf("look through %s: %w", dir, err)
	}
	for _, path := range left {
		if err := os.Remove(path); err != nil {
			return fmt.Errorf("remove what a crash left: %w", err)
		}
	}
	return nil
}

// MakeDirectory makes a directory and the parents that it lacks, and syncs each
// directory that got an entry, up to the first that was there before.
func MakeDirectory(path string) error {
	path = filepath.Clean(path)
	switch info, err := os.Stat(path); {
	case err == nil && info.IsDir():
		return nil
	case err == nil:
		return Unwritable(&fs.PathError{Op: "mkdir", Path: path, Err: syscall.ENOTDIR})
	case !errors.Is(err, fs.ErrNotExist):
		return Unwritable(err)
	}
	parent := filepath.Dir(path)
	if err := MakeDirectory(parent); err != nil {
		return err
	}
	if err := os.Mkdir(path, directoryMode); err != nil && !errors.Is(err, fs.ErrExist) {
		return Unwritable(err)
	}
	return SyncDirectory(parent)
}

// SyncDirectory makes the names in a directory last.
func SyncDirectory(path string) error {
	dir, err := os.Open(path) //nolint:gosec // the caller's directory
	if err != nil {
		return Unwritable(err)
	}
	return unwritable(cmp.Or(dir.Sync(), dir.Close()))
}

func unwritable(err error) error {
	if err == nil {
		return nil
	}
	return Unwritable(err)
}

// Unwritable is ErrUnwritable with its cause, and with the word that an
// operator looks for first.
func Unwritable(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("%w, it is full: %w", ErrUnwritable, err)
	}
	return fmt.Errorf("%w: %w", ErrUnwritable, err)
}
