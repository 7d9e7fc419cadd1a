package index_test

import (
	"maps"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tally/internal/index"
)

// TestSerials_AreTheModels compares the set with a map: dense and sparse numbers,
// borders of words and levels, the greatest ones.
func TestSerials_AreTheModels(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var set index.Serials
		model := map[uint32]bool{}
		add := func(n uint32) { set.Add(n); model[n] = true }
		for _, start := range rapid.SliceOfN(rapid.OneOf(
			rapid.Uint32Range(0, 10_000), rapid.SampledFrom([]uint32{0, 63, 64, 4095, 4096, 1<<18 - 1, 1 << 24, 1<<31 - 1, math.MaxUint32 - 9_000}),
		), 0, 6).Draw(rt, "runs") {
			for i := range rapid.Uint32Range(1, 9_000).Draw(rt, "length") {
				add(start + i)
			}
		}
		require.Equal(rt, slices.Sorted(maps.Keys(model)), set.All())
		for range 20 {
			from := rapid.OneOf(rapid.Uint32Range(0, 20_000), rapid.Uint32()).Draw(rt, "from")
			require.Equal(rt, model[from], set.Has(from))
			want := uint64(from)
			for want <= math.MaxUint32 && model[uint32(want)] {
				want++
			}
			if got := set.Missing(from); want > math.MaxUint32 {
				require.Greater(rt, got, uint64(math.MaxUint32))
			} else {
				require.Equal(rt, want, got)
			}
			open := rapid.Uint32Range(0, 12_000).Draw(rt, "open")
			n := rapid.IntRange(1, 8).Draw(rt, "n")
			require.Equal(rt, freeByHand(model, open, from%max(open, 1), n), set.Free(open, from%max(open, 1), n))
		}
	})
}

func freeByHand(taken map[uint32]bool, open, from uint32, n int) (free []uint32) {
	for i := range open {
		if serial := (from + i) % open; !taken[serial] && len(free) < n {
			free = append(free, serial)
		}
	}
	return free
}

// BenchmarkSerials_Free looks for free serials among a million that are sold out but
// for one, and sold out, beside a walk of a map.
func BenchmarkSerials_Free(b *testing.B) {
	const open, left = 1_000_000, 777_777
	var sold index.Serials
	walked := make(map[uint32]bool, open)
	for n := range uint32(open) {
		if n != left {
			sold.Add(n)
			walked[n] = true
		}
	}
	from := func(i int) uint32 { return uint32(i) * 7919 % open }
	b.Run("one left/map", func(b *testing.B) {
		for i := range b.N {
			require.Len(b, freeByHand(walked, open, from(i), 4), 1)
		}
	})
	b.Run("one left/set", func(b *testing.B) {
		for i := range b.N {
			require.Len(b, sold.Free(open, from(i), 4), 1)
		}
	})
	sold.Add(left)
	b.Run("sold out/set", func(b *testing.B) {
		for i := range b.N {
			require.Empty(b, sold.Free(open, from(i), 4))
		}
	})
}
