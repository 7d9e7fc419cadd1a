package sealer

import (
	"crypto/ecdsa"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"

	"github.com/ethereum/go-ethereum/crypto"

	"tally/internal/disk"
)

// KeyFile holds the sealer's key in hex, 64 digits. Without it the history can be
// read and never be added to; with it anybody can seal.
const KeyFile = "sealer.key"

// keyDigits is how long a key is in its file.
const keyDigits = 64

var (
	// ErrNoKey says that a ledger is there and the key of its sealer is not.
	ErrNoKey = errors.New("the key of the ledger's sealer is missing")
	// ErrKey says that a file holds no sealer's key, or not this ledger's.
	ErrKey = errors.New("not the key of the ledger's sealer")
)

// ReadKey reads the key in a file. The error is fs.ErrNotExist where there is none,
// ErrKey or disk.ErrOpenToOthers. It repeats nothing of the file.
func ReadKey(path string) (*ecdsa.PrivateKey, error) {
	text, err := disk.ReadSecret(path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, disk.ErrOpenToOthers) {
		return nil, err
	}
	if err != nil {
		return nil, fmt.Errorf("read the sealer's key: %w", err)
	}
	for len(text) > keyDigits && (text[len(text)-1] == '\n' || text[len(text)-1] == '\r') {
		text = text[:len(text)-1]
	}
	if len(text) == 0 {
		return nil, fmt.Errorf("%w: %s is empty", ErrKey, path)
	}
	if len(text) != keyDigits {
		return nil, fmt.Errorf("%w: %s has %d bytes, %d hex digits are wanted", ErrKey, path, len(text), keyDigits)
	}
	key, err := crypto.HexToECDSA(string(text))
	if err != nil { // which might repeat some of the key
		return nil, fmt.Errorf("%w: %s is not %d hex digits of a secp256k1 key", ErrKey, path, keyDigits)
	}
	return key, nil
}

// MakeKey makes a key in a file that is not there yet.
func MakeKey(path string) (*ecdsa.PrivateKey, error) {
	key, err := crypto.GenerateKey()
	if err != nil {
		return nil, fmt.Errorf("make the sealer's key: %w", err)
	}
	if err := disk.Create(path, []byte(hex.EncodeToString(crypto.FromECDSA(key)))); err != nil {
		return nil, fmt.Errorf("keep the sealer's key: %w", err)
	}
	return key, nil
}
