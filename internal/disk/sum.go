package disk

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
)

// WithSum is a text of one line as a file has it: the line, and
// the SHA-256 of the line in hex, so that a bit that a disk turned is noticed.
//
//	{"ledger":"0x…"}
//	6bd1…64 digits
func WithSum(text []byte) []byte {
	sum := sha256.Sum256(text)
	raw := append(bytes.Clone(text), '\n')
	return append(hex.AppendEncode(raw, sum[:]), '\n')
}

// CutSum is the text of a file that WithSum wrote. ok is false where the sum is
// another. A file of one line has none.
func CutSum(raw []byte) (text []byte, summed, ok bool) {
	text, rest, summed := bytes.Cut(raw, []byte{'\n'})
	return text, summed, !summed || bytes.Equal(raw, WithSum(text)) && len(rest) > 0
}
