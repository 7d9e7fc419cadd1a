// Package proof shows that a log leaf is in a journal: that its sealer put the command,
// with this outcome, at this place of a block.
//
//	leaf ── id, command, events ──▶ record ──▶ path ──▶ root ──▶ header ──▶ sealer
//
// The verifier is pure. It opens no connection and no file, and it trusts what its caller
// pins and nothing else: the genesis and the sealer, which make the ledger's id.
//
// What a proof shows: the sealer signed a block of this number and time, whose record of
// this number is this very command with these very events. What it does not show: that
// the block is in the journal that others see. A sealer can sign two blocks of one number;
// that is what the log's checkpoints are for. And whether the rules allowed the command is
// for a replay to find.
package proof

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/ethereum/go-ethereum/rlp"
	"golang.org/x/mod/sumdb/tlog"

	"tally/internal/ledger/journal/block"
	"tally/internal/voucher"
)

const (
	// Format is the first member of every proof: the format and its version.
	Format = "tally-journal-proof-1"
	// MaxProof is the greatest length of a proof, in bytes: a header and MaxPath hashes
	// have less than 700.
	MaxProof = 1024
	// MaxPath is the greatest number of hashes on a path: a block has 500 records.
	MaxPath = 9
)

// ErrProof says that bytes are not a proof in its one form.
var ErrProof = errors.New("not a journal's proof in its canonical form")

// Proof is the way from a signed header to one record.
type Proof struct {
	Header block.Header
	Path   tlog.RecordProof
}

// Make proves the record of a block at an index that it has.
func Make(b block.Block, index uint32) (Proof, error) {
	if int(index) >= len(b.Records) {
		return Proof{}, fmt.Errorf("record %d of %d: %w", index, len(b.Records), ErrProof)
	}
	return Proof{b.Header, block.Path(block.Hashes(b.Records), int(index))}, nil
}

// encoded is the list that a proof is on the wire.
type encoded struct {
	Format string
	Header rlp.RawValue
	Path   []voucher.Hash
}

// Encode is the proof in its one form: see FORMATS.md beside the package above.
func (p Proof) Encode() ([]byte, error) {
	e := encoded{Format: Format, Header: p.Header.Encode(), Path: make([]voucher.Hash, len(p.Path))}
	for i, h := range p.Path {
		e.Path[i] = voucher.Hash(h)
	}
	raw, err := rlp.EncodeToBytes(e)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrProof, err)
	}
	return raw, nil
}

// Decode reads what Encode writes and nothing else. The error is ErrProof.
func Decode(raw []byte) (Proof, error) {
	if len(raw) > MaxProof {
		return Proof{}, fmt.Errorf("%d bytes, at most %d: %w", len(raw), MaxProof, ErrProof)
	}
	var e encoded
	if err := rlp.DecodeBytes(raw, &e); err != nil {
		return Proof{}, fmt.Errorf("%w: %w", ErrProof, err)
	}
	if e.Format != Format || len(e.Path) > MaxPath {
		return Proof{}, fmt.Errorf("format is not %s, or a path of %d hashes: %w", Format, len(e.Path), ErrProof)
	}
	h, err := block.DecodeHeader(e.Header)
	if err != nil {
		return Proof{}, fmt.Errorf("%w: %w", ErrProof, err)
	}
	p := Proof{Header: h, Path: make(tlog.RecordProof, len(e.Path))}
	for i, hash := range e.Path {
		p.Path[i] = tlog.Hash(hash)
	}
	if again, err := p.Encode(); err != nil || !bytes.Equal(again, raw) {
		return Proof{}, fmt.Errorf("another encoding of the same proof: %w", ErrProof)
	}
	return p, nil
}
