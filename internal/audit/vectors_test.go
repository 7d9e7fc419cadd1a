package audit_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	checkpoint "github.com/transparency-dev/formats/log"

	"tally/internal/audit"
	"tally/internal/audit/audittest"
	"tally/internal/audit/checkpoints"
	"tally/internal/audit/pack"
	"tally/internal/audit/pins"
	"tally/internal/audit/receipt"
	"tally/internal/audit/translog"
	"tally/internal/ledger"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// The literals of receipt, checkpoint and pack, and the pins that they hold
// against: of a ledger that accepted one command, the admission of a merchant.
const (
	pinsFile       = "pins.json"
	checkpointFile = "admission.checkpoint"
	receiptFile    = "admission.receipt"
	packFile       = "admission.pack"
)

// writeVectors founds a ledger for them. It never gives the same twice: a
// genesis has a random salt.
func writeVectors(t *testing.T) {
	t.Helper()
	a := audittest.Open(t)
	out := a.World.Must(a.World.Admit(a.World.Merchant, "Jasmine & Co"))
	signed, tree := a.Checkpoint(t)
	write := func(name string, raw []byte) {
		require.NoError(t, os.WriteFile(filepath.Join("testdata", name), raw, 0o644))
	}
	p := a.Pins()
	text, err := json.MarshalIndent(pins.Pins{
		Ledger: p.Ledger, Log: p.Log, Operators: ledgertest.Operators(), Threshold: 1,
		EVM: p.EVM,
	}, "", "  ")
	require.NoError(t, err)
	write(pinsFile, append(text, '\n'))
	write(checkpointFile, signed)

	r := receipt.Receipt{Checkpoint: signed}
	for e, err := range a.Ledger.Events(t.Context(), out.Position, voucher.Position{Block: out.Position.Block + 1}) {
		require.NoError(t, err)
		r.Leaf, err = audit.Leaf(e)
		require.NoError(t, err)
	}
	r.Proof, err = a.Ledger.Prove(t.Context(), out.Position)
	require.NoError(t, err)
	raw, err := r.Encode()
	require.NoError(t, err)
	write(receiptFile, raw)

	file, err := os.Create(filepath.Join("testdata", packFile))
	require.NoError(t, err)
	require.NoError(t, pack.Write(t.Context(), file, a, pack.Job{
		Ledger: a.Ledger.ID(), Scope: pack.All(), Checkpoint: signed, Tree: tree, Proofs: pack.OfTransactions,
	}))
	require.NoError(t, file.Close())
}

// TestVectors_Hold: the literals hold. The test reads what some earlier build made,
// and writes it again byte for byte. With -update they are made anew.
func TestVectors_Hold(t *testing.T) {
	if *update {
		writeVectors(t)
	}
	read := func(name string) []byte {
		raw, err := os.ReadFile(filepath.Join("testdata", name))
		require.NoError(t, err)
		return raw
	}
	pinned, err := pins.Parse(read(pinsFile))
	require.NoError(t, err)

	head, err := receipt.OpenCheckpoint(read(checkpointFile), pinned)
	require.NoError(t, err)
	require.Equal(t, int64(1), head.Tree.N)
	require.Equal(t, string(read(checkpointFile)), written(translog.Origin(pinned.Ledger), head))

	entry, r, err := receipt.Verify(read(receiptFile), pinned)
	require.NoError(t, err)
	require.IsType(t, voucher.MerchantAdmitted{}, entry.Outcome.Events[0])
	require.Equal(t, head.Tree.Hash[:], hashOf(r.Leaf), "the only leaf is the root")
	again, err := r.Encode()
	require.NoError(t, err)
	require.Equal(t, string(read(receiptFile)), string(again))
	leaf, err := audit.Leaf(entry)
	require.NoError(t, err)
	require.Equal(t, r.Leaf, leaf)

	file, err := os.Open(filepath.Join("testdata", packFile))
	require.NoError(t, err)
	defer func() { require.NoError(t, file.Close()) }()
	var entries []ledger.Entry
	report, err := pack.Verify(t.Context(), file, pack.Check{
		Pins:  pinned,
		State: memoryState{}, Each: func(_ int64, e ledger.Entry) error { entries = append(entries, e); return nil },
	})
	require.NoError(t, err)
	require.True(t, report.Replayed && report.Ledgers)
	require.Equal(t, []ledger.Entry{entry}, entries)
}

func hashOf(leaf []byte) []byte {
	h := audit.LeafHash(leaf)
	return h[:]
}

// memoryState is the state of the rules in a map.
type memoryState map[string][]byte

func (s memoryState) Get(key string) ([]byte, error)     { return s[key], nil }
func (s memoryState) Put(key string, value []byte) error { s[key] = value; return nil }

// written is a checkpoint as the C2SP specification of checkpoints has it.
func written(origin string, head checkpoints.Checkpoint) string {
	text := string(checkpoint.Checkpoint{Origin: origin, Size: uint64(head.Tree.N), Hash: head.Tree.Hash[:]}.Marshal()) + "\n"
	for _, s := range head.Signatures {
		text += "— " + s.Name + " " + s.Base64 + "\n"
	}
	return text
}

// TestVectors_DocumentedCheckpoint: the documented checkpoint is the literal. The
// test compares testdata and the comments.
func TestVectors_DocumentedCheckpoint(t *testing.T) {
	literal, err := os.ReadFile(filepath.Join("testdata", checkpointFile))
	require.NoError(t, err)
	source, err := os.ReadFile(filepath.Join("translog", "checkpoint.go"))
	require.NoError(t, err)
	commented := strings.TrimSuffix(strings.ReplaceAll("//\t"+strings.ReplaceAll(string(literal), "\n", "\n//\t"), "//\t\n", "//\n"), "//\t")
	require.Contains(t, string(source), commented)
}
