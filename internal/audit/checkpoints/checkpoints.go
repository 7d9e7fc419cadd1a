// Package checkpoints reads what logs and witnesses sign: C2SP tlog-checkpoint in a
// C2SP signed-note. It knows nothing of what a log's leaves say, so a witness needs
// no more of a log than this.
package checkpoints

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"

	checkpoint "github.com/transparency-dev/formats/log"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// MaxLength is the greatest length of a checkpoint with its signatures, in bytes.
const MaxLength = 16 << 10

// ErrInvalid says that bytes are not a checkpoint that the log's key signed.
var ErrInvalid = errors.New("not a checkpoint that the log's key signed")

// Checkpoint is what a log's key, and maybe witnesses, said.
type Checkpoint struct {
	Tree       tlog.Tree
	Signatures []note.Signature // those that were verified
}

// Open reads a checkpoint that the log with this public key signed. Signatures of
// witnesses are verified where their keys are given; others are passed over. The
// error is ErrInvalid.
func Open(raw []byte, public string, witnesses ...note.Verifier) (Checkpoint, error) {
	if len(raw) > MaxLength {
		return Checkpoint{}, fmt.Errorf("%w: %d bytes, at most %d", ErrInvalid, len(raw), MaxLength)
	}
	log, err := note.NewVerifier(public)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("%w: the pinned key: %w", ErrInvalid, err)
	}
	head, other, signed, err := checkpoint.ParseCheckpoint(raw, log.Name(), log, witnesses...)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	if len(other) > 0 || len(head.Hash) != tlog.HashSize || head.Size > 1<<62 || !oneForm(signed) {
		return Checkpoint{}, fmt.Errorf("%w: not as this log writes it", ErrInvalid)
	}
	return Checkpoint{tlog.Tree{N: int64(head.Size), Hash: tlog.Hash(head.Hash)}, signed.Sigs}, nil
}

// oneForm reports whether the signatures are as any signer writes them. The
// library passes over the last bits of a base64 digit that say nothing.
func oneForm(n *note.Note) bool {
	for _, s := range slices.Concat(n.Sigs, n.UnverifiedSigs) {
		if _, err := base64.StdEncoding.Strict().DecodeString(s.Base64); err != nil {
			return false
		}
	}
	return true
}
