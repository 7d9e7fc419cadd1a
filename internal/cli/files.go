package cli

import (
	"errors"
	"io"
	"os"

	"tally/internal/disk"
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

// WriteFile writes a file that the user names, whole, and "-" to stdout: see
// disk.Output.
func (a *App) WriteFile(path string, raw []byte) error { return a.write(path, raw, false) }

// WriteSecret is WriteFile for what its owner alone may read.
func (a *App) WriteSecret(path string, raw []byte) error { return a.write(path, raw, true) }

func (a *App) write(path string, raw []byte, secret bool) error {
	if path == "-" {
		_, err := a.Stdout.Write(raw)
		return err
	}
	switch err := disk.Output(path, raw, secret); {
	case errors.Is(err, disk.ErrNotRegular):
		return Misused("%w; a - is standard output", err)
	case errors.Is(err, disk.ErrReadOnly):
		return Misused("%w", err)
	case err != nil:
		return Misused("%s cannot be written: %w", path, err)
	}
	return nil
}
