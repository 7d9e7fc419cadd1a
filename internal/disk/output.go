package disk

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrNotRegular says that a path is a device, a pipe or a directory, where a file is
// wanted.
var ErrNotRegular = errors.New("is no regular file")

// ErrReadOnly says that the owner of a file has no right to write it.
var ErrReadOnly = errors.New("is read-only")

// ownersWrite is the owner's right to write.
const ownersWrite = 0o200

// maxLinks is how many symbolic links are followed from one to the next.
const maxLinks = 40

// Output writes a file that a person named, whole or not at all. It goes through
// symbolic links, to a regular file or a free name; the error is ErrNotRegular for
// what is something else, ErrReadOnly for a file that is read-only, also to root, and
// fs.ErrNotExist where there is no such directory. What is there stays as it is then. A
// file keeps its mode, unless what is written is secret: then it is its owner's alone, as
// a new file is.
func Output(path string, content []byte, secret bool) error {
	target, mode, err := throughLinks(path)
	if err != nil {
		return err
	}
	if secret {
		mode = fileMode
	}
	return put(target, content, mode, func(from string) error { return unwritable(os.Rename(from, target)) })
}

// OpenOutput opens a file for reading and writing, as Output finds it.
func OpenOutput(path string) (*os.File, error) {
	target, _, err := throughLinks(path)
	if err != nil {
		return nil, err
	}
	return os.OpenFile(target, os.O_RDWR|os.O_CREATE, fileMode) //nolint:gosec // a person named it
}

// throughLinks follows symbolic links to a regular file or a free name.
func throughLinks(path string) (target string, mode fs.FileMode, err error) {
	at := path
	for range maxLinks {
		info, err := os.Lstat(at)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return at, fileMode, inDirectory(at)
		case err != nil:
			return "", 0, err
		case info.Mode().IsRegular() && info.Mode()&ownersWrite == 0:
			return "", 0, fmt.Errorf("%s %w: nothing is written over it", path, ErrReadOnly)
		case info.Mode().IsRegular():
			return at, info.Mode().Perm(), nil
		case info.Mode()&fs.ModeSymlink == 0:
			return "", 0, fmt.Errorf("%s %w: nothing is written over it", path, ErrNotRegular)
		}
		to, err := os.Readlink(at)
		if err != nil {
			return "", 0, err
		}
		if !filepath.IsAbs(to) {
			directory, err := filepath.EvalSymlinks(filepath.Dir(at))
			if err != nil {
				return "", 0, err
			}
			to = filepath.Join(directory, to)
		}
		at = to
	}
	return "", 0, fmt.Errorf("%s %w: its symbolic links lead round in a circle", path, ErrNotRegular)
}

// inDirectory reports whether a file can be made: its directory is there.
func inDirectory(path string) error {
	directory := filepath.Dir(path)
	if _, err := os.Stat(directory); err != nil {
		return fmt.Errorf("the directory %s: %w", directory, errors.Unwrap(err))
	}
	return nil
}
