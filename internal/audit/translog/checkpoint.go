package translog

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"

	checkpoint "github.com/transparency-dev/formats/log"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// MaxCheckpoint is the greatest length of a checkpoint with its signatures, in bytes.
const MaxCheckpoint = 16 << 10

// ErrCheckpoint says that bytes are not a checkpoint that the log's key signed.
var ErrCheckpoint = errors.New("not a checkpoint that the log's key signed")

// sign is the checkpoint of a tree (C2SP tlog-checkpoint), with one signature.
// This is ../testdata/admission.checkpoint:
//
//	tally/638bee3b916ec5e4a6fde1a6ead6bb616b131aa5ddf070531964095968cb15c3
//	1
//	hktovVJrJUaaNUMWqVFTqlwrEwTQN2Tqs1pyYq8gcIE=
//
//	— tally/638bee3b916ec5e4a6fde1a6ead6bb616b131aa5ddf070531964095968cb15c3 t7BkLxObZBUH3JF2RlvIUSW32MUmRDlTQxvrXunR0Ld611t6+gLjqP0uaI6KHgrNZoYZX7P9vJUvmNN4gV6hlCM6fwM=
//
// Ed25519 is deterministic: a key signs a tree in one way.
func (k Key) sign(t tlog.Tree) ([]byte, error) {
	head := checkpoint.Checkpoint{Origin: k.signer.Name(), Size: uint64(t.N), Hash: t.Hash[:]} //nolint:gosec // a size
	signed, err := note.Sign(&note.Note{Text: string(head.Marshal())}, k.signer)
	if err != nil {
		return nil, fmt.Errorf("sign checkpoint: %w", err)
	}
	return signed, nil
}

// Checkpoint is what a log's key, and maybe witnesses, said.
type Checkpoint struct {
	Tree       tlog.Tree
	Signatures []note.Signature // those that were verified
}

// OpenCheckpoint reads a checkpoint that the log with this public key signed.
// Signatures of witnesses are verified where their keys are given; others are
// passed over. The error is ErrCheckpoint.
func OpenCheckpoint(raw []byte, public string, witnesses ...note.Verifier) (Checkpoint, error) {
	if len(raw) > MaxCheckpoint {
		return Checkpoint{}, fmt.Errorf("%w: %d bytes, at most %d", ErrCheckpoint, len(raw), MaxCheckpoint)
	}
	log, err := note.NewVerifier(public)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("%w: the pinned key: %w", ErrCheckpoint, err)
	}
	head, other, signed, err := checkpoint.ParseCheckpoint(raw, log.Name(), log, witnesses...)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("%w: %w", ErrCheckpoint, err)
	}
	if len(other) > 0 || len(head.Hash) != tlog.HashSize || head.Size > 1<<62 || !oneForm(signed) {
		return Checkpoint{}, fmt.Errorf("%w: not as this log writes it", ErrCheckpoint)
	}
	return Checkpoint{tlog.Tree{N: int64(head.Size), Hash: tlog.Hash(head.Hash)}, signed.Sigs}, nil
}

// oneForm tells whether the signatures are as any signer writes them. The
// library passes over the last bits of a base64 digit that say nothing.
func oneForm(n *note.Note) bool {
	for _, s := range slices.Concat(n.Sigs, n.UnverifiedSigs) {
		if _, err := base64.StdEncoding.Strict().DecodeString(s.Base64); err != nil {
			return false
		}
	}
	return true
}
