package evm

import (
	"crypto/ecdsa"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/ethereum/go-ethereum/crypto"
)

// keyFile holds the sealer's key in hex. Without it the chain can be read and
// never be added to; with it anybody can seal.
const keyFile = "sealer.key"

// sealerKey reads the key of a directory, or makes a new one.
func sealerKey(dir string) (key *ecdsa.PrivateKey, isNew bool, err error) {
	path := filepath.Join(dir, keyFile)
	key, err = crypto.LoadECDSA(path)
	if err == nil {
		return key, false, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, false, fmt.Errorf("read sealer's key: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, false, fmt.Errorf("make data directory: %w", err)
	}
	if key, err = crypto.GenerateKey(); err != nil {
		return nil, false, fmt.Errorf("make sealer's key: %w", err)
	}
	if err := keep(path, []byte(hex.EncodeToString(crypto.FromECDSA(key)))); err != nil {
		return nil, false, fmt.Errorf("keep sealer's key: %w", err)
	}
	return key, true, nil
}

// keep writes a secret file that is on disk, whole, when keep returns: the
// chain is worth nothing without it.
func keep(path string, content []byte) (err error) {
	next := path + ".new"
	file, err := os.OpenFile(next, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600) //nolint:gosec // the operator names the directory
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	if err := os.Rename(next, path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
