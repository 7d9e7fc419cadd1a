package segment

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"github.com/ethereum/go-ethereum/crypto"

	"tally/internal/ledger/journal/block"
	"tally/internal/voucher"
)

const (
	// Format is how a segment begins: the format and its version.
	Format = "tally-journal-1\n"
	// HeaderBytes is where a segment's first frame begins.
	HeaderBytes = 128
	// Size is how long a segment is, in bytes, unless a block needs a longer one.
	Size = 16 << 20

	headerSum   = 112 // where the header's sum is: it is of all bytes before
	frameMagic  = "TJB1"
	frameHead   = 12 // magic, length, sum
	markBytes   = 16
	leastLength = HeaderBytes + frameHead + markBytes
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// header is what a segment begins with. Figures are big-endian:
//
//	format (16) | ledger (32) | sequence (8) | first (8) | parent (32) | length (8) | zeros (8) | CRC-32C of the 112 bytes before (4) | zeros (12)
type header struct {
	ledger   voucher.Hash
	sequence uint64       // of the segment, from 0
	first    uint64       // number of its first block
	parent   voucher.Hash // hash of the block before that one
	length   int64        // of the file, in bytes
}

func (h header) encode() []byte {
	b := append(make([]byte, 0, HeaderBytes), Format...)
	b = append(b, h.ledger[:]...)
	b = binary.BigEndian.AppendUint64(b, h.sequence)
	b = binary.BigEndian.AppendUint64(b, h.first)
	b = append(b, h.parent[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(h.length)) //nolint:gosec // not negative
	b = append(b, make([]byte, headerSum-len(b))...)
	b = binary.BigEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
	return append(b, make([]byte, HeaderBytes-len(b))...)
}

// decodeHeader reads what encode writes. reason is why it cannot, or empty.
func decodeHeader(raw []byte) (h header, reason string) {
	switch {
	case len(raw) < HeaderBytes:
		return h, "the file ends in its header"
	case !bytes.HasPrefix(raw, []byte(Format)):
		return h, "it does not begin as a segment does"
	}
	h.ledger = voucher.Hash(raw[16:48])
	h.sequence, h.first = binary.BigEndian.Uint64(raw[48:]), binary.BigEndian.Uint64(raw[56:])
	h.parent = voucher.Hash(raw[64:96])
	h.length = int64(binary.BigEndian.Uint64(raw[96:])) //nolint:gosec // held against the file's below
	if !bytes.Equal(h.encode(), raw[:HeaderBytes]) {
		return h, "the sum of its header differs"
	}
	return h, ""
}

// appendFrame appends a block's payload as a segment has it:
//
//	"TJB1" | length of the payload (4) | CRC-32C of length and payload (4) | payload
func appendFrame(b, payload []byte) []byte {
	b = append(b, frameMagic...)
	length := binary.BigEndian.AppendUint32(nil, uint32(len(payload))) //nolint:gosec // at most block.MaxPayload
	b = append(b, length...)
	b = binary.BigEndian.AppendUint32(b, frameSum(length, payload))
	return append(b, payload...)
}

func frameSum(length, payload []byte) uint32 {
	return crc32.Update(crc32.Checksum(length, castagnoli), castagnoli, payload)
}

// readFrame reads the payload of a frame. reason is why it cannot, or empty.
func readFrame(raw []byte) (payload []byte, reason string) {
	if len(raw) < frameHead || string(raw[:4]) != frameMagic {
		return nil, "there is no block where one is wanted"
	}
	length := binary.BigEndian.Uint32(raw[4:])
	if length > block.MaxPayload || int(length) > len(raw)-frameHead-markBytes {
		return nil, fmt.Sprintf("a block of %d bytes does not fit into the file", length)
	}
	payload = raw[frameHead : frameHead+length]
	if frameSum(raw[4:8], payload) != binary.BigEndian.Uint32(raw[8:]) {
		return nil, "the sum of a block differs"
	}
	return payload, ""
}

// markOf is what stands behind a block that was synced: the first 16 bytes of the keccak
// of "tally-journal-synced", the hash of the block before, and the block's number.
func markOf(number uint64, parent voucher.Hash) []byte {
	return crypto.Keccak256([]byte("tally-journal-synced"), parent[:], binary.BigEndian.AppendUint64(nil, number))[:markBytes]
}

// isPart reports whether a mark was written in part, or not at all, as a power cut
// leaves it: each byte is the right one or zero.
func isPart(mark, want []byte) bool {
	for i, b := range mark {
		if b != 0 && b != want[i] {
			return false
		}
	}
	return true
}

// isZero reports whether all bytes are zero.
func isZero(b []byte) bool {
	for len(b) >= 8 {
		if binary.NativeEndian.Uint64(b) != 0 {
			return false
		}
		b = b[8:]
	}
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}
