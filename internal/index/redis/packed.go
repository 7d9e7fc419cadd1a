package redis

import (
	"encoding/binary"
	"fmt"
	"math/bits"

	"tally/internal/index"
	"tally/internal/voucher"
)

// A packed position has the bytes of its block, transaction and item that are not
// leading zeros, and one byte before them that says how many there are: 4 bits for
// the block, 0 to 8, and 2 bits each for the others, 0, 1, 2 or 4. Most positions
// take 4 to 7 bytes of the 16 that they have elsewhere. Packed ones do not sort.

// partSizes are the sizes that two bits of the first byte stand for.
var partSizes = [4]int{0, 1, 2, 4}

// pack appends a packed position.
func pack(b []byte, p voucher.Position) []byte {
	block := (bits.Len64(p.Block) + 7) / 8
	tx, item := partSize(p.Tx), partSize(p.Item)
	b = append(b, byte(block<<4|tx<<2|item)) //nolint:gosec // below 256
	b = appendPart(b, p.Block, block)
	b = appendPart(b, uint64(p.Tx), partSizes[tx])
	return appendPart(b, uint64(p.Item), partSizes[item])
}

// partSize is the place in partSizes of the least size that holds a number.
func partSize(n uint32) int {
	switch {
	case n == 0:
		return 0
	case n < 1<<8:
		return 1
	case n < 1<<16:
		return 2
	default:
		return 3
	}
}

func appendPart(b []byte, n uint64, size int) []byte {
	var whole [8]byte
	binary.BigEndian.PutUint64(whole[:], n)
	return append(b, whole[8-size:]...)
}

// unpack reads a packed position off the beginning of some bytes. The error is
// index.ErrRecord.
func unpack(b []byte) (p voucher.Position, rest []byte, err error) {
	if len(b) == 0 {
		return p, nil, fmt.Errorf("position of no bytes: %w", index.ErrRecord)
	}
	block, tx, item := int(b[0]>>4), partSizes[b[0]>>2&3], partSizes[b[0]&3]
	if block > 8 || len(b) < 1+block+tx+item {
		return p, nil, fmt.Errorf("position is cut off: %w", index.ErrRecord)
	}
	b = b[1:]
	p.Block, b = cutNumber(b, block)
	n, b := cutNumber(b, tx)
	p.Tx = uint32(n) //nolint:gosec // of at most four bytes
	n, b = cutNumber(b, item)
	p.Item = uint32(n) //nolint:gosec // of at most four bytes
	return p, b, nil
}

func cutNumber(b []byte, size int) (n uint64, rest []byte) {
	for _, c := range b[:size] {
		n = n<<8 | uint64(c)
	}
	return n, b[size:]
}
