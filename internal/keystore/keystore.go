// Package keystore keeps a person's signing keys on this machine: one encrypted
// file a key, in the format that Ethereum wallets read, and readable by its owner
// alone.
package keystore

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
	"unicode"
	"unicode/utf8"

	ethereum "github.com/ethereum/go-ethereum/accounts/keystore"
	"github.com/ethereum/go-ethereum/crypto"
	"golang.org/x/text/unicode/norm"

	"tally/internal/disk"
	"tally/internal/exact"
	"tally/internal/intent"
	"tally/internal/voucher"
)

// Dir is a directory of encrypted keys: NAME.json in the keystore format,
// version 3, that Ethereum wallets read.
type Dir string

// Key is a key without its secret.
type Key struct {
	Name    string          `json:"name" help:"Its name on this machine."`
	Address voucher.Address `json:"address" help:"Its address."`
}

// Scrypt is how hard it is to guess the passphrase of a stolen file: the work, in
// memory and in time.
type Scrypt struct{ N, P int }

// Standard is for keys that matter: about a second and 256 MiB a guess.
func Standard() Scrypt { return Scrypt{ethereum.StandardScryptN, ethereum.StandardScryptP} }

// Light is for demos and tests: a guess is cheap.
func Light() Scrypt { return Scrypt{ethereum.LightScryptN, ethereum.LightScryptP} }

const suffix = ".json"

// CheckName reports whether a name can be a key's. The error is ErrUnusable.
func CheckName(name string) error {
	if !regexp.MustCompile(`^[a-z0-9-]{1,32}$`).MatchString(name) {
		return refused("%q is no name of a key: 1 to 32 small letters, digits and hyphens", name)
	}
	return nil
}

// Path is the file of the key with a name.
func (d Dir) Path(name string) string { return filepath.Join(string(d), name+suffix) }

// Create makes a new key. A key that has the name already stays as it is, and the
// error is ErrUnusable.
func (d Dir) Create(name, passphrase string, hard Scrypt) (Key, error) {
	if err := CheckName(name); err != nil {
		return Key{}, err
	}
	secret, err := crypto.GenerateKey()
	if err != nil {
		return Key{}, fmt.Errorf("make key: %w", err)
	}
	return d.Keep(name, secret, passphrase, hard)
}

// Keep is Create for a key that there is.
func (d Dir) Keep(name string, secret *ecdsa.PrivateKey, passphrase string, hard Scrypt) (Key, error) {
	if err := CheckName(name); err != nil {
		return Key{}, err
	}
	if err := CheckPassphrase(passphrase); err != nil {
		return Key{}, err
	}
	key := &ethereum.Key{Address: crypto.PubkeyToAddress(secret.PublicKey), PrivateKey: secret}
	_, _ = rand.Read(key.Id[:])                                     // never fails, by its documentation
	key.Id[6], key.Id[8] = key.Id[6]&0x0f|0x40, key.Id[8]&0x3f|0x80 // a UUID of version 4
	text, err := ethereum.EncryptKey(key, passphrase, hard.N, hard.P)
	if err != nil {
		return Key{}, fmt.Errorf("encrypt key: %w", err)
	}
	return Key{name, intent.Address(secret)}, d.write(name, text)
}

// write puts a file in place whole and on the disk, or not at all.
func (d Dir) write(name string, text []byte) error {
	if err := disk.MakeDirectory(string(d)); err != nil {
		return fmt.Errorf("make directory of keys: %w", err)
	}
	err := disk.Create(d.Path(name), text)
	if errors.Is(err, fs.ErrExist) {
		return refused("there is a key %q already, which stays as it is: choose another name", name)
	}
	if err != nil {
		return fmt.Errorf("write key: %w", err)
	}
	return nil
}

// List names every key of the directory, and says of each file that is none why it
// is not: one bad file hides no other. A directory that is not there has none.
func (d Dir) List() (keys []Key, bad []error, err error) {
	entries, err := os.ReadDir(string(d))
	if errors.Is(err, fs.ErrNotExist) {
		return []Key{}, nil, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("list keys: %w", err)
	}
	keys = []Key{}
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), suffix)
		if !ok || CheckName(name) != nil {
			continue
		}
		key, err := d.Find(name)
		if err != nil {
			bad = append(bad, err)
			continue
		}
		keys = append(keys, key)
	}
	return keys, bad, nil
}

