package translog

import (
	"crypto/rand"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"tally/internal/audit/checkpoints"
	"tally/internal/disk"
	"tally/internal/voucher"
)

// ErrKey says that a file has no key of this log.
var ErrKey = errors.New("not a key of this log")

// Origin names the log of a ledger, on the first line of its checkpoints and as
// the name of its key:
//
//	tally/8f3a…64 hexadecimal digits of the ledger id
//
// See C2SP tlog-checkpoint.
func Origin(ledger voucher.Hash) string {
	return "tally/" + strings.TrimPrefix(ledger.String(), "0x")
}

// Key signs checkpoints: an Ed25519 key in the form of C2SP signed-note.
type Key struct {
	signer note.Signer
	public string
}

// Public is the key by which checkpoints are verified, as auditors pin it:
//
//	tally/8f3a…+a7c1d2e3+ATLg…
func (k Key) Public() string { return k.public }

// LoadKey reads the key of a ledger's log from a file. Every server of a ledger
// has the same. The error is fs.ErrNotExist where there is no file,
// disk.ErrOpenToOthers or ErrKey, and names the file.
func LoadKey(path string, ledger voucher.Hash) (Key, error) {
	raw, err := disk.ReadSecret(path)
	if err != nil {
		return Key{}, fmt.Errorf("log key: %w", err)
	}
	text := strings.TrimSuffix(string(raw), "\n")
	if text == "" {
		return Key{}, fmt.Errorf("%w: %s is empty", ErrKey, path)
	}
	key, err := parseKey(text, ledger)
	if err != nil {
		return Key{}, fmt.Errorf("%s: %w", path, err)
	}
	return key, nil
}

// MakeKey makes a key of a ledger's log in a file that is not there yet. The
// error is fs.ErrExist where it is.
func MakeKey(path string, ledger voucher.Hash) (Key, error) {
	private, _, err := note.GenerateKey(rand.Reader, Origin(ledger))
	if err != nil {
		return Key{}, fmt.Errorf("log key: %w", err)
	}
	if err := disk.Create(path, []byte(private+"\n")); err != nil {
		return Key{}, fmt.Errorf("log key: %w", err)
	}
	return parseKey(private, ledger)
}

// parseKey reads PRIVATE+KEY+<name>+<hash>+<algorithm and seed>. Its errors
// repeat nothing of what it could not read.
func parseKey(private string, ledger voucher.Hash) (Key, error) {
	signer, err := note.NewSigner(private)
	if err != nil { // else there are five parts
		return Key{}, fmt.Errorf("%w: the file is damaged", ErrKey)
	}
	if signer.Name() != Origin(ledger) {
		return Key{}, fmt.Errorf("%w: it is of %s, wanted %s", ErrKey, signer.Name(), Origin(ledger))
	}
	public, err := checkpoints.VerifierOf(signer.Name(), private)
	if err != nil {
		return Key{}, fmt.Errorf("%w: %w", ErrKey, err)
	}
	return Key{signer, public}, nil
}
