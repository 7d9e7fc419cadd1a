package translog

import (
	"fmt"

	checkpoint "github.com/transparency-dev/formats/log"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

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
