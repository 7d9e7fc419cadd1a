package httpapi

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/index"
	"tally/internal/voucher"
)

// TestNames_ComeInParts reads merchants of all sizes in parts.
func TestNames_ComeInParts(t *testing.T) {
	for _, size := range [][2]int{{0, 0}, {1, 1}, {api.MaxNames, 0}, {api.MaxNames, 1}, {api.MaxNames + 1, 0}, {0, api.MaxNames + 1}, {3 * api.MaxNames, 2*api.MaxNames + 7}, {api.MaxNames - 1, 2}} {
		m := index.Merchant{Stores: []index.Store{}, Keys: []index.Key{}}
		for i := range size[0] {
			m.Stores = append(m.Stores, index.Store{Store: uint32(2 * i)})
		}
		for i := range size[1] {
			m.Keys = append(m.Keys, index.Key{Key: voucher.Address{0: byte(i >> 8), 1: byte(i), 19: 1}})
		}
		got := index.Merchant{Stores: []index.Store{}, Keys: []index.Key{}}
		parts := 0
		for cursor := ""; parts == 0 || cursor != ""; parts++ {
			stores, keys, next, err := names(m, cursor)
			require.NoError(t, err)
			require.NotNil(t, stores)
			require.NotNil(t, keys)
			require.LessOrEqual(t, len(stores)+len(keys), api.MaxNames)
			got.Stores, got.Keys = append(got.Stores, stores...), append(got.Keys, keys...)
			cursor = next
		}
		require.Equal(t, m, got, size)
		require.LessOrEqual(t, parts, (size[0]+size[1])/api.MaxNames+2, size)
	}
	for _, cursor := range []string{"x", "s", "s-1", "k", "k0x1", "0x0000000000000000000000000000000000000001", "s4294967296"} {
		_, _, _, err := names(index.Merchant{}, cursor)
		require.ErrorIs(t, err, index.ErrCursor, cursor)
	}
}
