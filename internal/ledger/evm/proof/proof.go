package proof

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/rlp"
	"github.com/ethereum/go-ethereum/trie"
)

const (
	// Format is the first member of every proof: the format and its version.
	Format = "tally-evm-proof-1"
	// MaxProof is the greatest length of a proof, in bytes. A proof carries all
	// logs of its transaction, which has ten commands at most; ten of the
	// largest campaigns log 0.2 MB.
	MaxProof = 1 << 20
	// MaxPath is the greatest number of nodes on a path: the key is the RLP of
	// a uint32, ten nibbles at most. Each nibble can cost a node, and the value
	// costs another.
	MaxPath = 11
)

var (
	// ErrProof says that bytes are not a proof in its one form.
	ErrProof = errors.New("not a proof in its canonical form")
	// ErrReceipts says that receipts are not those of the header they came with.
	ErrReceipts = errors.New("the receipts are not the header's")
)

// Proof is the way from a signed header to one receipt.
type Proof struct {
	Header *types.Header // with the sealer's signature in its extra data
	// Path holds the nodes of the receipt trie (Yellow Paper, appendix D) from
	// the root down to the one that holds the receipt, each as its RLP. A node
	// shorter than 32 bytes is part of the node above it.
	Path [][]byte
}

// Make proves the receipt of one transaction of a block. receipts are all of
// the block's, in order.
func Make(header *types.Header, receipts types.Receipts, tx uint32) (Proof, error) {
	if int(tx) >= len(receipts) {
		return Proof{}, fmt.Errorf("transaction %d of %d: %w", tx, len(receipts), ErrReceipts)
	}
	all := trie.NewEmpty(nil) // which reads no database, since all it has is put into it here
	var value bytes.Buffer
	for i := range receipts {
		value.Reset()
		receipts.EncodeIndex(i, &value)
		if err := all.Update(rlp.AppendUint64(nil, uint64(i)), bytes.Clone(value.Bytes())); err != nil {
			return Proof{}, fmt.Errorf("receipt trie: %w", err)
		}
	}
	if root := all.Hash(); root != header.ReceiptHash {
		return Proof{}, fmt.Errorf("their root is %s, the header's %s: %w", root, header.ReceiptHash, ErrReceipts)
	}
	var path nodes
	if err := all.Prove(receiptKey(tx), &path); err != nil {
		return Proof{}, fmt.Errorf("receipt trie: %w", err)
	}
	return Proof{Header: header, Path: path}, nil
}

// receiptKey is where the trie has the receipt of a transaction.
func receiptKey(tx uint32) []byte { return rlp.AppendUint64(nil, uint64(tx)) }

// nodes takes a path as the trie gives it, from the root down.
type nodes [][]byte

// Put implements ethdb.KeyValueWriter.
func (n *nodes) Put(_, node []byte) error {
	*n = append(*n, bytes.Clone(node))
	return nil
}

// Delete implements ethdb.KeyValueWriter; no path takes a node back.
func (n *nodes) Delete([]byte) error { return errors.ErrUnsupported }

// encoded is the list that a proof is on the wire.
type encoded struct {
	Format string
	Header *types.Header
	Path   [][]byte
}

// Encode is the proof in its one form: the RLP of the list
//
//	format   "tally-evm-proof-1"
//	header   the header's list, as block hashes are made of it
//	path     the list of nodes, each a string
//
// The block's number and time are the header's, the place in the block is the
// leaf's: nothing is said twice.
//
// testdata/redemption.json has one in full, with its leaf and its pins.
func (p Proof) Encode() ([]byte, error) {
	raw, err := rlp.EncodeToBytes(encoded{Format, p.Header, p.Path})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrProof, err)
	}
	if len(raw) > MaxProof || len(p.Path) > MaxPath {
		return nil, fmt.Errorf("%d bytes and %d nodes, at most %d and %d: %w", len(raw), len(p.Path), MaxProof, MaxPath, ErrProof)
	}
	return raw, nil
}

// Decode reads what Encode writes and nothing else. The error is ErrProof.
func Decode(raw []byte) (Proof, error) {
	if len(raw) > MaxProof {
		return Proof{}, fmt.Errorf("%d bytes, at most %d: %w", len(raw), MaxProof, ErrProof)
	}
	var e encoded
	if err := rlp.DecodeBytes(raw, &e); err != nil {
		return Proof{}, fmt.Errorf("%w: %w", ErrProof, err)
	}
	if e.Format != Format {
		return Proof{}, fmt.Errorf("format is not %s: %w", Format, ErrProof)
	}
	p := Proof{Header: e.Header, Path: e.Path}
	again, err := p.Encode()
	if err != nil {
		return Proof{}, err
	}
	if !bytes.Equal(again, raw) {
		return Proof{}, fmt.Errorf("another encoding of the same proof: %w", ErrProof)
	}
	return p, nil
}
