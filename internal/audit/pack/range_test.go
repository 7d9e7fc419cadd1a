package pack

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"
	merkle "github.com/transparency-dev/merkle/compact"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/tlog"
)

// TestCompact_RootOfAnotherImplementation: the root is that of another
// implementation. The test walks logs of every size up to 300, leaf by leaf, and
// again with all but the last leaf as whole subtrees.
func TestCompact_RootOfAnotherImplementation(t *testing.T) {
	theirs := (&merkle.RangeFactory{Hash: rfc6962.DefaultHasher.HashChildren}).NewEmptyRange(0)
	var ours compact
	for n := range int64(300) {
		leaf := rfc6962.DefaultHasher.HashLeaf(binary.BigEndian.AppendUint64(nil, uint64(n)))
		require.NoError(t, theirs.Append(leaf, nil))
		var skipped compact
		for i, level := range ours.levels {
			require.NoError(t, skipped.append(level, ours.hashes[i]))
		}
		require.NoError(t, ours.append(0, tlog.Hash(leaf)))
		require.NoError(t, skipped.append(0, tlog.Hash(leaf)))
		want, err := theirs.GetRootHash(nil)
		require.NoError(t, err)
		root, other := ours.root(), skipped.root()
		require.Equal(t, want, root[:])
		require.Equal(t, want, other[:])
	}
}
