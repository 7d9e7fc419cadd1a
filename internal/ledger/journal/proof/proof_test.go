package proof_test

import (
	"context"
	"log/slog"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/ledger"
	"tally/internal/ledger/journal"
	"tally/internal/ledger/journal/block"
	"tally/internal/ledger/journal/proof"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// proven is a journal with blocks of one, two, three and seven records.
type proven struct {
	l       *journal.Ledger
	pins    proof.Journal
	entries []ledger.Entry
}

func newProven(t *testing.T) proven {
	t.Helper()
	l, err := journal.Open(t.Context(), journal.Options{
		Dir: t.TempDir(), Operators: ledgertest.Operators(), Threshold: 1, Now: ledgertest.Start, AnyClock: true,
		SegmentBytes: 64 << 10, Log: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	w := ledgertest.NewWorld(t, l, ledgertest.Start)
	w.Found()
	for _, n := range []int{1, 2, 3, 7} {
		var batch []voucher.Command
		for i := range n {
			batch = append(batch, w.Admit(ledgertest.NewActor("merchant "+string(rune('a'+10*n+i))), "merchant"))
		}
		outcomes, err := l.Submit(t.Context(), w.Domain.AuthorAll(batch...))
		require.NoError(t, err)
		for _, o := range outcomes {
			require.Equal(t, voucher.StatusAccepted, o.Status)
		}
	}
	p := proven{l: l, pins: proof.Journal{Genesis: l.Genesis(), Sealer: l.Sealer()}}
	require.Equal(t, l.ID(), p.pins.Ledger())
	head, err := l.Head(t.Context())
	require.NoError(t, err)
	for e, err := range l.Events(t.Context(), voucher.Position{}, head) {
		require.NoError(t, err)
		p.entries = append(p.entries, e)
	}
	return p
}

func (p proven) proofOf(t *testing.T, e ledger.Entry) []byte {
	t.Helper()
	raw, err := p.l.Prove(context.Background(), e.Outcome.Position)
	require.NoError(t, err)
	return raw
}

func commandOf(t *testing.T, e ledger.Entry) voucher.Command {
	t.Helper()
	c, err := voucher.DecodeCommand(e.Command)
	require.NoError(t, err)
	return c
}

func TestProof_EveryEntry(t *testing.T) {
	p := newProven(t)
	v := proof.NewVerifier(p.pins)
	for _, e := range p.entries {
		raw := p.proofOf(t, e)
		require.LessOrEqual(t, len(raw), proof.MaxProof)
		require.NoError(t, v.VerifyEntry(e, commandOf(t, e), raw))
	}
	_, err := p.l.Prove(t.Context(), voucher.Position{Block: 1, Item: 9})
	require.ErrorIs(t, err, proof.ErrProof)
	_, err = p.l.Prove(t.Context(), voucher.Position{Block: 999})
	require.Error(t, err)
}

// TestProof_FlippedBits: a proof with any bit turned proves nothing.
func TestProof_FlippedBits(t *testing.T) {
	p := newProven(t)
	v, e := proof.NewVerifier(p.pins), p.entries[len(p.entries)-3]
	raw := p.proofOf(t, e)
	for bit := range len(raw) * 8 {
		raw[bit/8] ^= 1 << (bit % 8)
		require.Error(t, v.VerifyEntry(e, commandOf(t, e), raw), "bit %d", bit)
		raw[bit/8] ^= 1 << (bit % 8)
	}
	for n := range raw {
		require.ErrorIs(t, v.VerifyEntry(e, commandOf(t, e), raw[:n]), proof.ErrProof)
	}
	require.ErrorIs(t, v.VerifyEntry(e, commandOf(t, e), append(raw, 0)), proof.ErrProof)
}

// TestProof_AnotherEntry: a proof shows one entry, and no other.
func TestProof_AnotherEntry(t *testing.T) {
	p := newProven(t)
	v, last := proof.NewVerifier(p.pins), len(p.entries)-1
	e, before := p.entries[last], p.entries[last-1]
	raw := p.proofOf(t, e)
	for name, c := range map[string]struct {
		edit func(e *ledger.Entry)
		want error
	}{
		"the one before":  {func(e *ledger.Entry) { *e = before }, proof.ErrOtherRecord},
		"another item":    {func(e *ledger.Entry) { e.Outcome.Position.Item-- }, proof.ErrOtherRecord},
		"no such item":    {func(e *ledger.Entry) { e.Outcome.Position.Item = 700 }, proof.ErrOtherRecord},
		"another block":   {func(e *ledger.Entry) { e.Outcome.Position.Block++ }, proof.ErrOtherBlock},
		"a transaction":   {func(e *ledger.Entry) { e.Outcome.Position.Tx = 1 }, proof.ErrOtherBlock},
		"another time":    {func(e *ledger.Entry) { e.Outcome.Time++ }, proof.ErrOtherBlock},
		"no events":       {func(e *ledger.Entry) { e.Outcome.Events = nil }, proof.ErrOtherRecord},
		"events twice":    {func(e *ledger.Entry) { e.Outcome.Events = append(slices.Clone(e.Outcome.Events), e.Outcome.Events...) }, proof.ErrOtherRecord},
		"another id":      {func(e *ledger.Entry) { e.Outcome.ID[3] ^= 1 }, proof.ErrOtherLedger},
		"another command": {func(e *ledger.Entry) { e.Command = before.Command }, proof.ErrOtherLedger},
	} {
		t.Run(name, func(t *testing.T) {
			other := e
			c.edit(&other)
			require.ErrorIs(t, v.VerifyEntry(other, commandOf(t, other), raw), c.want)
		})
	}
	require.ErrorIs(t, v.VerifyEntry(e, nil, raw), proof.ErrNoCommand)
}

// TestProof_OtherPins: the genesis and the sealer are both in the ledger's id.
func TestProof_OtherPins(t *testing.T) {
	p := newProven(t)
	e := p.entries[0]
	raw := p.proofOf(t, e)
	other := p.pins
	other.Genesis[0] ^= 1
	require.ErrorIs(t, proof.NewVerifier(other).VerifyEntry(e, commandOf(t, e), raw), proof.ErrOtherLedger)
	other = p.pins
	other.Sealer[0] ^= 1
	require.ErrorIs(t, proof.NewVerifier(other).VerifyEntry(e, commandOf(t, e), raw), proof.ErrOtherLedger)
}

// TestBlocks_WholeHistory verifies every block after the other, and then forged ones.
func TestBlocks_WholeHistory(t *testing.T) {
	p := newProven(t)
	v, parent := proof.NewVerifier(p.pins), p.pins.Genesis
	entries := p.entries
	head, err := p.l.Head(t.Context())
	require.NoError(t, err)
	for number := uint64(1); number < head.Block; number++ {
		header, records, err := p.l.Block(t.Context(), number)
		require.NoError(t, err)
		b, err := v.Block(header, records, parent)
		require.NoError(t, err)
		_, err = v.Block(header, records, voucher.Hash{1})
		require.ErrorIs(t, err, proof.ErrParent)
		_, err = v.Block(header, records[1:], parent)
		require.ErrorIs(t, err, proof.ErrRecords)
		_, err = v.Block(header, append(slices.Clone(records), records[0]), parent)
		require.ErrorIs(t, err, proof.ErrRecords)
		require.ErrorIs(t, b.Done(), proof.ErrUnclaimed)
		if last := p.entries[len(p.entries)-1]; last.Outcome.Position.Block != number {
			require.ErrorIs(t, b.Claim(last, v.ID(commandOf(t, last))), proof.ErrOtherBlock)
		}
		for range records {
			require.NoError(t, b.Claim(entries[0], v.ID(commandOf(t, entries[0]))))
			entries = entries[1:]
		}
		require.NoError(t, b.Done())
		h, err := block.DecodeHeader(header)
		require.NoError(t, err)
		h.Time++
		_, err = v.Block(h.Encode(), records, parent)
		require.ErrorIs(t, err, block.ErrSeal)
		parent = b.Hash
	}
	require.Empty(t, entries)
	header, records, err := p.l.Block(t.Context(), 0)
	require.NoError(t, err)
	_, err = v.Block(header, records, voucher.Hash{})
	require.ErrorIs(t, err, proof.ErrOtherLedger, "the founding has no commands")
}
