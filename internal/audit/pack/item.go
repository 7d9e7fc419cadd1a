package pack

import (
	"bytes"
	"fmt"

	"github.com/ethereum/go-ethereum/rlp"

	"tally/internal/rlplist"
	"tally/internal/voucher"
)

// kind is the first member of an item.
type kind uint8

const (
	kindHead kind = iota + 1
	kindLeaf
	kindSubtree
	kindBlock
	kindProof
	kindEnd
)

// The items. Their members are those of the RLP list after the kind.
type (
	head struct {
		Kind       kind
		Ledger     voucher.Hash
		Scope      string
		Checkpoint []byte
	}
	leaf struct {
		Kind kind
		Leaf []byte
	}
	subtree struct {
		Kind  kind
		Level uint8
		Hash  voucher.Hash
	}
	block struct {
		Kind     kind
		Header   []byte
		Receipts [][]byte // each as EIP-2718 has it
	}
	proof struct {
		Kind  kind
		Proof []byte
	}
	end struct {
		Kind  kind
		Items uint64
	}
)

// decode reads an item in its one form.
func decode(raw []byte) (any, error) {
	first := rlplist.Of(raw)
	var item any
	var err error
	switch number := first.Uint64(); number {
	case uint64(kindHead):
		item, err = into[head](raw)
	case uint64(kindLeaf):
		item, err = intoLeaf(raw)
	case uint64(kindSubtree):
		item, err = into[subtree](raw)
	case uint64(kindBlock):
		item, err = intoBlock(raw)
	case uint64(kindProof):
		item, err = into[proof](raw)
	case uint64(kindEnd):
		item, err = into[end](raw)
	default:
		err = fmt.Errorf("an item of kind %d", number)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return item, nil
}

// intoLeaf is into for leaves: most items are. The leaf is a part of raw.
func intoLeaf(raw []byte) (leaf, error) {
	l := rlplist.Of(raw)
	l.Uint64()
	item := leaf{kindLeaf, l.Bytes()}
	return item, l.End()
}

// intoBlock is into for blocks, which have the most parts. They are parts of raw. A block
// with more receipts than fit into an item is refused before they take memory: even an
// empty receipt would take a slice.
func intoBlock(raw []byte) (block, error) {
	l := rlplist.Of(raw)
	l.Uint64()
	item := block{Kind: kindBlock, Header: l.Bytes()}
	receipts := l.List()
	if err := l.End(); err != nil {
		return item, err
	}
	n := receipts.Len()
	if n > maxBlock {
		return item, fmt.Errorf("a block of %d receipts, at most %d", n, maxBlock)
	}
	item.Receipts = make([][]byte, n)
	for i := range item.Receipts {
		item.Receipts[i] = receipts.Bytes()
	}
	return item, receipts.End()
}

func into[T any](raw []byte) (item T, err error) {
	if err = rlp.DecodeBytes(raw, &item); err != nil {
		return item, err
	}
	again, err := rlp.EncodeToBytes(item)
	if err == nil && !bytes.Equal(again, raw) {
		err = rlp.ErrCanonInt
	}
	return item, err
}
