// Package blockfile is the file in which an auditor keeps the blocks of a Fabric
// channel, from the first one on: tally-fetch writes it, tally-verify reads it.
// It needs the standard library only, because the two cannot share Fabric's
// messages: the one is linked with an older generation of them than the other.
//
//	"tally-blocks-1\n"
//	block*            length uvarint · a common.Block as protobuf
//
// Blocks come in the order of their numbers, 0 first. A file that was cut off
// while it was written goes on after its last whole block.
//
// Example (testdata/two.blocks), with 0x0a00 and 0x0a0100 where blocks would be:
//
//	74616c6c792d626c6f636b732d310a 02 0a00 03 0a0100
package blockfile

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
)

// Format is the first line of a file.
const Format = "tally-blocks-1\n"

// MaxBlock is the greatest length of a block, in bytes. Fabric advises against
// blocks of more than 49 MB, and a reader of a file holds a block twice.
const MaxBlock = 64 << 20

// ErrDamaged says that a file is not one of blocks, or ends within a block.
var ErrDamaged = errors.New("the file of blocks is damaged")

// Reader reads blocks, one after the other.
type Reader struct {
	in    *bufio.Reader
	whole int64
}

// NewReader checks that a file begins as one of blocks does. The error is
// ErrDamaged, or that of the file.
func NewReader(in io.Reader) (*Reader, error) {
	r := &Reader{in: bufio.NewReaderSize(in, 64<<10)}
	first := make([]byte, len(Format))
	if _, err := io.ReadFull(r.in, first); err != nil {
		return nil, cut(err)
	}
	if string(first) != Format {
		return nil, fmt.Errorf("%w: it does not begin with %q", ErrDamaged, Format)
	}
	r.whole = int64(len(Format))
	return r, nil
}

// Next is the next block. The error is io.EOF after the last one, ErrDamaged
// where the file ends within a block, or that of the file.
func (r *Reader) Next() ([]byte, error) {
	if _, err := r.in.Peek(1); err != nil {
		return nil, err
	}
	length, err := binary.ReadUvarint(r.in)
	if err != nil {
		return nil, fmt.Errorf("%w: no length of a block: %w", ErrDamaged, err)
	}
	if length == 0 || length > MaxBlock {
		return nil, fmt.Errorf("%w: a block of %d bytes, at most %d", ErrDamaged, length, MaxBlock)
	}
	raw := make([]byte, length)
	if _, err := io.ReadFull(r.in, raw); err != nil {
		return nil, cut(err)
	}
	r.whole += int64(len(binary.AppendUvarint(nil, length))) + int64(length)
	return raw, nil
}

// All are the blocks up to the end of the file, or the error before it.
func (r *Reader) All() iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for {
			raw, err := r.Next()
			if errors.Is(err, io.EOF) || !yield(raw, err) || err != nil {
				return
			}
		}
	}
}

// Whole is how many bytes of the file were read as whole blocks: where a file
// goes on that was cut off.
func (r *Reader) Whole() int64 { return r.whole }

// cut is the error of a file that ends too early, or cannot be read.
func cut(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: it is cut off", ErrDamaged)
	}
	return fmt.Errorf("read blocks: %w", err)
}

// Append is a block as it stands in a file. A block that is longer than MaxBlock,
// or empty, is refused with ErrDamaged.
func Append(to io.Writer, raw []byte) error {
	if len(raw) == 0 || len(raw) > MaxBlock {
		return fmt.Errorf("%w: a block of %d bytes, at most %d", ErrDamaged, len(raw), MaxBlock)
	}
	if _, err := to.Write(append(binary.AppendUvarint(nil, uint64(len(raw))), raw...)); err != nil {
		return fmt.Errorf("write a block: %w", err)
	}
	return nil
}
