package cli

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/voucher"
)

func TestParseAmount_MisusedOrMinorUnits(t *testing.T) {
	hkd := voucher.Currency([]byte("HKD"))
	amount, err := ParseAmount("32.00", hkd)
	require.NoError(t, err)
	require.Equal(t, uint64(3200), amount)
	for _, text := range []string{"32.005", "", "-1.00", "90071992547409.92"} {
		_, err := ParseAmount(text, hkd)
		require.Error(t, err, text)
		require.Equal(t, ExitMisused, AsExitError(err).Exit)
	}
}
