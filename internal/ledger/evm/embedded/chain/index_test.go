package chain

import (
	"encoding/binary"
	"testing"

	"github.com/ethereum/go-ethereum/core/types"
	"github.com/stretchr/testify/require"
)

// txIndex maps a transaction's hash to its block and first log.
func txIndex(b *types.Block, receipts types.Receipts) []Entry {
	var entries []Entry
	for i, tx := range b.Transactions() {
		value := binary.BigEndian.AppendUint64(nil, b.NumberU64())
		for _, log := range receipts[i].Logs {
			value = append(value, log.BlockHash[:]...)
		}
		entries = append(entries, Entry{tx.Hash().Bytes(), value})
	}
	return entries
}

func requireIndexed(t *testing.T, c *Chain, first, last uint64) {
	t.Helper()
	for n := first; n <= last; n++ {
		b, err := c.Block(n)
		require.NoError(t, err)
		receipts, err := c.Receipts(n)
		require.NoError(t, err)
		for _, e := range txIndex(b, receipts) {
			got, err := c.Lookup(e.Key)
			require.NoError(t, err)
			require.Equal(t, e.Value, got, "block %d", n)
		}
	}
}

func TestTransactionIndex_DerivedAgain(t *testing.T) {
	f, dir := newFixture(t), t.TempDir()
	opts := f.options(dir)
	reopen := func(c *Chain, index Index, version uint32) *Chain {
		if c != nil {
			require.NoError(t, c.Close())
		}
		opts.Index, opts.IndexVersion = index, version
		return openWith(t, opts, defaultTuning())
	}
	c := reopen(nil, txIndex, 1)
	f.count(t, c, 3)
	requireIndexed(t, c, 1, 3)
	absent, err := c.Lookup([]byte("absent"))
	require.NoError(t, err)
	require.Nil(t, absent)

	// Blocks sealed without the index get their entries at the next open.
	c = reopen(c, nil, 0)
	f.count(t, c, indexStep+3)
	_, err = c.Seal(t.Context(), nil)
	require.NoError(t, err)
	derived := 0
	c = reopen(c, func(b *types.Block, r types.Receipts) []Entry { derived++; return txIndex(b, r) }, 1)
	require.Equal(t, indexStep+4, derived, "only what was missing")
	requireIndexed(t, c, 1, indexStep+7)

	// A new version starts from nothing.
	first, err := c.Block(1)
	require.NoError(t, err)
	c = reopen(c, func(*types.Block, types.Receipts) []Entry { return nil }, 2)
	gone, err := c.Lookup(first.Transactions()[0].Hash().Bytes())
	require.NoError(t, err)
	require.Nil(t, gone)
	c = reopen(c, txIndex, 3)
	requireIndexed(t, c, 1, indexStep+7)
}
