package fabric_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/ledger/fabric"
	"tally/internal/voucher"
)

// aListIsAFewQueries: a hundred vouchers, their holds, and what their campaigns'
// expiry is put off by, in three queries: keys follow from values twice.
func (c *channel) aListIsAFewQueries(t *testing.T) {
	s := c.shop(t, 100)
	l, ok := s.Ledger.(*fabric.Ledger)
	require.True(t, ok)
	hold := s.Must(s.Hold(s.Alice, s.Unix()+600, s.vouchers[7]))
	vouchers, holds := make([]voucher.Voucher, 100), make([]voucher.Hold, 100)
	extensions := make([]uint64, 100)
	before := l.Asked()
	require.NoError(t, l.View(t.Context(), func(state voucher.State) error {
		for i, ref := range s.vouchers {
			campaign, _, err := voucher.ReadCampaign(state, ref.Campaign)
			require.NoError(t, err)
			extensions[i], err = voucher.ReadExtension(state, campaign.Merchant, ref.Campaign)
			require.NoError(t, err)
			vouchers[i], _, err = voucher.ReadVoucher(state, ref)
			require.NoError(t, err)
			holds[i], err = voucher.ReadHold(state, ref)
			require.NoError(t, err)
		}
		return nil
	}))
	require.LessOrEqual(t, l.Asked()-before, uint64(4), "the beat may have asked once meanwhile")
	for i, ref := range s.vouchers {
		want, there, err := l.Voucher(t.Context(), ref)
		require.NoError(t, err)
		require.True(t, there)
		require.Equal(t, want, vouchers[i])
		require.Equal(t, i == 7, holds[i].ID == hold.ID)
		extension, err := l.Extension(t.Context(), s.Merchant.Address, ref.Campaign)
		require.NoError(t, err)
		require.Equal(t, extension, extensions[i])
	}
}
