package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"

	"tally/internal/audit"
	"tally/internal/audit/audittest"
	"tally/internal/audit/pack"
	"tally/internal/audit/pins"
	"tally/internal/audit/receipt"
	"tally/internal/books"
	"tally/internal/ledger/ledgertest"
	"tally/internal/processtest"
	"tally/internal/voucher"
)

// office is an auditor's desk: the files that it was given, and its pins.
type office struct {
	*audittest.Audited
	dir string
}

func openOffice(t *testing.T) *office {
	t.Helper()
	o := &office{audittest.Open(t), t.TempDir()}
	audittest.Play(o.World)
	p := o.Pins()
	o.json(t, "pins.json", pins.Pins{
		Ledger: p.Ledger, Log: p.Log, Operators: ledgertest.Operators(), Threshold: 1,
		EVM: p.EVM,
	})
	return o
}

func (o *office) file(t testing.TB, name string, raw []byte) string {
	t.Helper()
	path := filepath.Join(o.dir, name)
	require.NoError(t, os.WriteFile(path, raw, 0o600))
	return path
}

func (o *office) json(t testing.TB, name string, value any) string {
	t.Helper()
	raw, err := json.Marshal(value)
	require.NoError(t, err)
	return o.file(t, name, raw)
}

// pack writes a pack of everything.
func (o *office) pack(t testing.TB) string {
	t.Helper()
	return o.packOf(t, pack.All())
}

// packOf writes a pack of a scope.
func (o *office) packOf(t testing.TB, scope pack.Scope) string {
	t.Helper()
	signed, tree := o.Checkpoint(t)
	f, err := os.Create(filepath.Join(o.dir, strings.ReplaceAll(scope.String(), "/", "-")+".pack"))
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Close()) }()
	require.NoError(t, pack.Write(t.Context(), f, o, pack.Job{
		Ledger: o.Ledger.ID(), Scope: scope, Checkpoint: signed, Tree: tree, Proofs: pack.OfTransactions,
	}))
	return f.Name()
}

// receipt writes the receipt of the last command.
func (o *office) receipt(t *testing.T) string {
	t.Helper()
	_, tree := o.Checkpoint(t)
	head, err := o.Ledger.Head(t.Context())
	require.NoError(t, err)
	var leaf, proof []byte
	for e, err := range o.Ledger.Events(t.Context(), voucher.Position{}, head) {
		require.NoError(t, err)
		leaf, err = audit.Leaf(e)
		require.NoError(t, err)
		proof, err = o.Ledger.Prove(t.Context(), e.Outcome.Position)
		require.NoError(t, err)
	}
	path, signed, err := o.Log.Inclusion(tree.N - 1)
	require.NoError(t, err)
	raw, err := receipt.Receipt{Leaf: leaf, Index: tree.N - 1, Path: path, Checkpoint: signed, Proof: proof}.Encode()
	require.NoError(t, err)
	return o.file(t, "last.receipt", raw)
}

