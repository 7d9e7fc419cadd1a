package wire_test

import (
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/ledger/fabric/wire"
)

// TestClock_Vector is the example of the type's documentation.
func TestClock_Vector(t *testing.T) {
	const literal = "ca8601a2ce8bd400827530"
	clock := wire.Clock{Now: 1_798_761_600_000, Tolerance: 30_000}
	require.Equal(t, literal, hex.EncodeToString(wire.Encode(clock)))
	raw, err := hex.DecodeString(literal)
	require.NoError(t, err)
	read, err := wire.Decode[wire.Clock](raw)
	require.NoError(t, err)
	require.Equal(t, clock, read)
	_, err = wire.Decode[wire.Clock](nil)
	require.ErrorIs(t, err, wire.ErrWire, "the answer of a chaincode of before")
}
