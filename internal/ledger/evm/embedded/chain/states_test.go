package chain

import (
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/require"
)

// A state is as it was while readableStates more blocks are sealed. Then it says that
// it is gone, and answers nothing wrong.
func TestStates_ReadableForAWhile(t *testing.T) {
	f := newFixture(t)
	c := openWith(t, f.options(t.TempDir()), never())
	f.count(t, c, 5)
	root := c.Head().Root
	for sealed := range readableStates + 3 {
		st, err := c.states.at(root)
		if sealed <= readableStates {
			require.NoError(t, err)
			require.Equal(t, uint64(5), st.GetState(counterAddr, slot0).Big().Uint64())
			require.NoError(t, st.Error())
		} else {
			require.ErrorIs(t, err, errStateGone, "%d blocks later", sealed)
		}
		f.count(t, c, 1)
	}
	require.Equal(t, uint64(5+readableStates+3), counter(t, c))
}

// A state that was opened in time, and overtaken before it is read, says so.
func TestStates_OvertakenWhileRead(t *testing.T) {
	for name, overtake := range map[string]func(f *fixture, c *Chain){
		"by blocks":  func(f *fixture, c *Chain) { f.count(t, c, readableStates+1) },
		"by a flush": func(f *fixture, c *Chain) { f.count(t, c, 1); require.NoError(t, c.flush()) },
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			c := openWith(t, f.options(t.TempDir()), never())
			f.count(t, c, 1)
			st, err := c.states.at(c.Head().Root)
			require.NoError(t, err)
			overtake(f, c)
			st.GetState(counterAddr, slot0)
			require.ErrorIs(t, st.Error(), errStateGone)
		})
	}
}

// Blocks on one state: nothing is put on another one.
func TestStates_OnTheLastOne(t *testing.T) {
	f := newFixture(t)
	c := openWith(t, f.options(t.TempDir()), never())
	before := c.Head()
	f.count(t, c, 1)
	d := &draft{parent: before}
	var err error
	d.state, err = c.states.at(before.Root)
	require.NoError(t, err)
	d.state.SetState(counterAddr, slot0, common.Hash{9})
	d.Block, err = c.Block(1)
	require.NoError(t, err)
	require.ErrorContains(t, c.commit(d), "the last one is")
	require.Equal(t, uint64(1), counter(t, c))
}

// What several blocks changed is the same before a flush, after it, after a
// crash, and in the next process; so are the ways from the root to it.
func TestStates_SameEverywhere(t *testing.T) {
	f := newFixture(t)
	opts := f.options(t.TempDir())
	tune := never()
	tune.flushBlocks = 3*readableStates + 1
	c := openWith(t, opts, tune)
	want := map[common.Hash]uint64{}
	same := func(c *Chain) {
		for slot, block := range want {
			value, err := c.StorageAt(t.Context(), writerAddr, slot)
			require.NoError(t, err)
			require.Equal(t, block, value.Big().Uint64())
			proof, err := c.Proof(t.Context(), writerAddr, []common.Hash{slot})
			require.NoError(t, err)
			require.Equal(t, value, proof.Slots[0].Value)
			require.NotEmpty(t, proof.Slots[0].Path)
		}
	}
	nonce := uint64(0)
	for block := range uint64(4 * readableStates) {
		txs := f.writes(t, nonce, 3)
		nonce += 3
		s, err := c.Seal(t.Context(), txs)
		require.NoError(t, err)
		for _, tx := range txs {
			want[common.BytesToHash(tx.Data())] = s.Block.NumberU64()
		}
		if block%(readableStates+1) == 0 {
			same(c)
		}
	}
	same(c)
	crashed := opts
	crashed.Dir = crashImage(t, c)
	same(openWith(t, crashed, never()))
	require.NoError(t, c.Close())
	same(openWith(t, opts, tune))
}
