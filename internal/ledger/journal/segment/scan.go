package segment

import (
	"bytes"
	"errors"
	"fmt"
	"os"

	"tally/internal/ledger/journal/block"
	"tally/internal/voucher"
)

// ErrDamaged says that a segment is damaged, missing, or not of this journal.
var ErrDamaged = errors.New("the journal is damaged")

// DamagedError names the damage. All blocks before it are as they were written.
type DamagedError struct {
	Path   string // of the segment
	Offset int64  // in bytes
	Reason string

	sequence uint64
}

func (e *DamagedError) Error() string {
	return fmt.Sprintf("%s: %s, byte %d: %s", ErrDamaged, e.Path, e.Offset, e.Reason)
}

// Unwrap makes it an ErrDamaged.
func (e *DamagedError) Unwrap() error { return ErrDamaged }

// Tip is the last block of a journal, or of a part of one.
type Tip struct {
	Number uint64
	Hash   voucher.Hash
	Time   uint64 // Unix seconds
}

// strideBytes is how far the places that are kept of a segment are apart: to find a
// block, the frames between are passed over.
const strideBytes = 16 << 10

// place is where a block begins.
type place struct {
	number uint64
	offset int64
}

// scanned is what is known of a segment after all of it was read.
type scanned struct {
	header
	path   string
	places []place // of a block in each stride, ascending
	tip    Tip     // the last block; of an empty segment the block before its first
	blocks bool    // there is one at least
	end    int64   // where the next frame goes
	marked bool    // the last block has its mark
	torn   bool    // something half written stands at end, and was never acknowledged
}

// scan reads a segment from front to back. Only the last may end in what a crash left.
func scan(path string, sequence uint64, last bool) (*scanned, error) {
	raw, err := os.ReadFile(path) //nolint:gosec // in the journal's directory
	if err != nil {
		return nil, fmt.Errorf("read segment: %w", err)
	}
	s := &scanned{path: path, marked: true}
	damaged := func(at int64, reason string) (*scanned, error) {
		return s, &DamagedError{path, at, reason, sequence}
	}
	h, reason := decodeHeader(raw)
	switch {
	case reason != "":
		return damaged(0, reason)
	case h.sequence != sequence:
		return damaged(0, fmt.Sprintf("it is segment %d, under the name of segment %d", h.sequence, sequence))
	case h.length != int64(len(raw)):
		return damaged(int64(len(raw)), fmt.Sprintf("the file has %d bytes, its header says %d", len(raw), h.length))
	}
	s.header, s.end = h, HeaderBytes
	s.tip = Tip{Number: h.first - 1, Hash: h.parent} // before block 0 it is never looked at
	for s.end < h.length {
		length, reason := s.frame(raw[s.end:])
		if reason != "" {
			return damaged(s.end, reason)
		}
		if length == 0 {
			break
		}
		s.end += length
	}
	rest := raw[s.end:]
	if !last && !s.marked {
		return damaged(s.end-markBytes, "the last block has no mark, and another segment follows")
	}
	if isZero(rest) {
		return s, nil
	}
	_, reason = readFrame(rest)
	if !last || !s.marked || s.acknowledged(rest) {
		return damaged(s.end, "an acknowledged block: "+reason)
	}
	s.torn = true
	return s, nil
}

// frame takes the frame at the segment's end. length is 0 where there is none that is
// whole. reason is why a whole frame cannot stand here, or empty.
func (s *scanned) frame(rest []byte) (length int64, reason string) {
	payload, bad := readFrame(rest)
	if bad != "" {
		return 0, ""
	}
	h, encoded, err := block.ReadHeader(payload)
	switch {
	case err != nil:
		return 0, err.Error()
	case !s.marked:
		return 0, "the block before has no mark, and this one follows"
	case h.Number != s.next():
		return 0, fmt.Sprintf("block %d stands where block %d is wanted", h.Number, s.next())
	case h.Parent != s.tip.Hash || h.Time < s.tip.Time:
		return 0, fmt.Sprintf("block %d does not follow the one before it", h.Number)
	case h.Number > 0 && h.Ledger != s.ledger:
		return 0, fmt.Sprintf("block %d is of ledger %s", h.Number, h.Ledger)
	}
	length = frameHead + int64(len(payload)) + markBytes
	mark, want := rest[length-markBytes:length], markOf(h.Number, h.Parent)
	if s.marked = bytes.Equal(mark, want); !s.marked && !isPart(mark, want) {
		return 0, fmt.Sprintf("the mark behind block %d is not as it was written", h.Number)
	}
	s.add(h.Number, s.end, Tip{h.Number, block.HashOf(encoded), h.Time})
	return length, ""
}

// next is the number of the block that goes to the segment's end.
func (s *scanned) next() uint64 {
	if !s.blocks {
		return s.first
	}
	return s.tip.Number + 1
}

// add notes a block that begins at an offset.
func (s *scanned) add(number uint64, offset int64, tip Tip) {
	if n := len(s.places); n == 0 || offset-s.places[n-1].offset >= strideBytes {
		s.places = append(s.places, place{number, offset})
	}
	s.tip, s.blocks = tip, true
}

// acknowledged reports whether what begins with a bad frame was once more than a block
// that is half written: the block's mark is there, or a whole frame follows.
func (s *scanned) acknowledged(rest []byte) bool {
	if bytes.Contains(rest, markOf(s.next(), s.tip.Hash)) {
		return true
	}
	for at := 0; ; {
		i := bytes.Index(rest[at:], []byte(frameMagic))
		if i < 0 {
			return false
		}
		at += i
		if _, reason := readFrame(rest[at:]); reason == "" {
			return true
		}
		at++
	}
}
