package main

import (
	"crypto/sha256"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"math/big"
	"os"

	"github.com/golang/protobuf/proto" //nolint:staticcheck // fabric-sdk-go's messages are of its generation
	"github.com/hyperledger/fabric-protos-go/common"
	"google.golang.org/protobuf/encoding/protowire"

	"tally/internal/audit/blockfile"
	"tally/internal/disk"
)

// file is the file that blocks are kept in.
type file struct {
	out     *os.File
	next    uint64
	last    *common.BlockHeader // of the block before next
	genesis []byte              // hash of block 0
}

// openFile opens a file, or makes it, and takes over the whole blocks that it has.
func openFile(path string) (*file, error) {
	out, err := disk.OpenOutput(path) // nobody else may read what members of a channel see
	if err != nil {
		return nil, misusedError{err}
	}
	f := &file{out: out}
	if err := f.resume(); err != nil {
		return nil, misusedError{errors.Join(fmt.Errorf("%s: %w: name another --out", path, err), out.Close())}
	}
	return f, nil
}

func (f *file) close() error { return f.out.Close() }

// resume reads what is there and leaves the file where the next block goes.
func (f *file) resume() error {
	info, err := f.out.Stat()
	if err != nil {
		return err
	}
	if info.Size() < int64(len(blockfile.Format)) { // nothing, or cut off in its first line
		if err := f.end(0); err != nil {
			return err
		}
		_, err := io.WriteString(f.out, blockfile.Format)
		return err
	}
	blocks, err := blockfile.NewReader(f.out)
	if err != nil {
		return err
	}
	for {
		raw, err := blocks.Next()
		if errors.Is(err, io.EOF) || errors.Is(err, blockfile.ErrDamaged) {
			return f.end(blocks.Whole()) // the rest is written again
		}
		if err != nil {
			return err
		}
		header, err := headerOf(raw)
		if err != nil || header.GetNumber() != f.next {
			return fmt.Errorf("%w: not block %d where it should be", blockfile.ErrDamaged, f.next)
		}
		f.passed(header)
	}
}

// headerOf reads the header of a block, field 1, and nothing else: the file may be
// anybody's, and what fills it must not fill memory.
func headerOf(raw []byte) (*common.BlockHeader, error) {
	for len(raw) > 0 {
		number, kind, tag := protowire.ConsumeTag(raw)
		if tag < 0 {
			return nil, protowire.ParseError(tag)
		}
		size := protowire.ConsumeFieldValue(number, kind, raw[tag:])
		if size < 0 {
			return nil, protowire.ParseError(size)
		}
		if number == 1 && kind == protowire.BytesType {
			content, _ := protowire.ConsumeBytes(raw[tag:])
			header := new(common.BlockHeader)
			return header, proto.Unmarshal(content, header)
		}
		raw = raw[tag+size:]
	}
	return nil, blockfile.ErrDamaged
}

// end makes the file end at a place.
func (f *file) end(at int64) error {
	if err := f.out.Truncate(at); err != nil {
		return err
	}
	_, err := f.out.Seek(at, io.SeekStart)
	return err
}

// passed notes that a block is in the file.
func (f *file) passed(h *common.BlockHeader) {
	if f.next == 0 {
		f.genesis = hash(h)
	}
	f.last = h
	f.next++
}

// take writes the next block. The last one that the file has must be what the
// peers show: else the file is of another channel.
func (f *file) take(b *shown) error {
	if b.number+1 == f.next {
		if !proto.Equal(f.last, b.header) {
			return fmt.Errorf("%w: block %d in the file is another than the peers'", errDiffer, b.number)
		}
		return nil
	}
	if err := blockfile.Append(f.out, b.raw); err != nil {
		return err
	}
	f.passed(b.header)
	return nil
}

// hash is how Fabric hashes a block: SHA-256 of the DER of its header.
func hash(h *common.BlockHeader) []byte {
	raw, err := asn1.Marshal(struct {
		Number       *big.Int
		PreviousHash []byte
		DataHash     []byte
	}{new(big.Int).SetUint64(h.GetNumber()), h.GetPreviousHash(), h.GetDataHash()})
	if err != nil {
		panic(err) // these types all have an encoding
	}
	sum := sha256.Sum256(raw)
	return sum[:]
}
