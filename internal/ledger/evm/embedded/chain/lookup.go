package chain

import (
	"context"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/state"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/trie"
)

// Header returns the header of a durable block, without reading what is in it.
func (c *Chain) Header(number uint64) (*types.Header, error) {
	release, err := c.hold()
	if err != nil {
		return nil, err
	}
	defer release()
	if number > c.head.Load().header.Number.Uint64() {
		return nil, fmt.Errorf("%w: %d", ErrNotFound, number)
	}
	h := c.bc.GetHeaderByNumber(number)
	if h == nil {
		return nil, fmt.Errorf("header %d cannot be read", number)
	}
	return types.CopyHeader(h), nil
}

// BlockByHash returns a durable block of the chain.
func (c *Chain) BlockByHash(hash common.Hash) (*types.Block, error) {
	release, err := c.hold()
	if err != nil {
		return nil, err
	}
	defer release()
	header := c.bc.GetHeaderByHash(hash)
	if header == nil {
		return nil, fmt.Errorf("%w: %s", ErrNotFound, hash)
	}
	b, err := c.block(header.Number.Uint64())
	if err != nil {
		return nil, err
	}
	if b.Hash() != hash { // of a seal that failed
		return nil, fmt.Errorf("%w: %s", ErrNotFound, hash)
	}
	return b, nil
}

// TransactionBlock returns the durable block that has a transaction, and its
// index in it.
func (c *Chain) TransactionBlock(hash common.Hash) (*types.Block, int, error) {
	release, err := c.hold()
	if err != nil {
		return nil, 0, err
	}
	defer release()
	lookup, _ := c.bc.GetCanonicalTransaction(hash)
	if lookup == nil {
		return nil, 0, fmt.Errorf("%w: of transaction %s", ErrNotFound, hash)
	}
	b, err := c.block(lookup.BlockIndex)
	if err != nil {
		return nil, 0, err
	}
	return b, int(lookup.Index), nil //nolint:gosec // an index in a block
}

// Balance returns an account's balance at the durable head.
func (c *Chain) Balance(ctx context.Context, addr common.Address) (balance *big.Int, err error) {
	err = c.read(ctx, func(st *state.StateDB, _ *types.Header) error {
		balance = st.GetBalance(addr).ToBig()
		return nil
	})
	return balance, err
}

// AccountProof is an account and some of its slots with the ways from a state
// root to them.
type AccountProof struct {
	Header      *types.Header // whose state root it is
	Balance     *big.Int
	Nonce       uint64
	CodeHash    common.Hash // zero where there is no account
	StorageRoot common.Hash // the same
	Path        Path        // from the state root to the account, or to where it would be
	Slots       []SlotProof // in the order that was asked for
}

// SlotProof is a storage slot and the way to it from its account's storage root.
type SlotProof struct {
	Slot, Value common.Hash
	Path        Path
}

// Path holds the RLP of a trie's nodes, from the root down.
type Path [][]byte

// Put implements ethdb.KeyValueWriter: a trie writes its proofs to it.
func (p *Path) Put(_, node []byte) error {
	*p = append(*p, common.CopyBytes(node))
	return nil
}

// Delete implements ethdb.KeyValueWriter; no proof takes a node back.
func (p *Path) Delete([]byte) error { return nil }

// Proof proves an account and some of its slots at the durable head.
func (c *Chain) Proof(ctx context.Context, addr common.Address, slots []common.Hash) (proof *AccountProof, err error) {
	err = c.retry(ctx, func() (broken, err error) {
		proof, broken = c.prove(addr, slots)
		return broken, nil
	})
	return proof, err
}

func (c *Chain) prove(addr common.Address, slots []common.Hash) (*AccountProof, error) {
	h := c.head.Load().header
	st, err := c.states.at(h.Root)
	if err != nil {
		return nil, err
	}
	p := &AccountProof{
		Header: types.CopyHeader(h), Balance: st.GetBalance(addr).ToBig(), Nonce: st.GetNonce(addr),
		CodeHash: st.GetCodeHash(addr), StorageRoot: st.GetStorageRoot(addr),
	}
	if err := c.path(trie.StateTrieID(h.Root), addr[:], &p.Path); err != nil {
		return nil, err
	}
	for _, slot := range slots {
		s := SlotProof{Slot: slot, Value: st.GetState(addr, slot)}
		if p.StorageRoot != (common.Hash{}) && p.StorageRoot != types.EmptyRootHash {
			id := trie.StorageTrieID(h.Root, crypto.Keccak256Hash(addr[:]), p.StorageRoot)
			if err := c.path(id, slot[:], &s.Path); err != nil {
				return nil, err
			}
		}
		p.Slots = append(p.Slots, s)
	}
	return p, st.Error()
}

func (c *Chain) path(id *trie.ID, key []byte, into *Path) error {
	t, err := trie.New(id, c.states)
	if err != nil {
		return err
	}
	return t.Prove(crypto.Keccak256(key), into)
}
