package embedded

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/ledger/evm/contract"
	"tally/internal/voucher"
)

// FuzzPositions: 16 bytes are the position that they encode, and nothing else is one.
func FuzzPositions(f *testing.F) {
	f.Add(encodePosition(voucher.Position{Block: 1 << 40, Tx: 2, Item: 3}))
	f.Add([]byte{1})
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := decodePosition(b)
		if err != nil {
			require.ErrorIs(t, err, contract.ErrLogs)
			require.NotEqual(t, 16, len(b))
			return
		}
		require.Equal(t, b, encodePosition(p))
	})
}
