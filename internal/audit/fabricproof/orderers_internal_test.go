package fabricproof

import (
	"bytes"
	"os"
	"testing"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"tally/internal/audit/blockfile"
	"tally/internal/ledger/fabric/blocks"
)

// TestOrderers_QuorumBeyondThePolicy: under BFT a quorum signs a block, whatever
// the policy says. A channel may name a policy that one orderer satisfies; what BFT
// promises does not hold for that policy.
func TestOrderers_QuorumBeyondThePolicy(t *testing.T) {
	raw, err := os.ReadFile("testdata/bft.blocks")
	require.NoError(t, err)
	file, err := blockfile.NewReader(bytes.NewReader(raw))
	require.NoError(t, err)
	var first, second common.Block
	for _, into := range []*common.Block{&first, &second} {
		raw, err := file.Next()
		require.NoError(t, err)
		require.NoError(t, proto.Unmarshal(raw, into))
	}
	configured, _ := readHeader(first.GetData().GetData()[0])
	c, _, err := configurationOf(configured.payload, configured.header)
	require.NoError(t, err)
	c.blockSigners = func([]*identity) bool { return true }
	header := blocks.HeaderBytes(second.GetHeader())
	require.NoError(t, c.checkOrderers(&second, header))
	var signed common.Metadata
	at := &second.Metadata.Metadata[common.BlockMetadataIndex_SIGNATURES]
	require.NoError(t, proto.Unmarshal(*at, &signed))
	signed.Signatures = append(signed.Signatures[:2], signed.Signatures[0])
	*at = marshal(t, &signed)
	require.ErrorIs(t, c.checkOrderers(&second, header), ErrOrderers)
}

// TestConfiguration_Quorum: a quorum is more than two thirds.
func TestConfiguration_Quorum(t *testing.T) {
	for n, want := range map[int]int{1: 1, 4: 3, 5: 4, 6: 4, 7: 5, 10: 7} {
		c := &configuration{consenters: map[uint32]*common.Consenter{}}
		for i := range n {
			c.consenters[uint32(i)] = nil
		}
		require.Equal(t, want, c.quorum(), n)
	}
}
