// Package receipt is the proof of one accepted command that its holder keeps: a
// text file that can be checked offline, years later, without its issuer.
package receipt

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/ethereum/go-ethereum/rlp"
	tlogproof "github.com/transparency-dev/formats/proof"
	"golang.org/x/mod/sumdb/tlog"

	"tally/internal/audit"
	evmproof "tally/internal/ledger/evm/proof"
)

const (
	// Format is the first member of what a receipt's extra data opens to.
	Format = "tally-receipt-1"
	// MaxReceipt is the greatest length of a receipt, in bytes. Only commands
	// that share a transaction with very long terms come near; they are in an
	// evidence pack all the same.
	MaxReceipt = 64 << 10

	maxOpened = audit.MaxLeaf + evmproof.MaxProof + 1024
)

// ErrReceipt says that bytes are not a receipt.
var ErrReceipt = errors.New("not a receipt")

// Receipt is the proof of one accepted command.
type Receipt struct {
	Leaf       []byte           // audit.Leaf of the command
	Index      int64            // of the leaf in the log
	Path       tlog.RecordProof // from the leaf to the checkpoint's root
	Checkpoint []byte           // signed by the log, and maybe by witnesses
	Proof      []byte           // the ledger's own proof (evm/proof or journal/proof), or empty
}

// opened is what the extra data opens to.
type opened struct {
	Format string
	Leaf   []byte
	Proof  []byte
}

// Encode writes a receipt as C2SP tlog-proof has it. Its extra data is a
// CRC-32 (IEEE, big-endian) of the rest, which is the raw DEFLATE (RFC 1951) of
// the RLP of the list
//
//	format   "tally-receipt-1"
//	leaf     audit.Leaf
//	proof    of the ledger itself (evm/proof or journal/proof), or empty
//
// The checksum is for damage: DEFLATE can say the same in many ways. Any tool
// for tlog proofs checks the path, once it has the leaf. A whole one, of a log
// of one leaf and so without a path, is ../testdata/admission.receipt; tally-verify
// shows it with the pins.json beside it:
//
//	c2sp.org/tlog-proof@v1
//	extra goozgPrJfqG/JDEnp1K3KDU5NbOgRNdwJ1P…
//	index 0
//
//	tally/638bee3b…
//	1
//	hktovVJrJUaaNUMWqVFTqlwrEwTQN2Tqs1pyYq8gcIE=
//
//	— tally/638bee3b… t7BkLxOb…
//
// The error is audit.ErrReceiptTooLong.
func (r Receipt) Encode() ([]byte, error) {
	extra, err := closeExtra(opened{Format, r.Leaf, r.Proof})
	if err != nil {
		return nil, err
	}
	p := tlogproof.TLogProof{Index: uint64(r.Index), Checkpoint: r.Checkpoint, ExtraData: extra} //nolint:gosec // not negative
	for _, h := range r.Path {
		p.Hashes = append(p.Hashes, h)
	}
	raw := p.Marshal()
	if len(raw) > MaxReceipt {
		return nil, fmt.Errorf("%w: %d bytes, at most %d", audit.ErrReceiptTooLong, len(raw), MaxReceipt)
	}
	return raw, nil
}

// Decode reads what Encode writes. It verifies nothing. The error is ErrReceipt.
func Decode(raw []byte) (Receipt, error) {
	if len(raw) > MaxReceipt {
		return Receipt{}, fmt.Errorf("%w: %d bytes, at most %d", ErrReceipt, len(raw), MaxReceipt)
	}
	var p tlogproof.TLogProof
	if err := p.Unmarshal(raw); err != nil {
		return Receipt{}, fmt.Errorf("%w: %w", ErrReceipt, err)
	}
	// The library is lenient; what it read has one form.
	if !bytes.Equal(p.Marshal(), raw) || p.Index > 1<<62 {
		return Receipt{}, fmt.Errorf("%w: not in the form that receipts have", ErrReceipt)
	}
	in, err := openExtra(p.ExtraData)
	if err != nil {
		return Receipt{}, err
	}
	r := Receipt{Leaf: in.Leaf, Index: int64(p.Index), Checkpoint: p.Checkpoint, Proof: in.Proof}
	for _, h := range p.Hashes {
		r.Path = append(r.Path, h)
	}
	return r, nil
}

func closeExtra(o opened) ([]byte, error) {
	raw, err := rlp.EncodeToBytes(o)
	if err != nil {
		return nil, fmt.Errorf("receipt: %w", err)
	}
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.BestCompression)
	if err != nil {
		return nil, fmt.Errorf("receipt: %w", err)
	}
	_, err = w.Write(raw)
	if err = errors.Join(err, w.Close()); err != nil {
		return nil, fmt.Errorf("receipt: %w", err)
	}
	return append(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(out.Bytes())), out.Bytes()...), nil
}

func openExtra(extra []byte) (o opened, err error) {
	const sum = 4
	if len(extra) < sum || binary.BigEndian.Uint32(extra) != crc32.ChecksumIEEE(extra[sum:]) {
		return o, fmt.Errorf("%w: it was damaged: its checksum differs", ErrReceipt)
	}
	in := bytes.NewReader(extra[sum:])
	raw, err := io.ReadAll(io.LimitReader(flate.NewReader(in), maxOpened+1))
	switch {
	case err != nil:
		return o, fmt.Errorf("%w: %w", ErrReceipt, err)
	case len(raw) > maxOpened || in.Len() > 0:
		return o, fmt.Errorf("%w: its extra data is too long", ErrReceipt)
	}
	if err := rlp.DecodeBytes(raw, &o); err != nil {
		return o, fmt.Errorf("%w: %w", ErrReceipt, err)
	}
	if o.Format != Format {
		return o, fmt.Errorf("%w: format is not %s", ErrReceipt, Format)
	}
	return o, nil
}
