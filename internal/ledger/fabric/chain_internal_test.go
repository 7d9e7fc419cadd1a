package fabric

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/ledger/fabric/blocks"
)

// made is the block of a number that follows from another, with one transaction.
func made(number uint64, before *block, id string) *block {
	b := &block{Block: &blocks.Block{
		Number: number, Hash: [32]byte{byte(number), 1}, Verdicts: []byte{0}, Transactions: []blocks.Transaction{{ID: id}}, Size: 1,
	}}
	if before != nil {
		b.Previous = before.Hash[:]
	}
	return b
}

// sameAs is the same block as another peer delivers it.
func sameAs(b *block) *block {
	same := *b.Block
	return &block{Block: &same}
}

// TestChain_BlockCountsWithEnoughPeers: a block counts when enough peers show it.
func TestChain_BlockCountsWithEnoughPeers(t *testing.T) {
	c := newChain(7, 2)
	seventh := made(7, nil, "a")
	eighth := made(8, seventh, "b")
	told, forget := c.await("b")
	defer forget()
	require.NoError(t, c.offer("one", seventh))
	require.NoError(t, c.offer("one", eighth))
	require.NoError(t, c.offer("one", sameAs(eighth)), "the same peer once more, after it was lost")
	next, changed := c.head()
	require.Equal(t, uint64(7), next)
	require.Empty(t, told)
	require.NoError(t, c.offer("two", sameAs(seventh)))
	require.Empty(t, told)
	require.NoError(t, c.offer("two", sameAs(eighth)))
	require.Equal(t, verdict{block: 8, Transaction: blocks.Transaction{ID: "b"}}, <-told)
	<-changed
	next, _ = c.head()
	require.Equal(t, uint64(9), next)
}

// TestChain_PeersThatDisagree: peers that disagree are reported.
func TestChain_PeersThatDisagree(t *testing.T) {
	seventh := made(7, nil, "a")
	for name, other := range map[string]*block{
		"another block":                         func() *block { b := sameAs(seventh); b.Hash[5] = 1; return b }(),
		"the same block with another verdict":   func() *block { b := sameAs(seventh); b.Verdicts = []byte{11}; return b }(),
		"a block that does not follow":          made(8, made(9, nil, ""), "b"),
		"a block too far ahead":                 made(9, seventh, "b"),
		"a block that follows from none at all": {Block: &blocks.Block{Number: 8, Verdicts: []byte{0}}},
	} {
		t.Run(name, func(t *testing.T) {
			c := newChain(7, 1)
			require.NoError(t, c.offer("one", sameAs(seventh)))
			require.ErrorIs(t, c.offer("two", other), ErrBlock)
			next, _ := c.head()
			require.Equal(t, uint64(8), next)
		})
	}
}

// TestChain_ForgetsOnlyWhatCounts: a chain forgets only what counts.
func TestChain_ForgetsOnlyWhatCounts(t *testing.T) {
	sure, unsure := newChain(1, 1), newChain(1, 2)
	var last *block
	for number := uint64(1); number <= maxRecent; number++ {
		last = made(number, last, "")
		require.NoError(t, sure.offer("one", last))
		require.NoError(t, unsure.offer("one", sameAs(last)))
	}
	last = made(maxRecent+1, last, "")
	require.NoError(t, sure.offer("one", last))
	_, all := sure.recently(1, 2)
	require.False(t, all, "the first was forgotten")
	rest, all := sure.recently(2, maxRecent+2)
	require.True(t, all)
	require.Len(t, rest, maxRecent)
	require.ErrorIs(t, unsure.offer("one", sameAs(last)), errUnwitnessed)
	next, _ := unsure.head()
	require.Equal(t, uint64(1), next)
}
