package chain

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzStored: what the chain keeps of its own is read as it was written, or not at all.
func FuzzStored(f *testing.F) {
	f.Add(mark{version: 1, number: 1 << 40}.encode())
	f.Add(Genesis{ChainID: 7}.extra())
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		if m, ok := decodeMark(b); ok {
			require.Equal(t, b, m.encode())
		} else {
			require.Zero(t, m)
		}
		sealer, chainID, err := parseExtra(b)
		if err != nil {
			require.Zero(t, sealer)
			require.Zero(t, chainID)
			return
		}
		require.Equal(t, b[32:], binary.BigEndian.AppendUint64(sealer[:], chainID))
	})
}
