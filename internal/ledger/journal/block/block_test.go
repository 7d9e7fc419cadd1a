package block_test

import (
	"crypto/sha256"
	"fmt"
	"testing"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/require"

	"tally/internal/ledger/journal/block"
)

// TestRead_ManyRecords: a block has as many records as a batch has commands, and no more.
func TestRead_ManyRecords(t *testing.T) {
	key, err := crypto.ToECDSA(crypto.Keccak256([]byte("a sealer")))
	require.NoError(t, err)
	for _, n := range []int{0, 1, 2, block.MaxRecords, block.MaxRecords + 1} {
		var records [][]byte
		for i := range n {
			h := sha256.Sum256(fmt.Append(nil, i))
			records = append(records, h[:1+i%32])
		}
		sealed, err := block.Seal(key, block.Header{Format: block.Format, Number: 7}, records)
		require.NoError(t, err)
		read, err := block.Read(sealed.Payload())
		if n > block.MaxRecords {
			require.ErrorIs(t, err, block.ErrBlock)
			require.ErrorContains(t, err, "501 records, at most 500")
			continue
		}
		require.NoError(t, err)
		require.Equal(t, sealed, read)
	}
}
