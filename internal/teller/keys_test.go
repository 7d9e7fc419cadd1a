package teller_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	indexmemory "tally/internal/index/memory"
	"tally/internal/ledger/ledgertest"
	"tally/internal/teller"
	"tally/internal/voucher"
)

// TestAttack_Keys_OneKeyHasABound has one wallet claim without end. What is
// refused does not count, what was accepted is told again, and others go on.
func TestAttack_Keys_OneKeyHasABound(t *testing.T) {
	const limit = 50
	c := newCounter(t, indexmemory.Trusted())
	c.teller.LimitKeys(limit)
	id := c.Campaign(10*limit, func(in *voucher.CreateCampaign) { in.PerHolder, in.PerDay = 5*limit, 5*limit })
	greedy, other := ledgertest.NewActor("greedy"), ledgertest.NewActor("other")
	claim := func(by ledgertest.Actor, ordinal, serial uint32) (voucher.Outcome, error) {
		return c.teller.Submit(t.Context(), enter(c, c.Claim(by, id, ordinal, serial)).Any())
	}
	for n := range uint32(limit) {
		out, err := claim(greedy, n, n)
		require.NoError(t, err)
		require.Equal(t, voucher.StatusAccepted, out.Status, out.Kind.String())
		if n%10 == 0 {
			out, err = claim(greedy, n+7, n)
			require.NoError(t, err)
			require.Equal(t, voucher.StatusRefused, out.Status)
		}
	}
	_, err := claim(greedy, limit, limit)
	require.ErrorIs(t, err, teller.ErrKeySpent)
	out, err := claim(greedy, 3, 3)
	require.NoError(t, err, "it is told again")
	require.Equal(t, voucher.StatusAccepted, out.Status)
	out, err = claim(other, 0, limit)
	require.NoError(t, err)
	require.Equal(t, voucher.StatusAccepted, out.Status)
}
