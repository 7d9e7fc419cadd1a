package witness

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	cosign "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"

	"tally/internal/audit/checkpoints"
	"tally/internal/disk"
)

var (
	// ErrKey says that a file has no key of a witness with this name.
	ErrKey = errors.New("not a key of this witness")
	// ErrLostKey says that a directory has what a witness cosigned, and not its key.
	// Another key would be another witness.
	ErrLostKey = errors.New("the key of this witness is missing beside what it cosigned")
)

// Key cosigns checkpoints: an Ed25519 key in the form of C2SP signed-note.
type Key struct {
	signer   note.Signer
	verifier note.Verifier
	public   string
}

// Public is the key by which cosignatures are verified, as policies name it:
//
//	example.org/w1+5c31b0a7+BJk…
func (k Key) Public() string { return k.public }

// OpenKey is LoadKey in a witness's directory, which is made with a key. The error
// is ErrLostKey where the witness cosigned something, and its key is not there.
func OpenKey(dir, name string) (Key, error) {
	path := filepath.Join(dir, KeyFile)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		switch older, err := cosigned(dir); {
		case err != nil:
			return Key{}, err
		case older:
			return Key{}, fmt.Errorf("%w: there is no %s", ErrLostKey, path)
		}
	}
	if name != "" {
		if err := disk.MakeDirectory(dir); err != nil {
			return Key{}, fmt.Errorf("witness key: %w", err)
		}
	}
	return LoadKey(path, name)
}

// LoadKey reads a witness's key, or makes one where there is no file. Without a
// name any will do, and none is made.
func LoadKey(path, name string) (Key, error) {
	raw, err := disk.ReadSecret(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && name != "":
		return makeKey(path, name)
	case err != nil:
		return Key{}, fmt.Errorf("witness key: %w", err)
	case len(raw) == 0:
		return Key{}, fmt.Errorf("%w: %s is empty: bring a copy back, or, where nobody has pinned this witness, remove the file", ErrKey, path)
	}
	key, err := parseKey(strings.TrimSuffix(string(raw), "\n"), name)
	if err != nil {
		return Key{}, fmt.Errorf("%s: %w", path, err)
	}
	return key, nil
}

func makeKey(path, name string) (Key, error) {
	private, _, err := note.GenerateKey(rand.Reader, name)
	if err != nil {
		return Key{}, fmt.Errorf("witness key: %w", err)
	}
	key, err := parseKey(private, name)
	if err != nil {
		return Key{}, fmt.Errorf("%w: a name has no spaces and no plus", err)
	}
	if err := disk.Create(path, []byte(private+"\n")); err != nil {
		return Key{}, fmt.Errorf("witness key: %w", err)
	}
	return key, nil
}

// parseKey reads PRIVATE+KEY+<name>+<hash>+<algorithm and seed>. Its errors
// repeat nothing of what it could not read.
func parseKey(private, name string) (Key, error) {
	signer, err := cosign.NewSignerForCosignatureV1(private)
	if err != nil { // else there are five parts
		return Key{}, ErrKey
	}
	if name != "" && signer.Name() != name {
		return Key{}, fmt.Errorf("%w: it is of %s, wanted %s", ErrKey, signer.Name(), name)
	}
	plain, err := checkpoints.VerifierOf(signer.Name(), private)
	if err != nil {
		return Key{}, ErrKey
	}
	public, err := cosign.VKeyToCosignatureV1(plain)
	if err != nil {
		return Key{}, ErrKey
	}
	verifier, err := cosign.NewVerifierForCosignatureV1(public)
	if err != nil {
		return Key{}, ErrKey
	}
	return Key{signer, verifier, public}, nil
}
