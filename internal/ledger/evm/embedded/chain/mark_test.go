package chain

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/require"
)

// TestMark_IsAFormat pins the slot of the mark's documentation.
func TestMark_IsAFormat(t *testing.T) {
	one := acknowledged{number: 1, hash: common.HexToHash("0x0101010101010101010101010101010101010101010101010101010101010101")}
	slot := one.encode()
	const text = "0000000000000001" + "0101010101010101010101010101010101010101010101010101010101010101"
	require.Equal(t, text, hex.EncodeToString(slot[:40]))
	read, ok := decodeAcknowledged(slot)
	require.True(t, ok)
	require.Equal(t, one, read)
	for bit := range 8 * len(slot) {
		slot[bit/8] ^= 1 << (bit % 8)
		_, ok := decodeAcknowledged(slot)
		require.False(t, ok, bit)
		slot[bit/8] ^= 1 << (bit % 8)
	}
}

// TestMark_OneSlotIsWhole spoils the slot that was written last: the one before
// it is there.
func TestMark_OneSlotIsWhole(t *testing.T) {
	dir := t.TempDir()
	m, _, ok, err := openMark(dir)
	require.NoError(t, err)
	require.False(t, ok)
	for n := range uint64(5) {
		require.NoError(t, m.set(acknowledged{number: n + 1}))
	}
	require.NoError(t, m.close())
	m, last, ok, err := openMark(dir)
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, uint64(5), last.number)
	require.NoError(t, m.close())
	raw, err := os.ReadFile(filepath.Join(dir, headFile))
	require.NoError(t, err)
	raw[20] ^= 1 // the first slot has the odd ones
	require.NoError(t, os.WriteFile(filepath.Join(dir, headFile), raw, 0o600))
	m, last, ok, err = openMark(dir)
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, uint64(4), last.number)
	require.NoError(t, m.close())
}