// Find reads the address that a key's file names, for which no passphrase is needed;
// Open checks that it is the key's. The error is ErrUnusable; ErrUnknown where there
// is no such key, ErrNoAddress where the file names none; or the disk's.
func (d Dir) Find(name string) (Key, error) {
	text, err := d.read(name)
	if err != nil {
		return Key{}, err
	}
	named, err := namedAddress(text)
	if err != nil {
		return Key{}, refused("%s is no key file: %w", d.Path(name), err)
	}
	if named == nil {
		return Key{}, &refusal{d.Path(name) + " does not name its address", []error{ErrUnusable, ErrNoAddress}}
	}
	return Key{name, *named}, nil
}

// namedAddress is the address that a key file names, with 0x in front or without;
// nil where it names none. The member's letters may be of either case, as wallets
// write and go-ethereum reads it, but there is one alone.
func namedAddress(text []byte) (*voucher.Address, error) {
	var file map[string]json.RawMessage
	if err := exact.JSON(text, &file); err != nil {
		return nil, err
	}
	var named *voucher.Address
	for member, value := range file {
		if !strings.EqualFold(member, "address") {
			continue
		}
		var digits string
		if err := exact.JSON(value, &digits); err != nil {
			return nil, exact.Within(member, err)
		}
		address, err := exact.Address("0x" + strings.TrimPrefix(digits, "0x"))
		switch {
		case err != nil:
			return nil, exact.Within(member, err)
		case named != nil:
			return nil, &exact.Error{Place: member, Want: "this member comes twice"}
		}
		named = (*voucher.Address)(&address)
	}
	return named, nil
}

// Open decrypts a key. Its errors are those of Find; a wrong passphrase is
// ErrUnusable.
func (d Dir) Open(name, passphrase string) (*ecdsa.PrivateKey, error) {
	text, err := d.read(name)
	if err != nil {
		return nil, err
	}
	named, err := namedAddress(text)
	if err != nil {
		return nil, refused("%s is no key file: %w", d.Path(name), err)
	}
	if costly(text) > maxWork {
		return nil, refused("%s is no key file, or asks for more work than one needs", d.Path(name))
	}
	key, err := decryptAny(text, passphrase)
	switch {
	case errors.Is(err, ethereum.ErrDecrypt):
		if why := CheckPassphrase(passphrase); why != nil {
			return nil, refused("key %q stays closed: %w", name, why)
		}
		return nil, refused("the passphrase of key %q is wrong: try again", name)
	case err != nil:
		return nil, refused("%s is no key file: %w", d.Path(name), err)
	case named != nil && *named != intent.Address(key.PrivateKey):
		return nil, refused("%s names the address %s, and its key is that of %s: what is sent to the first would reach nobody, so the file is not used",
			d.Path(name), exact.Checksum(named.String()), exact.Checksum(intent.Address(key.PrivateKey).String()))
	}
	return key.PrivateKey, nil
}

// CheckPassphrase refuses a passphrase that is not UTF-8 text, and says from which
// byte on, counted from 1. A file in Latin-1 or UTF-16 has such a one. Open tries it
// all the same: a key may have been made with it elsewhere. The error is ErrUnusable.
func CheckPassphrase(passphrase string) error {
	for at, r := range passphrase {
		_, size := utf8.DecodeRuneInString(passphrase[at:])
		switch {
		case r == utf8.RuneError && size == 1:
			return refused("the passphrase is not UTF-8 text from byte %d on: save its file as UTF-8", at+1)
		case unicode.IsControl(r) && r != '\t':
			return refused("the passphrase has the control character U+%04X at byte %d: save its file as UTF-8 text", r, at+1)
		}
	}
	return nil
}

// decryptAny tries a passphrase as it is, and then in the form NFKC of Unicode, in
// which some wallets encrypt.
func decryptAny(text []byte, passphrase string) (*ethereum.Key, error) {
	key, err := decrypt(text, passphrase)
	if form := norm.NFKC.String(passphrase); errors.Is(err, ethereum.ErrDecrypt) && form != passphrase {
		return decrypt(text, form)
	}
	return key, err
}

// maxWork is eight times what a key file of the standard hardness takes, which
// is 256 MiB of memory.
const maxWork = 8 * ethereum.StandardScryptN

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
func decrypt(text []byte, passphrase string) (key *ethereum.Key, err error) {
	defer func() {
		if recover() != nil {
			key, err = nil, errKeyFile
		}
	}()
	return ethereum.DecryptKey(text, passphrase)
}

// read refuses a file that others may read or change.
func (d Dir) read(name string) ([]byte, error) {
	if err := CheckName(name); err != nil {
		return nil, err
	}
	text, err := disk.ReadSecret(d.Path(name))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, unknown("there is no key %q in %s", name, d)
	case errors.Is(err, disk.ErrOpenToOthers), errors.Is(err, disk.ErrTooLong):
		return nil, refused("%w", err)
	case err != nil:
		return nil, fmt.Errorf("read key: %w", err)
	}
	return text, nil
}
