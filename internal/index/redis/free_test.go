package redis_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tally/internal/index"
	indexmemory "tally/internal/index/memory"
	"tally/internal/index/redis/redistest"
	"tally/internal/ledger"
	"tally/internal/voucher"
)

// TestFree_AsTheModel: free serials are the model's. The test asks for them over
// the borders of records, where some runs are sold out.
func TestFree_AsTheModel(t *testing.T) {
	s := redistest.Start(t)
	x, model := open(t, s, 1, patient), indexmemory.Trusted()
	begin(t, x)
	const open = 3*index.TakenBits + 100
	c := crowd{id: voucher.CampaignID{1}, vouchers: open}
	var sold []ledger.Entry
	for serial := range open {
		if serial < 1000 || serial > 1003 && serial < 5000 || serial%3 == 0 {
			sold = append(sold, c.claim(serial))
		}
	}
	addAll(t, x, sold)
	addAll(t, model, sold)
	rapid.Check(t, func(rt *rapid.T) {
		most := rapid.Uint32Range(1, open).Draw(rt, "open")
		from := rapid.Uint32Range(0, most-1).Draw(rt, "from")
		n := rapid.IntRange(1, 8).Draw(rt, "n")
		want, err := model.Free(t.Context(), c.id, most, from, n)
		require.NoError(rt, err)
		got, err := x.Free(t.Context(), c.id, most, from, n)
		require.NoError(rt, err)
		require.Equal(rt, want, got)
	})
}
