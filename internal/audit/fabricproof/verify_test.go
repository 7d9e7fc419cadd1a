package fabricproof_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"tally/internal/audit/blockfile"
	"tally/internal/audit/fabricproof"
	"tally/internal/ledger"
	"tally/internal/ledger/fabric/blocks"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

type state map[string][]byte

func (s state) Get(key string) ([]byte, error)     { return s[key], nil }
func (s state) Put(key string, value []byte) error { s[key] = value; return nil }

// recorded are the blocks that a network made, bft or raft: see testdata/README.md.
func recorded(t testing.TB, network string) (all []*common.Block) {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + network + ".blocks")
	require.NoError(t, err)
	file, err := blockfile.NewReader(bytes.NewReader(raw))
	require.NoError(t, err)
	for raw, err := range file.All() {
		require.NoError(t, err)
		b := &common.Block{}
		require.NoError(t, proto.Unmarshal(raw, b))
		all = append(all, b)
	}
	return all
}

func pinned(channel []*common.Block) fabricproof.Channel {
	return fabricproof.Channel{
		Genesis: voucher.Hash(blocks.HeaderHash(channel[0].GetHeader())), Chaincode: "tally",
		Operators: ledgertest.Operators(), Threshold: 1,
	}
}

func verify(t testing.TB, c fabricproof.Channel, channel []*common.Block) (all []ledger.Entry, r fabricproof.Report, err error) {
	t.Helper()
	v := fabricproof.New(c, state{})
	for _, b := range channel {
		raw, err := proto.Marshal(b)
		require.NoError(t, err)
		accepted, err := v.Block(raw)
		if err != nil {
			return all, v.Report(), err
		}
		all = append(all, accepted...)
	}
	return all, v.Report(), nil
}

// BenchmarkChannel verifies a small channel of single redemptions, in memory.
func BenchmarkChannel(b *testing.B) {
	channel := recorded(b, "bft")
	pins := pinned(channel)
	for b.Loop() {
		_, _, err := verify(b, pins, channel)
		require.NoError(b, err)
	}
	b.ReportMetric(float64(len(channel)*b.N)/b.Elapsed().Seconds(), "blocks/s")
}
