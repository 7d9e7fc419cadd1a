package cli

import (
	"errors"
	"os"
	"path/filepath"
)

// WriteSecret writes a file that its owner alone can read, whatever was there
// before: whole, or not at all.
func WriteSecret(path string, raw []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".tally-*") // with mode 0600
	if err != nil {
		return Misused("the file cannot be written: %w", err)
	}
	_, err = f.Write(raw)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(Misused("the file cannot be written: %w", err), os.Remove(f.Name()))
	}
	return nil
}
