package disk

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// MaxFile is the greatest length of a file that is read, in bytes.
const MaxFile = 64 << 10

// othersMode are the rights of others than the owner.
const othersMode fs.FileMode = 0o077

var (
	// ErrOpenToOthers says that others than the owner may read or change a secret.
	ErrOpenToOthers = errors.New("is open to others")
	// ErrTooLong says that a file is longer than MaxFile.
	ErrTooLong = errors.New("is too long")
)

// Read reads a file. The error is ErrTooLong beyond MaxFile, or the system's,
// such as fs.ErrNotExist.
func Read(path string) ([]byte, error) {
	return read(path, func(fs.FileInfo) error { return nil })
}

// ReadSecret is Read for a file that holds a secret. The error is
// ErrOpenToOthers where a regular file is not its owner's alone. It never
// repeats what it read.
func ReadSecret(path string) ([]byte, error) {
	return read(path, func(info fs.FileInfo) error { return CheckSecret(path, info) })
}

func read(path string, check func(fs.FileInfo) error) (content []byte, err error) {
	f, err := os.Open(path) //nolint:gosec // the caller's file
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if err := check(info); err != nil {
		return nil, err
	}
	if content, err = io.ReadAll(io.LimitReader(f, MaxFile+1)); err != nil {
		return nil, err
	}
	if len(content) > MaxFile {
		return nil, fmt.Errorf("%s %w: at most %d bytes are wanted", path, ErrTooLong, MaxFile)
	}
	return content, nil
}

// CheckSecret returns ErrOpenToOthers where others than the owner may read or write
// a regular file. Pipes pass, as a shell makes them for <(…).
func CheckSecret(path string, info fs.FileInfo) error {
	if mode := info.Mode(); mode.IsRegular() && mode.Perm()&othersMode != 0 {
		return fmt.Errorf("%s %w (%s): chmod 600 it", path, ErrOpenToOthers, mode.Perm())
	}
	return nil
}
