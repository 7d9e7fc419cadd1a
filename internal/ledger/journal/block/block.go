package block

import (
	"crypto/ecdsa"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/ethereum/go-ethereum/rlp"
	"github.com/golang/snappy"
	"golang.org/x/mod/sumdb/tlog"

	"tally/internal/rlplist"
	"tally/internal/voucher"
)

// MaxRecords is the greatest number of records of a block; it is ledger.MaxBatch.
const MaxRecords = 500

// MaxPayload is the greatest length of a payload, in bytes. It is more than MaxRecords
// of the largest leaf that the log takes need.
const MaxPayload = 64 << 20

// ErrBlock says that bytes are not a block as Payload writes it.
var ErrBlock = errors.New("not a journal's block")

var empty = tlog.Hash(sha256.Sum256(nil))

// Block is a header with its records, each in its encoding.
type Block struct {
	Header  Header
	Records [][]byte
}

// Seal fills in how many records the block has and their root, and signs the header.
func Seal(key *ecdsa.PrivateKey, h Header, records [][]byte) (Block, error) {
	h.Count, h.Root = uint32(len(records)), voucher.Hash(Root(Hashes(records))) //nolint:gosec // at most MaxRecords
	err := h.Sign(key)
	return Block{h, records}, err
}

// Hashes are the hashes of records, in order.
func Hashes(records [][]byte) []tlog.Hash {
	hashes := make([]tlog.Hash, len(records))
	for i, r := range records {
		hashes[i] = RecordHash(r)
	}
	return hashes
}

// Payload is what a segment keeps of a block: the header, and after it the records as an
// RLP list of byte strings, compressed as a block of Snappy has it. A block
// without records ends after the header.
func (b Block) Payload() []byte {
	header := b.Header.Encode()
	if len(b.Records) == 0 {
		return header
	}
	list := encode(b.Records)
	out := make([]byte, len(header)+snappy.MaxEncodedLen(len(list)))
	n := copy(out, header)
	return out[:n+len(snappy.Encode(out[n:], list))]
}

// ReadHeader reads the header of a payload, and leaves its records. encoded is the
// header's encoding. The error is ErrBlock.
func ReadHeader(payload []byte) (h Header, encoded []byte, err error) {
	_, rest, err := rlp.SplitList(payload)
	if err != nil {
		return h, nil, fmt.Errorf("%w: %w", ErrBlock, err)
	}
	encoded = payload[:len(payload)-len(rest)]
	if h, err = DecodeHeader(encoded); err != nil {
		return h, nil, fmt.Errorf("%w: %w", ErrBlock, err)
	}
	return h, encoded, nil
}

// Read reads what Payload writes, and holds the records against the header's root.
// It verifies no signature. The error is ErrBlock.
func Read(payload []byte) (b Block, err error) {
	h, encoded, err := ReadHeader(payload)
	if err != nil {
		return b, err
	}
	b.Header = h
	if b.Records, err = readRecords(payload[len(encoded):]); err != nil {
		return b, fmt.Errorf("%w: block %d: %w", ErrBlock, h.Number, err)
	}
	if uint64(len(b.Records)) != uint64(h.Count) || voucher.Hash(Root(Hashes(b.Records))) != h.Root {
		return b, fmt.Errorf("%w: block %d: the records are not those of the header", ErrBlock, h.Number)
	}
	return b, nil
}

func readRecords(packed []byte) (records [][]byte, err error) {
	if len(packed) == 0 {
		return nil, nil
	}
	if n, err := snappy.DecodedLen(packed); err != nil || n > MaxPayload {
		return nil, errors.Join(fmt.Errorf("%d bytes of records, at most %d", n, MaxPayload), err)
	}
	raw, err := snappy.Decode(nil, packed)
	if err != nil {
		return nil, err
	}
	list := rlplist.Of(raw)
	n := list.Len()
	if n > MaxRecords {
		return nil, fmt.Errorf("%d records, at most %d", n, MaxRecords)
	}
	records = make([][]byte, n)
	for i := range records {
		records[i] = list.Bytes()
	}
	return records, list.End()
}
