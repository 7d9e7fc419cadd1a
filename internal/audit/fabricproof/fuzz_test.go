package fabricproof_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"tally/internal/audit/fabricproof"
)

// FuzzBlock: whatever comes as the second block of a channel is refused with a
// reason, unless it says what the second block says.
func FuzzBlock(f *testing.F) {
	channel := recorded(f, "bft")
	pins := pinned(channel)
	first, err := proto.Marshal(channel[0])
	require.NoError(f, err)
	second, err := proto.Marshal(channel[1])
	require.NoError(f, err)
	f.Add(second)
	f.Fuzz(func(t *testing.T, raw []byte) {
		v := fabricproof.New(pins, state{})
		_, err := v.Block(first)
		require.NoError(t, err)
		if _, err = v.Block(raw); err != nil {
			var wrong *fabricproof.WrongError
			require.ErrorAs(t, err, &wrong)
			require.Equal(t, uint64(1), wrong.Block)
		}
	})
}
