package cli

import (
	"errors"
	"io"
	"os"
)

// ReadNamed reads a file that the user names, or as much of it as says that it
// is too long.
func ReadNamed(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path) //nolint:gosec // the user names it
	if err != nil {
		return nil, Misused("%w", err)
	}
	raw, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, Misused("%w", err)
	}
	return raw, nil
}

// WriteNamed writes a file that the user names, whole.
func WriteNamed(path string, raw []byte) error {
	if err := os.WriteFile(path, raw, OwnersFile); err != nil {
		return Misused("%w", err)
	}
	return nil
}
