package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"tally/internal/audit/blockfile"
	"tally/internal/audit/fabricproof"
	"tally/internal/audit/pins"
	"tally/internal/ledger/fabric/blocks"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// recorded are the blocks that package fabricproof keeps.
const recorded = "../../internal/audit/fabricproof/testdata/channel.blocks"

// desk is where an auditor of a channel sits: a file of blocks, and pins.
type desk struct {
	dir  string
	pins pins.Pins
}

func openDesk(t testing.TB, file string) *desk {
	t.Helper()
	first := readBlocks(t, file)[0]
	channel := fabricproof.Pins{Genesis: voucher.Hash(blocks.HeaderHash(first.GetHeader())), Chaincode: "tally"}
	return &desk{t.TempDir(), pins.Pins{
		Ledger: channel.Ledger(), Operators: ledgertest.Operators(), Threshold: 1,
		Fabric: &pins.Fabric{Genesis: channel.Genesis, Chaincode: channel.Chaincode},
	}}
}

func readBlocks(t testing.TB, file string) (all []*common.Block) {
	t.Helper()
	raw, err := os.ReadFile(file)
	require.NoError(t, err)
	r, err := blockfile.NewReader(bytes.NewReader(raw))
	require.NoError(t, err)
	for {
		raw, err := r.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		require.NoError(t, err)
		b := &common.Block{}
		require.NoError(t, proto.Unmarshal(raw, b))
		all = append(all, b)
	}
}

// write writes blocks to a file.
func (d *desk) write(t testing.TB, all []*common.Block) string {
	t.Helper()
	out := bytes.NewBufferString(blockfile.Format)
	for _, b := range all {
		require.NoError(t, blockfile.Append(out, marshal(t, b)))
	}
	return d.file(t, "some.blocks", out.Bytes())
}

func (d *desk) file(t testing.TB, name string, raw []byte) string {
	t.Helper()
	path := filepath.Join(d.dir, name)
	require.NoError(t, os.WriteFile(path, raw, 0o600))
	return path
}

// verify runs the program with the desk's pins.
func (d *desk) verify(t testing.TB, args ...string) (code int, report channelReport, errs string) {
	t.Helper()
	raw, err := json.Marshal(d.pins)
	require.NoError(t, err)
	var stdout, stderr bytes.Buffer
	code = run(t.Context(), append([]string{"--json", "--pins", d.file(t, "pins.json", raw), "channel"}, args...), &stdout, &stderr)
	if code == exitHolds {
		require.NoError(t, json.Unmarshal(stdout.Bytes(), &report), stdout.String())
	}
	return code, report, stderr.String()
}

func TestAChannelIsVerifiedWithItsBooks(t *testing.T) {
	d := openDesk(t, recorded)
	code, report, errs := d.verify(t, recorded)
	require.Equal(t, exitHolds, code, errs)
	t.Logf("%+v", report)
}
