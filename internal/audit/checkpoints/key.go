package checkpoints

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// ErrKey says that a text is no signer's key.
var ErrKey = errors.New("not a key of a note's signer")

// VerifierOf is the public half of a signer's key, PRIVATE+KEY+<name>+<hash>+<algorithm
// and seed>, as a note's verifier has it. The error is ErrKey.
func VerifierOf(name, private string) (string, error) {
	const prefix = "PRIVATE+KEY+"
	_, encoded, ok := strings.Cut(strings.TrimPrefix(private, prefix+name+"+"), "+") // the hash has no plus
	if !ok {
		return "", ErrKey
	}
	data, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || len(data) != 1+ed25519.SeedSize {
		return "", ErrKey
	}
	key, ok := ed25519.NewKeyFromSeed(data[1:]).Public().(ed25519.PublicKey)
	if !ok {
		return "", ErrKey
	}
	public, err := note.NewEd25519VerifierKey(name, key)
	if err != nil {
		return "", ErrKey
	}
	return public, nil
}
