package pack

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/ethereum/go-ethereum/rlp"
)

// Format is the first line of a pack.
const Format = "tally-pack-1\n"

// Limits of a chunk. A pack has any number of chunks.
const (
	chunkItems   = 256 << 10 // bytes of items after which a chunk is closed
	maxItem      = 4 << 20   // bytes of one item: a block with all its receipts
	maxChunk     = chunkItems + maxItem
	leastItem    = 32                     // bytes of all items but the last of a pack: a subtree has 36
	maxItems     = chunkItems / leastItem // items of a chunk
	maxBlock     = maxItem / leastReceipt // receipts of a block
	leastReceipt = 256                    // bytes: its Bloom filter alone
	frame        = 8                      // bytes before a chunk
)

// ErrDamaged says that a file is no pack, or not as it was written.
var ErrDamaged = errors.New("the pack is damaged")

// errEnd says that a file ends after a whole chunk. It is not io.EOF, which
// decoders return for bytes that end early.
var errEnd = errors.New("no chunk follows")

// chunks writes items in chunks.
type chunks struct {
	out   io.Writer
	items bytes.Buffer
}

func (c *chunks) put(item []byte) error {
	if len(item) > maxItem {
		return fmt.Errorf("an item of %d bytes, at most %d", len(item), maxItem)
	}
	c.items.Write(item)
	if c.items.Len() < chunkItems {
		return nil
	}
	return c.flush()
}

// flush closes the chunk under way.
func (c *chunks) flush() error {
	if c.items.Len() == 0 {
		return nil
	}
	chunk := bytes.NewBuffer(make([]byte, frame))
	w, err := flate.NewWriter(chunk, flate.DefaultCompression)
	if err != nil {
		return fmt.Errorf("pack: %w", err)
	}
	_, err = w.Write(c.items.Bytes())
	if err := errors.Join(err, w.Close()); err != nil {
		return fmt.Errorf("pack: %w", err)
	}
	raw := chunk.Bytes()
	binary.BigEndian.PutUint32(raw, uint32(len(raw)-frame)) //nolint:gosec // a chunk is cut long before
	binary.BigEndian.PutUint32(raw[4:], sum(raw[frame:]))
	if _, err := c.out.Write(raw); err != nil {
		return fmt.Errorf("pack: %w", err)
	}
	c.items.Reset()
	return nil
}

func sum(raw []byte) uint32 { return crc32.Checksum(raw, crc32.MakeTable(crc32.Castagnoli)) }

// readFormat reads the first line.
func readFormat(in io.Reader) error {
	first := make([]byte, len(Format))
	if _, err := io.ReadFull(in, first); err != nil || string(first) != Format {
		return fmt.Errorf("%w: it does not begin as a pack does", ErrDamaged)
	}
	return nil
}

// readChunk reads the items of the next chunk. At the end of the file the error is errEnd.
func readChunk(in io.Reader) ([]byte, error) {
	var head [frame]byte
	if _, err := io.ReadFull(in, head[:]); errors.Is(err, io.EOF) {
		return nil, errEnd
	} else if err != nil {
		return nil, fmt.Errorf("%w: cut off in a chunk's head: %w", ErrDamaged, err)
	}
	length := binary.BigEndian.Uint32(head[:])
	if length > maxChunk+maxChunk/8 {
		return nil, fmt.Errorf("%w: a chunk of %d bytes", ErrDamaged, length)
	}
	raw := make([]byte, length)
	if _, err := io.ReadFull(in, raw); err != nil {
		return nil, fmt.Errorf("%w: cut off in a chunk: %w", ErrDamaged, err)
	}
	if sum(raw) != binary.BigEndian.Uint32(head[4:]) {
		return nil, fmt.Errorf("%w: a chunk's checksum differs", ErrDamaged)
	}
	rest := bytes.NewReader(raw)
	items := bytes.NewBuffer(make([]byte, 0, min(length, chunkItems)+chunkItems))
	_, err := items.ReadFrom(io.LimitReader(flate.NewReader(rest), maxChunk+1))
	if err != nil || items.Len() > maxChunk || rest.Len() > 0 || items.Len() == 0 {
		return nil, errors.Join(fmt.Errorf("%w: a chunk does not open", ErrDamaged), err)
	}
	return items.Bytes(), nil
}

// split takes the first item off.
func split(items []byte) (item, rest []byte, err error) {
	_, _, rest, err = rlp.Split(items)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return items[:len(items)-len(rest)], rest, nil
}