// verify runs the program.
func (o *office) verify(args ...string) (code int, out, errs string) {
	var stdout, stderr bytes.Buffer
	code = run(context.Background(), append([]string{"--pins", filepath.Join(o.dir, "pins.json")}, args...), &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

// TestPack_HoldsWithItsBooks: a pack is verified with its books.
func TestPack_HoldsWithItsBooks(t *testing.T) {
	o := openOffice(t)
	path := o.pack(t)
	code, out, errs := o.verify("pack", path)
	require.Equal(t, exitHolds, code, errs)
	require.Contains(t, out, "every command follows")
	require.Contains(t, out, "units issued")

	code, out, errs = o.verify("--json", "pack", path)
	require.Equal(t, exitHolds, code, errs)
	var report packReport
	require.NoError(t, json.Unmarshal([]byte(out), &report))
	require.True(t, report.Holds && report.Replayed && report.Ledgers)
	for _, made := range report.Books {
		id, err := voucher.ParseCampaignID(made.Campaign)
		require.NoError(t, err)
		require.Equal(t, o.counted(t, id, made.At), made.Report, "the events alone count the same")
	}
	require.NotEmpty(t, report.Books)
}

// counted counts a campaign as GET …/audit does.
func (o *office) counted(t *testing.T, id voucher.CampaignID, now uint64) books.Report {
	t.Helper()
	head, err := o.Ledger.Head(t.Context())
	require.NoError(t, err)
	c := books.NewCampaign(id)
	for e, err := range o.Ledger.Events(t.Context(), voucher.Position{}, head) {
		require.NoError(t, err)
		c.Count(e.Outcome)
	}
	return c.Report(now)
}

// TestReceipt_Holds: a receipt is verified.
func TestReceipt_Holds(t *testing.T) {
	o := openOffice(t)
	path := o.receipt(t)
	code, out, errs := o.verify("receipt", path)
	require.Equal(t, exitHolds, code, errs)
	require.Contains(t, out, "the sealer sealed it")
	code, out, errs = o.verify("receipt", path, "--json")
	require.Equal(t, exitHolds, code, errs)
	var report receiptReport
	require.NoError(t, json.Unmarshal([]byte(out), &report))
	require.True(t, report.Holds && report.Ledger)
	require.NotEmpty(t, report.Authors)
}

// TestVectors_Hold: the literals hold. The test has what some earlier build made,
// and auditing.md names.
func TestVectors_Hold(t *testing.T) {
	literal := func(name string) string { return filepath.Join("..", "..", "internal", "audit", "testdata", name) }
	for _, args := range [][]string{
		{"receipt", literal("admission.receipt")}, {"pack", literal("admission.pack")},
		{"checkpoint", literal("admission.checkpoint"), literal("admission.checkpoint")},
	} {
		var out, errs bytes.Buffer
		require.Equal(t, exitHolds, run(t.Context(), append([]string{"--pins", literal("pins.json")}, args...), &out, &errs), errs.String())
		require.Contains(t, out.String(), "HOLDS")
	}
}

// TestVerify_ExitsWhenNotHolding: what does not hold ends with its exit code and
// its reason.
func TestVerify_ExitsWhenNotHolding(t *testing.T) {
	o := openOffice(t)
	path := o.pack(t)
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	raw[len(raw)/2] ^= 4
	broken := o.file(t, "broken.pack", raw)
	code, out, errs := o.verify("pack", broken)
	require.Equal(t, exitNot, code)
	require.Empty(t, out)
	require.Contains(t, errs, "DOES NOT HOLD")
	code, out, _ = o.verify("pack", broken, "--json")
	require.Equal(t, exitNot, code)
	require.JSONEq(t, `{"holds":false,"reason":"the pack is damaged: a chunk's checksum differs"}`, out)

	code, _, errs = o.verify("receipt", o.file(t, "text", []byte("hello")))
	require.Equal(t, exitNot, code, errs)
}

// TestCheckpoint_OfOneLog: checkpoints of one log.
func TestCheckpoint_OfOneLog(t *testing.T) {
	o := openOffice(t)
	signed, tree := o.Checkpoint(t)
	earlier := o.file(t, "earlier", signed)
	o.World.Must(o.World.Admit(ledgertest.NewActor("merchant 1"), "one more"))
	o.World.Must(o.World.Admit(ledgertest.NewActor("merchant 2"), "and another"))
	signed, grown := o.Checkpoint(t)
	later := o.file(t, "later", signed)
	steps, err := o.Log.Consistency(grown.N, tree.N)
	require.NoError(t, err)
	var lines strings.Builder
	for _, h := range steps {
		lines.WriteString(base64.StdEncoding.EncodeToString(h[:]) + "\n")
	}
	proof := o.file(t, "proof", []byte(lines.String()))

	code, out, errs := o.verify("checkpoint", earlier, later, "--proof", proof)
	require.Equal(t, exitHolds, code, errs)
	require.Contains(t, out, "begins with")
	code, _, _ = o.verify("checkpoint", earlier, later)
	require.Equal(t, exitNot, code, "without a proof")
	code, _, _ = o.verify("checkpoint", later, earlier)
	require.Equal(t, exitNot, code, "the wrong way round")
	code, _, _ = o.verify("checkpoint", later, later)
	require.Equal(t, exitHolds, code)
	require.ErrorIs(t, consistent(tree, tlog.Tree{N: tree.N}, nil), errFork)
}

func TestVerify_Misuse(t *testing.T) {
	o := openOffice(t)
	for name, args := range map[string][]string{
		"no command": {}, "no such command": {"dance"}, "no file": {"receipt"}, "no such file": {"receipt", filepath.Join(o.dir, "nothing")},
	} {
		code, _, errs := o.verify(args...)
		require.Equal(t, exitMisused, code, name)
		require.Contains(t, errs, "tally-verify:", name)
	}
	var errs bytes.Buffer
	require.Equal(t, exitMisused, run(t.Context(), []string{"receipt", "x"}, &bytes.Buffer{}, &errs))
	require.Contains(t, errs.String(), "--pins")
	o.file(t, "pins.json", []byte(`{"ledger":"0x00"}`))
	code, _, _ := o.verify("receipt", o.file(t, "text", nil))
	require.Equal(t, exitMisused, code)
}

// TestVerify_NeedsNoNetwork: no network is needed. The test runs the program in a
// network of its own that has not even loopback, and asserts that it makes no
// socket but what the system needs.
func TestVerify_NeedsNoNetwork(t *testing.T) {
	o := openOffice(t)
	path := o.pack(t)
	binary := processtest.Build(t, "./cmd/tally-verify")
	args := []string{binary, "--pins", filepath.Join(o.dir, "pins.json"), "pack", path}
	if os.Getuid() == 0 {
		args = append([]string{"unshare", "--net"}, args...)
	}
	out, err := exec.CommandContext(t.Context(), args[0], args[1:]...).CombinedOutput()
	require.NoError(t, err, string(out))
	require.Contains(t, string(out), "HOLDS")
}
