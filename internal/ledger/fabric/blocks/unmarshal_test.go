package blocks_test

import (
	"bytes"
	"testing"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"tally/internal/ledger/fabric/blocks"
)

// TestAttack_Messages_ManyEmptyFields fills messages with what takes no room.
func TestAttack_Messages_ManyEmptyFields(t *testing.T) {
	length := func(n int) (b []byte) {
		for ; n > 0x7f; n >>= 7 {
			b = append(b, byte(n)|0x80)
		}
		return append(b, byte(n))
	}
	in := func(tag byte, content []byte) []byte {
		return append(append([]byte{tag}, length(len(content))...), content...)
	}
	empty := bytes.Repeat([]byte{0x0a, 0x00}, blocks.MaxFields+1)
	deep := []byte{}
	for range 1000 {
		deep = in(0x12, in(0x12, deep)) // ConfigGroup.groups, an entry of a map: its value
	}
	for name, c := range map[string]struct {
		raw  []byte
		into proto.Message
	}{
		"transactions":       {in(0x12, empty), &common.Block{}},
		"metadata":           {in(0x1a, empty), &common.Block{}},
		"unknown fields":     {bytes.Repeat([]byte{0x78, 0x00}, blocks.MaxFields+1), &common.Block{}},
		"signatures":         {bytes.Repeat([]byte{0x12, 0x00}, blocks.MaxFields+1), &common.Metadata{}},
		"groups in groups":   {deep, &common.ConfigGroup{}},
		"cut off":            {[]byte{0x12, 0x05, 0x0a}, &common.Block{}},
		"a length of no end": {[]byte{0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}, &common.Block{}},
	} {
		require.ErrorIs(t, blocks.Unmarshal(c.raw, c.into), blocks.ErrMessage, name)
	}
	want := &common.Block{Header: &common.BlockHeader{Number: 7}, Data: &common.BlockData{Data: [][]byte{{1}, {2}}}}
	raw, err := proto.Marshal(want)
	require.NoError(t, err)
	got := &common.Block{}
	require.NoError(t, blocks.Unmarshal(raw, got))
	require.True(t, proto.Equal(want, got))
}
