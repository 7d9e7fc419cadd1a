package delegation_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/delegation"
	"tally/internal/ledger/ledgertest"
)

// FuzzOpen: of all texts only the one that was signed opens, letter for letter.
func FuzzOpen(f *testing.F) {
	f.Add(vector)
	f.Add(vector[:len(vector)-4] + "AAAA")
	f.Add("e30.e30.")
	f.Add("..")
	f.Fuzz(func(t *testing.T, text string) {
		_, err := delegation.Open(text, ledgertest.LedgerID(1), ledgertest.Start(), nowhere)
		if err != nil {
			require.ErrorIs(t, err, delegation.ErrDelegation)
			return
		}
		require.Equal(t, vector, text)
	})
}
