package main

import (
	"errors"
	"path/filepath"

	"tally/internal/keystore"
)

// ownersFile is the mode of a file that its owner alone can read.
const ownersFile = 0o600

// keys is the directory of keys that the flags name.
func (a *app) keys() (keystore.Dir, error) {
	if a.Keys != "" {
		return keystore.Dir(a.Keys), nil
	}
	home, ok := a.Env("HOME")
	if !ok || home == "" {
		return "", misused("there is no home directory: name the directory of keys with --keys")
	}
	return keystore.Dir(filepath.Join(home, ".tally", "keys")), nil
}

// keyError words an error of the keystore about a key.
func keyError(name string, err error) error {
	switch {
	case errors.Is(err, keystore.ErrUnknown):
		return misused("%w: make it with `tally key new %s`", err, name)
	case errors.Is(err, keystore.ErrUnusable):
		return misused("%w", err)
	default:
		return err
	}
}
