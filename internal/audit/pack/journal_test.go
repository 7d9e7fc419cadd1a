package pack

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/audit"
	"tally/internal/audit/audittest"
	"tally/internal/audit/checkpoints"
	"tally/internal/audit/pins"
	"tally/internal/audit/receipt"
	"tally/internal/audit/replay"
	"tally/internal/ledger"
	journalblock "tally/internal/ledger/journal/block"
	journalproof "tally/internal/ledger/journal/proof"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// journaled is a journal with a history, and the job of a pack of it.
type journaled struct {
	*audittest.Journaled
	job  Job
	pins pins.Pins
}

func playJournal(t *testing.T, history func(w *ledgertest.World)) journaled {
	t.Helper()
	j := audittest.OpenJournal(t)
	history(j.World)
	head, err := j.Ledger.Head(t.Context())
	require.NoError(t, err)
	var last voucher.Position
	for e, err := range j.Ledger.Events(t.Context(), voucher.Position{}, head) {
		require.NoError(t, err)
		last = e.Outcome.Position
	}
	_, err = j.Log.Find(t.Context(), last)
	require.NoError(t, err)
	signed, err := j.Log.Checkpoint()
	require.NoError(t, err)
	opened, err := checkpoints.Open(signed, j.Log.Key())
	require.NoError(t, err)
	require.Equal(t, OfCommands, ProofsOf(j.Pins()))
	return journaled{j, Job{Ledger: j.Ledger.ID(), Checkpoint: signed, Tree: opened.Tree, Proofs: OfCommands}, j.Pins()}
}

func (j journaled) write(t *testing.T, scope string) []byte {
	t.Helper()
	job := j.job
	var err error
	job.Scope, err = ParseScope(scope)
	require.NoError(t, err)
	file, err := os.Create(filepath.Join(t.TempDir(), "pack"))
	require.NoError(t, err)
	require.NoError(t, Write(t.Context(), file, j, job))
	require.NoError(t, file.Close())
	raw, err := os.ReadFile(file.Name())
	require.NoError(t, err)
	return raw
}

func (j journaled) verify(t *testing.T, raw []byte) (Report, error) {
	t.Helper()
	return Verify(t.Context(), bytes.NewReader(raw), Check{Pins: j.pins, State: state{}})
}

// TestJournal_EveryScope: a journal's packs hold, whole and in parts, and its receipts too.
func TestJournal_EveryScope(t *testing.T) {
	j := playJournal(t, everything)
	raw := j.write(t, "all")
	report, err := j.verify(t, raw)
	require.NoError(t, err)
	require.True(t, report.Replayed)
	require.True(t, report.Ledgers)
	require.Equal(t, j.job.Tree.N, report.Leaves)
	require.NotZero(t, report.Blocks)
	for _, scope := range []string{"leaves/0-3", fmt.Sprintf("leaves/5-%d", j.job.Tree.N), "merchant/" + j.World.Merchant.Address.String()} {
		report, err := j.verify(t, j.write(t, scope))
		require.NoError(t, err, scope)
		require.True(t, report.Ledgers)
		require.NotZero(t, report.Leaves)
	}
	head, err := j.Ledger.Head(t.Context())
	require.NoError(t, err)
	for e, err := range j.Ledger.Events(t.Context(), voucher.Position{}, head) {
		require.NoError(t, err)
		got, _, err := receipt.Verify(j.Receipt(t, e.Outcome.Position), j.pins)
		require.NoError(t, err)
		require.Equal(t, string(e.Outcome.Canonical()), string(got.Outcome.Canonical()))
	}
}

// TestJournal_TamperedBits flips bits of a journal's pack as it lies on a disk.
func TestJournal_TamperedBits(t *testing.T) {
	j := playJournal(t, few)
	raw := j.write(t, "all")
	_, err := j.verify(t, raw)
	require.NoError(t, err)
	everyBit(t, raw, 7, func(flipped []byte) (string, error) {
		_, err := j.verify(t, flipped)
		if err == nil {
			return "", errUnnamed
		}
		return "rejected", nil
	})
	signed := j.Receipt(t, voucher.Position{Block: 1})
	everyBit(t, signed, 3, func(flipped []byte) (string, error) {
		if _, _, err := receipt.Verify(flipped, j.pins); err == nil {
			return "", errUnnamed
		}
		return "rejected", nil
	})
}

