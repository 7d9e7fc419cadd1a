package cli

import (
	"errors"
	"io"
	"os"
)

// ReadFile reads a file that the user names; "-" is stdin. One that is longer than
// limit, in bytes, is refused.
func (a *App) ReadFile(path string, limit int64) ([]byte, error) {
	from, err := a.open(path)
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(io.LimitReader(from, limit+1))
	if err := errors.Join(err, from.Close()); err != nil {
		return nil, Misused("%w", err)
	}
	if int64(len(raw)) > limit {
		return nil, Misused("%s is longer than %d bytes", path, limit)
	}
	return raw, nil
}

func (a *App) open(path string) (io.ReadCloser, error) {
	if path == "-" {
		return io.NopCloser(a.Stdin), nil
	}
	f, err := os.Open(path) //nolint:gosec // the user names it
	if err != nil {
		return nil, Misused("%w", err)
	}
	return f, nil
}

// WriteNamed writes a file that the user names, whole.
func WriteNamed(path string, raw []byte) error {
	if err := os.WriteFile(path, raw, OwnersFile); err != nil {
		return Misused("%w", err)
	}
	return nil
}
