package redis_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/index"
	indexmemory "tally/internal/index/memory"
	"tally/internal/index/redis/redistest"
	"tally/internal/ledger"
	"tally/internal/voucher"
)

// TestFigures_Exact: figures are exact. The test adds amounts at once whose sum is
// beyond 2^53, up to which the script's numbers are exact, and some that are alone.
func TestFigures_Exact(t *testing.T) {
	x := open(t, redistest.Start(t), 1, patient)
	begin(t, x)
	c := crowd{vouchers: 45, redeemed: true}
	var all []ledger.Entry
	for i := range c.vouchers {
		sale := c.redemption(i)
		taken, ok := sale.Outcome.Events[1].(voucher.VoucherRedeemed)
		require.True(t, ok)
		taken.Discount = 1<<53 - 1 - uint64(i%3)*0x1234567
		sale.Outcome.Events[1] = taken
		all = append(all, sale)
	}
	requireLikeMemory(t, x, all[:40], all[40:43], all[43:44], all[44:])
}

// TestFigures_ManyVouchersAtOnce adds redemptions of as many vouchers as one can
// have: more members for a set than the script can hand over in one call.
func TestFigures_ManyVouchersAtOnce(t *testing.T) {
	x := open(t, redistest.Start(t), 1, patient)
	begin(t, x)
	var all []ledger.Entry
	for i := range 200 {
		sale := crowd{}.redemption(i * voucher.MaxLines)
		head := sale.Outcome.Events[0]
		sale.Outcome.Events = voucher.Events{head}
		for line := range voucher.MaxLines {
			sale.Outcome.Events = append(sale.Outcome.Events, crowd{}.redemption(i*voucher.MaxLines + line).Outcome.Events[1])
		}
		all = append(all, sale)
	}
	requireLikeMemory(t, x, all)
}

// requireLikeMemory adds entries to an empty index and to one in memory, and
// compares the two.
func requireLikeMemory(t *testing.T, x index.Index, pieces ...[]ledger.Entry) {
	t.Helper()
	model := indexmemory.Trusted()
	for _, some := range pieces {
		require.NoError(t, x.Add(t.Context(), some))
		require.NoError(t, model.Add(t.Context(), some))
	}
	want, err := index.DigestOf(t.Context(), model)
	require.NoError(t, err)
	held, err := index.DigestOf(t.Context(), x)
	require.NoError(t, err)
	require.Equal(t, want, held)
}