// TestJournal_ForgersPack: a pack of a journal, by a forger who can compute checksums and
// hashes and has no key, is refused.
func TestJournal_ForgersPack(t *testing.T) {
	j := playJournal(t, everything)
	good := items(t, j.write(t, "all"))
	var leaves, blocks []int
	for i, item := range good {
		switch item.(type) {
		case leaf:
			leaves = append(leaves, i)
		case block:
			blocks = append(blocks, i)
		}
	}
	middle := leaves[len(leaves)/2]
	editLeaf := func(edit func(*ledger.Entry)) func([]any) []any {
		return func(all []any) []any {
			raw, ok := all[middle].(leaf)
			require.True(t, ok)
			e, err := audit.DecodeLeaf(raw.Leaf)
			require.NoError(t, err)
			edit(&e)
			forged, err := audit.Leaf(e)
			require.NoError(t, err)
			all[middle] = leaf{kindLeaf, forged}
			return all
		}
	}
	editHeader := func(edit func(*journalblock.Header)) func([]any) []any {
		return func(all []any) []any {
			b, ok := all[blocks[3]].(block)
			require.True(t, ok)
			h, err := journalblock.DecodeHeader(b.Header)
			require.NoError(t, err)
			edit(&h)
			b.Header = h.Encode()
			all[blocks[3]] = b
			return all
		}
	}
	editRecords := func(edit func([][]byte) [][]byte) func([]any) []any {
		return func(all []any) []any {
			b, ok := all[blocks[3]].(block)
			require.True(t, ok)
			b.Receipts = edit(slices.Clone(b.Receipts))
			all[blocks[3]] = b
			return all
		}
	}
	for name, c := range map[string]struct {
		forge func(all []any) []any
		want  error
	}{
		"a block dropped":       {func(all []any) []any { return slices.Delete(all, blocks[2], blocks[2]+1) }, journalproof.ErrOtherBlock},
		"a block twice":         {func(all []any) []any { return slices.Insert(all, blocks[3], all[blocks[3]]) }, journalproof.ErrUnclaimed},
		"a leaf dropped":        {func(all []any) []any { return slices.Delete(all, leaves[2], leaves[2]+1) }, replay.ErrDoesNotFollow},
		"a shifted clock":       {editLeaf(func(e *ledger.Entry) { e.Outcome.Time++ }), journalproof.ErrOtherBlock},
		"other events":          {editLeaf(func(e *ledger.Entry) { e.Outcome.Events = e.Outcome.Events[:0] }), journalproof.ErrOtherRecord},
		"a command hidden":      {editLeaf(func(e *ledger.Entry) { e.Command = nil }), audit.ErrUnread},
		"another id":            {editLeaf(func(e *ledger.Entry) { e.Outcome.ID[5] ^= 1 }), journalproof.ErrOtherLedger},
		"another time signed":   {editHeader(func(h *journalblock.Header) { h.Time++ }), journalblock.ErrSeal},
		"another root":          {editHeader(func(h *journalblock.Header) { h.Root[0]++ }), journalblock.ErrSeal},
		"another signature":     {editHeader(func(h *journalblock.Header) { h.Seal[64] ^= 1 }), journalblock.ErrSeal},
		"another ledger's":      {editHeader(func(h *journalblock.Header) { h.Ledger[0]++ }), journalproof.ErrOtherLedger},
		"no header":             {func(all []any) []any { all[blocks[0]] = block{Kind: kindBlock}; return all }, journalproof.ErrProof},
		"a record changed":      {editRecords(func(r [][]byte) [][]byte { r[0] = bytes.Repeat([]byte{1}, 32); return r }), journalproof.ErrRecords},
		"a record more":         {editRecords(func(r [][]byte) [][]byte { return append(r, r[0]) }), journalproof.ErrRecords},
		"a record that is long": {editRecords(func(r [][]byte) [][]byte { r[0] = append(slices.Clone(r[0]), 0); return r }), journalproof.ErrRecords},
		"said to be a part":     {func(all []any) []any { return forgeHead(t, all, func(h *head) { h.Scope = "leaves/0-100000" }) }, journalproof.ErrProof},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := j.verify(t, assemble(t, c.forge(slices.Clone(good))))
			require.ErrorIs(t, err, c.want)
		})
	}
	other := playJournal(t, few)
	j.pins.Journal = other.pins.Journal
	_, err := j.verify(t, j.write(t, "all"))
	require.ErrorIs(t, err, journalproof.ErrOtherLedger)
	_, _, err = receipt.Verify(j.Receipt(t, voucher.Position{Block: 1}), j.pins)
	require.ErrorIs(t, err, journalproof.ErrOtherLedger)
	require.NotErrorIs(t, err, journalproof.ErrProof)
}
