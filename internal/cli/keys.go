package cli

import (
	"errors"
	"path/filepath"

	"tally/internal/keystore"
)

// OwnersFile is the mode of a file that its owner alone can read.
const OwnersFile = 0o600

// keys is the directory of keys that the flags name.
func (a *App) keys() (keystore.Dir, error) {
	if a.Keys != "" {
		return keystore.Dir(a.Keys), nil
	}
	home, ok := a.Env("HOME")
	if !ok || home == "" {
		return "", Misused("there is no home directory: name the directory of keys with --keys")
	}
	return keystore.Dir(filepath.Join(home, ".tally", "keys")), nil
}

// KeyError words an error of the keystore about a key.
func KeyError(name string, err error) error {
	switch {
	case errors.Is(err, keystore.ErrUnknown):
		return Misused("%w: make it with `tally key new %s`", err, name)
	case errors.Is(err, keystore.ErrUnusable):
		return Misused("%w", err)
	default:
		return err
	}
}
