package main

import (
	"crypto/ecdsa"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/ethereum/go-ethereum/accounts/keystore"
	"github.com/ethereum/go-ethereum/crypto"

	"tally/internal/disk"
	"tally/internal/intent"
	"tally/internal/voucher"
)

// keyDir is a directory of encrypted keys: NAME.json in the keystore format,
// version 3, that Ethereum wallets read.
type keyDir string

// namedKey is a key without its secret.
type namedKey struct {
	Name    string          `json:"name"`
	Address voucher.Address `json:"address"`
}

// scrypt is how hard it is made to guess the passphrase of a stolen file.
type scrypt struct{ n, p int }

func standardScrypt() scrypt { return scrypt{keystore.StandardScryptN, keystore.StandardScryptP} }
func lightScrypt() scrypt    { return scrypt{keystore.LightScryptN, keystore.LightScryptP} }

const (
	keySuffix  = ".json"
	keyMode    = 0o600
	keyDirMode = 0o700
)

// keys is the directory of keys that the flags name.
func (a *app) keys() (keyDir, error) {
	if a.Keys != "" {
		return keyDir(a.Keys), nil
	}
	home, ok := a.Env("HOME")
	if !ok || home == "" {
		return "", misused("there is no home directory: name the directory of keys with --keys")
	}
	return keyDir(filepath.Join(home, ".tally", "keys")), nil
}

func checkName(name string) error {
	if !regexp.MustCompile(`^[a-z0-9-]{1,32}$`).MatchString(name) {
		return misused("%q is no name of a key: 1 to 32 small letters, digits and hyphens", name)
	}
	return nil
}

func (d keyDir) path(name string) string { return filepath.Join(string(d), name+keySuffix) }

// create makes a new key. A name that is taken stays what it is.
func (d keyDir) create(name, passphrase string, hard scrypt) (namedKey, error) {
	if err := checkName(name); err != nil {
		return namedKey{}, err
	}
	secret, err := crypto.GenerateKey()
	if err != nil {
		return namedKey{}, fmt.Errorf("make key: %w", err)
	}
	key := &keystore.Key{Address: crypto.PubkeyToAddress(secret.PublicKey), PrivateKey: secret}
	_, _ = rand.Read(key.Id[:])                                     // never fails, by its documentation
	key.Id[6], key.Id[8] = key.Id[6]&0x0f|0x40, key.Id[8]&0x3f|0x80 // a UUID of version 4
	text, err := keystore.EncryptKey(key, passphrase, hard.n, hard.p)
	if err != nil {
		return namedKey{}, fmt.Errorf("encrypt key: %w", err)
	}
	return namedKey{name, intent.Address(secret)}, d.write(name, text)
}

// write puts a file in place whole and on the disk, or not at all.
func (d keyDir) write(name string, text []byte) error {
	if err := disk.MakeDirectory(string(d)); err != nil {
		return fmt.Errorf("make directory of keys: %w", err)
	}
	err := disk.Create(d.path(name), text)
	if errors.Is(err, fs.ErrExist) {
		return misused("there is a key %q already, which stays as it is: choose another name", name)
	}
	if err != nil {
		return fmt.Errorf("write key: %w", err)
	}
	return nil
}

// list names every key of the directory.
func (d keyDir) list() ([]namedKey, error) {
	entries, err := os.ReadDir(string(d))
	if errors.Is(err, fs.ErrNotExist) {
		return []namedKey{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list keys: %w", err)
	}
	list := []namedKey{}
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), keySuffix)
		if !ok || checkName(name) != nil {
			continue
		}
		key, err := d.find(name)
		if err != nil {
			return nil, err
		}
		list = append(list, key)
	}
	return list, nil
}

// find reads a key's address, for which no passphrase is needed.
func (d keyDir) find(name string) (namedKey, error) {
	text, err := d.read(name)
	if err != nil {
		return namedKey{}, err
	}
	var file struct {
		Address string `json:"address"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return namedKey{}, misused("%s is no key file: %w", d.path(name), err)
	}
	address, err := voucher.ParseAddress("0x" + strings.TrimPrefix(file.Address, "0x"))
	if err != nil {
		return namedKey{}, misused("%s names no address: %w", d.path(name), err)
	}
	return namedKey{name, address}, nil
}

// open decrypts a key.
func (d keyDir) open(name, passphrase string) (*ecdsa.PrivateKey, error) {
	text, err := d.read(name)
	if err != nil {
		return nil, err
	}
	if costly(text) > maxWork {
		return nil, misused("%s is no key file, or asks for more work than one needs", d.path(name))
	}
	key, err := decrypt(text, passphrase)
	if errors.Is(err, keystore.ErrDecrypt) {
		return nil, misused("the passphrase of key %q is wrong: try again", name)
	}
	if err != nil {
		return nil, misused("%s is no key file: %w", d.path(name), err)
	}
	return key.PrivateKey, nil
}

// maxWork is eight times what a key file of the standard hardness takes, which
// is 256 MiB of memory.
const maxWork = 8 * keystore.StandardScryptN

// costly is how much work a key file asks for before its passphrase can be
// tried: what scrypt mixes, in kilobytes, or what pbkdf2 repeats.
func costly(text []byte) float64 {
	var file struct {
		Crypto struct {
			KDFParams struct{ N, R, P, C, DKLen float64 } `json:"kdfparams"`
		} `json:"crypto"`
	}
	if json.Unmarshal(text, &file) != nil {
		return math.Inf(1) // unknown, so too much
	}
	work := file.Crypto.KDFParams
	return max(work.N*max(work.R, 1)*max(work.P, 1)/8, work.C/8, work.DKLen)
}

var errKeyFile = errors.New("its form is not version 3 of the keystore")

// decrypt opens a key file, which go-ethereum panics at where a member has
// another type or length than it trusts in.
func decrypt(text []byte, passphrase string) (key *keystore.Key, err error) {
	defer func() {
		if recover() != nil {
			key, err = nil, errKeyFile
		}
	}()
	return keystore.DecryptKey(text, passphrase)
}

// read refuses a file that others may read or change.
func (d keyDir) read(name string) ([]byte, error) {
	if err := checkName(name); err != nil {
		return nil, err
	}
	text, err := disk.ReadSecret(d.path(name))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, misused("there is no key %q in %s: make it with `tally key new %s`", name, d, name)
	case errors.Is(err, disk.ErrOpenToOthers), errors.Is(err, disk.ErrTooLong):
		return nil, misused("%w", err)
	case err != nil:
		return nil, fmt.Errorf("read key: %w", err)
	}
	return text, nil
}
