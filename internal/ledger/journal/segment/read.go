package segment

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"sort"

	"tally/internal/ledger/journal/block"
)

// ErrNoBlock says that a journal has no block of a number.
var ErrNoBlock = errors.New("the journal has no such block")

// Block reads a block, and holds its records against its header. The error is
// ErrNoBlock, or a *DamagedError where the disk gives back what was not written.
func (j *Journal) Block(number uint64) (block.Block, error) {
	s, err := j.segmentOf(number)
	if err != nil {
		return block.Block{}, err
	}
	payload, err := s.find(number)
	if err != nil {
		return block.Block{}, err
	}
	return s.read(payload)
}

// Blocks yields the blocks from a number up to the tip, in order.
func (j *Journal) Blocks(from uint64) iter.Seq2[block.Block, error] {
	return func(yield func(block.Block, error) bool) {
		for number, tip := from, j.Tip().Number; number <= tip; number++ {
			if b, err := j.Block(number); !yield(b, err) || err != nil {
				return
			}
		}
	}
}

// segmentOf is the segment that has a block. What is known of a segment grows while
// blocks are appended, so it is a copy.
func (j *Journal) segmentOf(number uint64) (scanned, error) {
	j.mu.RLock()
	defer j.mu.RUnlock()
	i := sort.Search(len(j.segments), func(i int) bool { return j.segments[i].first > number })
	if i == 0 || !j.segments[i-1].blocks || j.segments[i-1].tip.Number < number {
		return scanned{}, fmt.Errorf("%w: block %d", ErrNoBlock, number)
	}
	return *j.segments[i-1], nil
}

// find reads the payload of a block that the segment has.
func (s scanned) find(number uint64) ([]byte, error) {
	f, err := os.Open(s.path)
	if err != nil {
		return nil, fmt.Errorf("read segment: %w", err)
	}
	defer func() { _ = f.Close() }() // it was read
	i := sort.Search(len(s.places), func(i int) bool { return s.places[i].number > number }) - 1
	at, left := s.places[i].offset, number-s.places[i].number
	in := io.NewSectionReader(f, 0, s.end)
	var head [frameHead]byte
	for ; ; left-- {
		if _, err := in.ReadAt(head[:], at); err != nil {
			return nil, s.unreadable(at, err)
		}
		length := int64(frameHead) + int64(binary.BigEndian.Uint32(head[4:])) + markBytes
		if length > s.end-at {
			return nil, s.damaged(at, "a block does not fit into the file")
		}
		if left == 0 {
			raw := make([]byte, length)
			if _, err := in.ReadAt(raw, at); err != nil {
				return nil, s.unreadable(at, err)
			}
			payload, reason := readFrame(raw)
			if reason != "" {
				return nil, s.damaged(at, reason)
			}
			return payload, nil
		}
		at += length
	}
}

// read reads a payload of the segment.
func (s scanned) read(payload []byte) (block.Block, error) {
	b, err := block.Read(payload)
	if err != nil {
		return b, s.damaged(0, err.Error())
	}
	return b, nil
}

func (s scanned) damaged(at int64, reason string) error {
	return &DamagedError{s.path, at, reason, s.sequence}
}

// unreadable is for what the disk does not give back.
func (s scanned) unreadable(at int64, err error) error {
	return fmt.Errorf("%w: %w", s.damaged(at, "it cannot be read"), err)
}
