package main

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"
	"google.golang.org/protobuf/proto"

	"tally/internal/audit/blockfile"
	"tally/internal/audit/fabricproof"
	"tally/internal/audit/pins"
	"tally/internal/audit/translog"
	"tally/internal/ledger/fabric/blocks"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// recorded are the blocks that package fabricproof keeps.
const recorded = "../../internal/audit/fabricproof/testdata/bft.blocks"

// desk is where an auditor of a channel sits: a file of blocks, and pins.
type desk struct {
	dir  string
	pins pins.Pins
}

func openDesk(t testing.TB, file string) *desk {
	t.Helper()
	first := readBlocks(t, file)[0]
	channel := &pins.Fabric{Genesis: voucher.Hash(blocks.HeaderHash(first.GetHeader())), Chaincode: "tally"}
	return &desk{t.TempDir(), pins.Pins{
		Ledger: channel.Ledger(), Operators: ledgertest.Operators(), Threshold: 1,
		Fabric: channel,
	}}
}

func readBlocks(t testing.TB, file string) (all []*common.Block) {
	t.Helper()
	raw, err := os.ReadFile(file)
	require.NoError(t, err)
	r, err := blockfile.NewReader(bytes.NewReader(raw))
	require.NoError(t, err)
	for raw, err := range r.All() {
		require.NoError(t, err)
		b := &common.Block{}
		require.NoError(t, proto.Unmarshal(raw, b))
		all = append(all, b)
	}
	return all
}

// write writes blocks to a file.
func (d *desk) write(t testing.TB, all []*common.Block) string {
	t.Helper()
	out := bytes.NewBufferString(blockfile.Format)
	for _, b := range all {
		require.NoError(t, blockfile.Append(out, marshal(t, b)))
	}
	return d.file(t, fmt.Sprint(len(all), ".blocks"), out.Bytes())
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

// TestChannel_HoldsWithItsBooks: a channel is verified with its books.
func TestChannel_HoldsWithItsBooks(t *testing.T) {
	d := openDesk(t, recorded)
	code, report, errs := d.verify(t, recorded)
	require.Equal(t, exitHolds, code, errs)
	require.Len(t, report.Books, 1)
	require.Equal(t, uint64(100), report.Books[0].Vouchers.Minted)
	require.Equal(t, uint64(3), report.Books[0].Units.Redeemed)
	require.Equal(t, "bft", report.Consensus)
	require.Equal(t, int64(12), report.Size)

	raw, err := json.Marshal(d.pins)
	require.NoError(t, err)
	var out bytes.Buffer
	require.Equal(t, exitHolds, run(t.Context(), []string{"--pins", d.file(t, "pins.json", raw), "channel", recorded}, &out, io.Discard))
	require.Contains(t, out.String(), "signed by 3 of 4 orderers")
	require.Contains(t, out.String(), "100 vouchers minted")
}

// signed is a checkpoint of the ledger's log by a key that the desk pins.
func (d *desk) signed(t testing.TB, size int64, root string) string {
	t.Helper()
	private, public, err := note.GenerateKey(rand.Reader, translog.Origin(d.pins.Ledger))
	require.NoError(t, err)
	d.pins.Log = public
	signer, err := note.NewSigner(private)
	require.NoError(t, err)
	raw, err := note.Sign(&note.Note{Text: fmt.Sprintf("%s\n%d\n%s\n", translog.Origin(d.pins.Ledger), size, root)}, signer)
	require.NoError(t, err)
	return d.file(t, "checkpoint.txt", raw)
}

// TestChannel_LogOfTheChannel: a log is tied to its channel. The test has
// checkpoints of the log, and of others that are as well signed.
func TestChannel_LogOfTheChannel(t *testing.T) {
	d := openDesk(t, recorded)
	_, whole, _ := d.verify(t, recorded)
	_, part, _ := d.verify(t, d.write(t, readBlocks(t, recorded)[:13]))
	require.Equal(t, int64(9), part.Size)
	for name, c := range map[string]struct {
		size int64
		root string
		want string
	}{
		"of now":                          {whole.Size, whole.Root, ""},
		"of before":                       {part.Size, part.Root, ""},
		"of as many commands, but others": {whole.Size, part.Root, errOtherRoot.Error()},
		"of more than there are":          {whole.Size + 1, whole.Root, errTooShort.Error()},
	} {
		t.Run(name, func(t *testing.T) {
			code, report, errs := d.verify(t, recorded, "--checkpoint", d.signed(t, c.size, c.root))
			if c.want == "" {
				require.Equal(t, exitHolds, code, errs)
				require.Equal(t, c.size, report.Checkpoint)
				return
			}
			require.Equal(t, exitNot, code)
			require.Contains(t, errs, c.want)
		})
	}
}

// TestChannel_Refuses: a channel that does not hold is refused.
func TestChannel_Refuses(t *testing.T) {
	d := openDesk(t, recorded)
	all := readBlocks(t, recorded)
	raw, err := os.ReadFile(recorded)
	require.NoError(t, err)
	for name, c := range map[string]struct {
		file string
		want string
	}{
		"a block left out":    {d.write(t, append(all[:7:7], all[8:]...)), fabricproof.ErrChain.Error()},
		"cut off in a block":  {d.file(t, "cut.blocks", raw[:len(raw)-9]), blockfile.ErrDamaged.Error()},
		"before the founding": {d.write(t, all[:4]), errTooShort.Error()},
		"no blocks at all":    {d.file(t, "none.blocks", []byte("some text that is no file of blocks")), blockfile.ErrDamaged.Error()},
	} {
		code, _, errs := d.verify(t, c.file)
		require.Equal(t, exitNot, code, name)
		require.Contains(t, errs, c.want, name)
	}
}

// TestChannel_WithoutPins: without the pins of a channel there is nothing to verify
// against.
func TestChannel_WithoutPins(t *testing.T) {
	for name, edit := range map[string]func(*pins.Pins){
		"no channel":          func(p *pins.Pins) { p.Fabric = nil },
		"another chaincode":   func(p *pins.Pins) { p.Fabric.Chaincode = "other" },
		"another first block": func(p *pins.Pins) { p.Fabric.Genesis[0] ^= 1 },
		"another ledger":      func(p *pins.Pins) { p.Ledger[0] ^= 1 },
		"no operators":        func(p *pins.Pins) { p.Operators = nil },
	} {
		d := openDesk(t, recorded)
		edit(&d.pins)
		code, _, _ := d.verify(t, recorded)
		require.Equal(t, exitMisused, code, name)
	}
}
