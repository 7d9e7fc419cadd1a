package embedded_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/ledger/evm/embedded"
	"tally/internal/ledger/evm/embedded/chain"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// opened is a ledger in a directory of its own.
type opened struct {
	*ledgertest.Owned[*embedded.Ledger]
}

func newEmbedded(t testing.TB) *opened {
	t.Helper()
	return &opened{ledgertest.NewOwned(t, func(o *ledgertest.Owned[*embedded.Ledger]) (*embedded.Ledger, error) {
		return embedded.Open(context.Background(), (&opened{o}).options())
	})}
}

func (e *opened) options() embedded.Options {
	return embedded.Options{
		Dir: e.Dir, Operators: ledgertest.Operators(), Threshold: 1, Now: e.Clock, AnyClock: true,
		Log: slog.New(slog.DiscardHandler),
	}
}

// BenchmarkFreeCommands reports what a free command leaves in the ledger's directory.
func BenchmarkFreeCommands(b *testing.B) {
	e := newEmbedded(b)
	ledgertest.BenchmarkFree(b, e.Fixture(), e.Dir, 2000)
}

func TestLedger_KeepsTheContract(t *testing.T) {
	ledgertest.Run(t, func(t *testing.T) ledgertest.Fixture {
		t.Helper()
		return newEmbedded(t).Fixture()
	})
}

func TestOpen_NewLedgerNeedsOperators(t *testing.T) {
	dir := t.TempDir()
	for range 2 { // the first refusal leaves nothing behind
		_, err := embedded.Open(t.Context(), embedded.Options{Dir: dir, Log: slog.New(slog.DiscardHandler)})
		require.ErrorIs(t, err, embedded.ErrNoOperators)
	}
	_, err := embedded.Open(t.Context(), embedded.Options{
		Dir: dir, Operators: ledgertest.Operators(), Threshold: 2, Log: slog.New(slog.DiscardHandler),
	})
	require.ErrorIs(t, err, voucher.ErrText)
}

func TestOpen_TwoLedgersNeverShareAnID(t *testing.T) {
	first, second := newEmbedded(t), newEmbedded(t)
	require.NotEqual(t, first.Ledger.ID(), second.Ledger.ID())
}

func TestOpen_DirectoryInUse(t *testing.T) {
	e := newEmbedded(t)
	_, err := embedded.Open(t.Context(), e.options())
	require.ErrorIs(t, err, chain.ErrInUse)
}

// TestOpen_ClockThatJumpsNeedsConsent moves the clock two hours ahead of the last block.
func TestOpen_ClockThatJumpsNeedsConsent(t *testing.T) {
	e := newEmbedded(t)
	ledgertest.RunClockThatJumps(t, e.Owned, chain.ErrClockAhead, func(accept bool) (*embedded.Ledger, error) {
		strict := e.options()
		strict.AnyClock, strict.AcceptClockJump = false, accept
		return embedded.Open(t.Context(), strict)
	})
}
