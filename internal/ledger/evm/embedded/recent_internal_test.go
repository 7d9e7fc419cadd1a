package embedded

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/ledger"
	"tally/internal/voucher"
)

func entriesOf(block uint64, n int) []ledger.Entry {
	entries := make([]ledger.Entry, n)
	for i := range entries {
		entries[i].Outcome.Position = voucher.Position{Block: block, Item: uint32(i)}
	}
	return entries
}

func TestRecent_KeepsTheLastBlocks(t *testing.T) {
	for name, c := range map[string]struct{ each, kept int }{
		"small blocks":        {1, recentBlocks},
		"large blocks":        {ledger.MaxBatch, recentCommands / ledger.MaxBatch},
		"one beyond the rest": {recentCommands + 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			var r recent
			const last = 3 * recentBlocks
			for n := uint64(1); n <= last; n++ {
				r.put(n, entriesOf(n, c.each))
			}
			require.Len(t, r.blocks, c.kept)
			require.Equal(t, c.kept*c.each, r.commands)
			for n := uint64(1); n <= last; n++ {
				entries, ok := r.of(n)
				require.Equal(t, n > last-uint64(c.kept), ok, "block %d", n)
				if ok {
					require.Equal(t, entriesOf(n, c.each), entries)
				}
			}
		})
	}
}

func TestRecent_WhatWasNotSealed(t *testing.T) {
	var r recent
	r.put(7, entriesOf(7, 2))
	r.put(9, entriesOf(9, 3)) // 8 is a block without commands
	r.drop(9)
	_, ok := r.of(9)
	require.False(t, ok)
	_, ok = r.at(voucher.Position{Block: 9, Item: 1})
	require.False(t, ok)
	r.put(9, entriesOf(9, 1))
	r.put(9, entriesOf(9, 4))
	entries, ok := r.of(9)
	require.True(t, ok)
	require.Len(t, entries, 4)
	require.Equal(t, 6, r.commands)
	out, ok := r.at(voucher.Position{Block: 7, Item: 1})
	require.True(t, ok)
	require.Equal(t, voucher.Position{Block: 7, Item: 1}, out.Position)
	_, ok = r.at(voucher.Position{Block: 7, Item: 2})
	require.False(t, ok)
	r.drop(1)
	require.Zero(t, r.commands)
}
