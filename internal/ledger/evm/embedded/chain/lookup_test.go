package chain

import (
	"errors"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/ethdb/memorydb"
	"github.com/ethereum/go-ethereum/rlp"
	"github.com/ethereum/go-ethereum/trie"
	"github.com/stretchr/testify/require"
)

func TestLookup_BlocksAndTransactionsByHash(t *testing.T) {
	f := newFixture(t)
	c := f.open(t, t.TempDir())
	for range 3 {
		nonce, err := c.Nonce(t.Context(), f.userAddr())
		require.NoError(t, err)
		_, err = c.Seal(t.Context(), []*types.Transaction{f.tx(t, nonce, counterAddr, nil), f.tx(t, nonce+1, writerAddr, slot0[:])})
		require.NoError(t, err)
	}
	requireFound(t, c)
	requireFound(t, f.open(t, crashImage(t, c)))
	_, err := c.Header(4)
	require.ErrorIs(t, err, ErrNotFound)
	_, err = c.BlockByHash(common.Hash{1})
	require.ErrorIs(t, err, ErrNotFound)
	_, _, err = c.TransactionBlock(common.Hash{1})
	require.ErrorIs(t, err, ErrNotFound)
}

func requireFound(t *testing.T, c *Chain) {
	t.Helper()
	for n := range c.Head().Number.Uint64() + 1 {
		b, err := c.Block(n)
		require.NoError(t, err)
		header, err := c.Header(n)
		require.NoError(t, err)
		require.Equal(t, b.Hash(), header.Hash())
		found, err := c.BlockByHash(b.Hash())
		require.NoError(t, err)
		require.Equal(t, b.Hash(), found.Hash())
		for i, tx := range b.Transactions() {
			of, index, err := c.TransactionBlock(tx.Hash())
			require.NoError(t, err)
			require.Equal(t, b.Hash(), of.Hash())
			require.Equal(t, i, index)
		}
	}
}

// A block that is written and not synced is nobody's to find, by whatever name.
func TestLookup_NothingBeforeTheSync(t *testing.T) {
	f := newFixture(t)
	c := f.open(t, t.TempDir())
	f.count(t, c, 1)
	tx := f.tx(t, 1, counterAddr, nil)
	written := func() common.Hash {
		h := c.bc.GetHeaderByNumber(2)
		require.NotNil(t, h, "the block is in the database")
		return h.Hash()
	}
	requireHidden := func() {
		_, err := c.Header(2)
		require.ErrorIs(t, err, ErrNotFound)
		_, err = c.BlockByHash(written())
		require.ErrorIs(t, err, ErrNotFound)
		_, _, err = c.TransactionBlock(tx.Hash())
		require.ErrorIs(t, err, ErrNotFound)
	}
	sync := c.sync
	c.sync = func() error { requireHidden(); return sync() }
	_, err := c.Seal(t.Context(), []*types.Transaction{tx})
	require.NoError(t, err)
	_, index, err := c.TransactionBlock(tx.Hash())
	require.NoError(t, err)
	require.Zero(t, index)

	full := errors.New("no space left")
	c.sync = func() error { return full }
	_, err = c.Seal(t.Context(), []*types.Transaction{f.tx(t, 2, counterAddr, nil)})
	require.ErrorIs(t, err, full)
	_, err = c.BlockByHash(c.bc.GetHeaderByNumber(3).Hash())
	require.ErrorIs(t, err, ErrNotFound)
	c.sync = sync
}

func TestLookup_ProofsOfAccountsAndSlots(t *testing.T) {
	f := newFixture(t)
	c := f.open(t, t.TempDir())
	for range 3 { // proofs at a head that is in memory only
		f.count(t, c, 1)
		requireProof(t, c)
	}
	c = f.open(t, crashImage(t, c))
	requireProof(t, c)
	require.NoError(t, c.flush())
	requireProof(t, c) // and on disk
	balance, err := c.Balance(t.Context(), counterAddr)
	require.NoError(t, err)
	require.Zero(t, balance.Sign())
	require.NoError(t, c.Close())
	_, err = c.Proof(t.Context(), counterAddr, nil)
	require.ErrorIs(t, err, ErrClosed)
}

func requireProof(t *testing.T, c *Chain) {
	t.Helper()
	absent := common.Hash{1}
	p, err := c.Proof(t.Context(), counterAddr, []common.Hash{slot0, absent})
	require.NoError(t, err)
	require.Equal(t, c.Head().Hash(), p.Header.Hash())
	var account types.StateAccount
	require.NoError(t, rlp.DecodeBytes(walk(t, p.Header.Root, counterAddr[:], p.Path), &account))
	require.Equal(t, p.StorageRoot, account.Root)
	require.Equal(t, p.CodeHash[:], account.CodeHash)
	require.Equal(t, crypto.Keccak256(counterCode), account.CodeHash)
	var value []byte
	require.NoError(t, rlp.DecodeBytes(walk(t, p.StorageRoot, slot0[:], p.Slots[0].Path), &value))
	require.Equal(t, counter(t, c), common.BytesToHash(value).Big().Uint64())
	require.Equal(t, common.BytesToHash(value), p.Slots[0].Value)
	require.Empty(t, walk(t, p.StorageRoot, absent[:], p.Slots[1].Path))

	nobody := common.Address{9}
	none, err := c.Proof(t.Context(), nobody, []common.Hash{slot0})
	require.NoError(t, err)
	require.Empty(t, walk(t, none.Header.Root, nobody[:], none.Path))
	require.Zero(t, none.CodeHash)
	require.Empty(t, none.Slots[0].Path)
}

func walk(t *testing.T, root common.Hash, key []byte, path Path) []byte {
	t.Helper()
	db := memorydb.New()
	for _, node := range path {
		require.NoError(t, db.Put(crypto.Keccak256(node), node))
	}
	value, err := trie.VerifyProof(root, crypto.Keccak256(key), db)
	require.NoError(t, err)
	return value
}
