package pack

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/ethereum/go-ethereum/rlp"

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
	content, _, err := rlp.SplitList(raw)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	first, _, err := rlp.SplitUint64(content)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	var item any
	switch kind(first) { //nolint:gosec // an unknown kind is found below
	case kindHead:
		item, err = into[head](raw)
	case kindLeaf:
		item, err = into[leaf](raw)
	case kindSubtree:
		item, err = into[subtree](raw)
	case kindBlock:
		if err = countReceipts(content); err == nil {
			item, err = into[block](raw)
		}
	case kindProof:
		item, err = into[proof](raw)
	case kindEnd:
		item, err = into[end](raw)
	default:
		return nil, fmt.Errorf("%w: an item of kind %d", ErrDamaged, first)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return item, nil
}

// countReceipts refuses a block with more receipts than fit into an item, before they
// take memory: even an empty receipt would take a slice.
func countReceipts(content []byte) error {
	_, rest, err1 := rlp.SplitUint64(content)
	_, rest, err2 := rlp.SplitString(rest) // the header
	receipts, _, err3 := rlp.SplitList(rest)
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	if n, err := rlp.CountValues(receipts); err != nil || n > maxBlock {
		return errors.Join(fmt.Errorf("%w: a block of %d receipts, at most %d", ErrDamaged, n, maxBlock), err)
	}
	return nil
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
