package embedded

import (
	"crypto/ecdsa"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"

	"github.com/ethereum/go-ethereum/crypto"

	"tally/internal/disk"
)

// keyFile holds the sealer's key in hex, 64 digits. Without it the chain can be
// read and never be added to; with it anybody can seal.
const keyFile = "sealer.key"

// sealerKeyDigits is how long a sealer's key is in its file.
const sealerKeyDigits = 64

var (
	// ErrNoSealerKey says that a ledger is there and the key of its sealer is not.
	ErrNoSealerKey = errors.New("the key of the ledger's sealer is missing")
	// ErrSealerKey says that a file holds no sealer's key, or not this chain's.
	ErrSealerKey = errors.New("not the key of the ledger's sealer")
)

// readSealerKey reads the key in a file. The error is fs.ErrNotExist where there
// is none, ErrSealerKey or disk.ErrOpenToOthers. It repeats nothing of the file.
func readSealerKey(path string) (*ecdsa.PrivateKey, error) {
	text, err := disk.ReadSecret(path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, disk.ErrOpenToOthers) {
		return nil, err
	}
	if err != nil {
		return nil, fmt.Errorf("read the sealer's key: %w", err)
	}
	for len(text) > sealerKeyDigits && (text[len(text)-1] == '\n' || text[len(text)-1] == '\r') {
		text = text[:len(text)-1]
	}
	if len(text) == 0 {
		return nil, fmt.Errorf("%w: %s is empty", ErrSealerKey, path)
	}
	if len(text) != sealerKeyDigits {
		return nil, fmt.Errorf("%w: %s has %d bytes, %d hex digits are wanted", ErrSealerKey, path, len(text), sealerKeyDigits)
	}
	key, err := crypto.HexToECDSA(string(text))
	if err != nil {
		return nil, fmt.Errorf("%w: %s is not %d hex digits of a secp256k1 key", ErrSealerKey, path, sealerKeyDigits)
	}
	return key, nil
}

// makeSealerKey makes a key in a file that is not there yet.
func makeSealerKey(path string) (*ecdsa.PrivateKey, error) {
	key, err := crypto.GenerateKey()
	if err != nil {
		return nil, fmt.Errorf("make the sealer's key: %w", err)
	}
	if err := disk.Create(path, []byte(hex.EncodeToString(crypto.FromECDSA(key)))); err != nil {
		return nil, fmt.Errorf("keep the sealer's key: %w", err)
	}
	return key, nil
}
