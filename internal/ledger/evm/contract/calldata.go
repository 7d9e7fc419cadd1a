package contract

import (
	"bytes"
	"encoding/binary"
)

// Sizes of ABI-encoded calldata, in bytes.
const (
	selectorSize = 4
	wordSize     = 32
)

// calldata is the input of a transaction, read as the EVM reads it: what is
// beyond its end is zero.
type calldata []byte

// byteArrays reads the one argument of a call as the contract does whose
// parameter is `bytes[] calldata`.
//
// These are the rules of the code that solc generates (0.8.37, via IR: the
// functions abi_decode_array_bytes_calldata_dyn_calldata and
// access_calldata_tail_bytes_calldata), and not those of an ABI library:
// an offset of an element is a signed number, counted from the first offset, so
// that it may lead backwards, into the list of offsets or before it; elements
// may overlap, repeat, stand in any order and leave gaps; nothing is asked of
// padding and of what follows. A library that is stricter would not read what the
// contract judged, and one transaction of a stranger would end the reading
// of the ledger.
//
// ok is false where the contract reverts because of how the list is written. What it
// asks of each element is for the element's reader. The elements share c's memory.
//
// Example: a call whose list comes last and leads back to its one element, the
// byte 0x0d, by the offset -96 (TestItems_Example):
//
//	d6e85d75                                                          selector
//	0000000000000000000000000000000000000000000000000000000000000060  the list's offset
//	0000000000000000000000000000000000000000000000000000000000000001  the element's length
//	0d00000000000000000000000000000000000000000000000000000000000000  the element
//	0000000000000000000000000000000000000000000000000000000000000001  the list's length
//	ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa0  the element's offset
func (c calldata) byteArrays() (items [][]byte, ok bool) {
	if len(c) < selectorSize+wordSize {
		return nil, false
	}
	size := uint64(len(c))
	offset, fits := c.small(selectorSize)
	if !fits || offset >= size { // below 2^64, and its word must be there
		return nil, false
	}
	at := selectorSize + offset
	if at+wordSize > size {
		return nil, false
	}
	count, fits := c.small(at)
	base := at + wordSize
	if !fits || count > (size-base)/wordSize {
		return nil, false
	}
	items = make([][]byte, count)
	for i := range count {
		if items[i], ok = c.element(base, base+i*wordSize); !ok {
			return nil, false
		}
	}
	return items, true
}

// element reads the element whose offset, counted from base, stands at a place.
func (c calldata) element(base, place uint64) (item []byte, ok bool) {
	size := int64(len(c))
	offset, fits := c.signed(place)
	switch {
	case !fits && c[place]&0x80 == 0: // far beyond the end
		return nil, false
	case !fits: // far before the start, where all is zero, and so is the length
		return nil, true
	}
	at := int64(base) + offset //nolint:gosec // base is below the calldata's size, offset was held to half of what fits
	switch {
	case at > size-wordSize:
		return nil, false
	case at < 0:
		return nil, true // as far before the start: the place is beyond every end
	}
	length, fits := c.small(uint64(at))
	start := at + wordSize
	if !fits || length > uint64(size-start) { //nolint:gosec // start is at most size
		return nil, false
	}
	return c[start : start+int64(length)], true //nolint:gosec // at most size
}

// small is the word at a place inside, if it is below 2^64.
func (c calldata) small(place uint64) (n uint64, fits bool) {
	word := c[place : place+wordSize]
	return binary.BigEndian.Uint64(word[wordSize-8:]), len(bytes.Trim(word[:wordSize-8], "\x00")) == 0
}

// signed is the two's complement number in the word at a place inside, if it is
// from -2^62 to 2^62, which is more than any calldata has bytes.
func (c calldata) signed(place uint64) (n int64, fits bool) {
	const most = 1 << 62
	word := c[place : place+wordSize]
	n = int64(binary.BigEndian.Uint64(word[wordSize-8:])) //nolint:gosec // two's complement is meant
	sign := byte(n >> 63)                                 // 0 or 255
	for _, b := range word[:wordSize-8] {
		if b != sign {
			return 0, false
		}
	}
	return n, -most <= n && n <= most
}
