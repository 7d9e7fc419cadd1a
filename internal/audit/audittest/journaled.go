package audittest

import (
	"context"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"

	"tally/internal/audit/evidence"
	"tally/internal/audit/pins"
	"tally/internal/audit/translog"
	"tally/internal/ledger/journal"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// Journaled is Audited of a ledger that is a journal.
type Journaled struct {
	Ledger *journal.Ledger
	World  *ledgertest.World
	Log    *translog.Log
}

// OpenJournal founds a journal and follows it with a log until the test ends.
func OpenJournal(t testing.TB) *Journaled {
	t.Helper()
	l, err := journal.Open(context.Background(), journal.Options{
		Dir: t.TempDir(), Operators: ledgertest.Operators(), Threshold: 1, Now: ledgertest.Start, AnyClock: true,
		SegmentBytes: 1 << 20, Log: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	return &Journaled{l, ledgertest.NewWorld(t, l, ledgertest.Start), Follow(t, l)}
}

// Pins are what an auditor of this ledger pins, those for a replay among them.
func (j *Journaled) Pins() pins.Pins {
	return pins.Pins{
		Ledger: j.Ledger.ID(), Log: j.Log.Key(), Operators: ledgertest.Operators(), Threshold: 1,
		Journal: &pins.Journal{Genesis: j.Ledger.Genesis(), Sealer: j.Ledger.Sealer()},
	}
}

// Receipt is that of the command that was accepted at a position.
func (j *Journaled) Receipt(t testing.TB, at voucher.Position) []byte {
	t.Helper()
	raw, err := evidence.NewServer(j.Ledger, j.Log).Receipt(t.Context(), at)
	require.NoError(t, err)
	return raw
}

// Tile implements pack.Source.
func (j *Journaled) Tile(ctx context.Context, t tlog.Tile) ([]byte, error) { return j.Log.Tile(ctx, t) }

// Block implements pack.Source.
func (j *Journaled) Block(ctx context.Context, number uint64) ([]byte, [][]byte, error) {
	return j.Ledger.Block(ctx, number)
}

// Proof implements pack.Source.
func (j *Journaled) Proof(ctx context.Context, at voucher.Position) ([]byte, error) {
	return j.Ledger.Prove(ctx, at)
}
