package embedded_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/ledger"
	"tally/internal/ledger/evm/embedded"
	"tally/internal/ledger/evm/embedded/chain"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// opened is a ledger in a directory of its own, whose clock tests move.
type opened struct {
	t   testing.TB
	dir string
	mu  sync.Mutex
	now time.Time
	l   *embedded.Ledger
}

func newEmbedded(t testing.TB) *opened {
	t.Helper()
	e := &opened{t: t, dir: t.TempDir(), now: ledgertest.Start()}
	e.open()
	t.Cleanup(func() { require.NoError(t, e.l.Close()) })
	return e
}

func (e *opened) open() {
	e.t.Helper()
	l, err := embedded.Open(context.Background(), e.options())
	require.NoError(e.t, err)
	e.l = l
}

func (e *opened) options() embedded.Options {
	return embedded.Options{
		Dir: e.dir, Operators: ledgertest.Operators(), Threshold: 1, Now: e.clock, AnyClock: true,
		Log: slog.New(slog.DiscardHandler),
	}
}

func (e *opened) clock() time.Time {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.now
}

func (e *opened) fixture() ledgertest.Fixture {
	return ledgertest.Fixture{
		Ledger: e.l, Now: e.clock,
		Advance: func(d time.Duration) {
			e.mu.Lock()
			defer e.mu.Unlock()
			e.now = e.now.Add(d)
		},
		Reopen: func() ledger.Ledger {
			require.NoError(e.t, e.l.Close())
			e.open()
			return e.l
		},
		Footprint: e.footprint,
	}
}

// footprint says what was written.
func (e *opened) footprint() string {
	head, err := e.l.Head(context.Background())
	require.NoError(e.t, err)
	return fmt.Sprintf("%d bytes, the head is %s", ledgertest.DirSize(e.dir), head)
}

// BenchmarkFreeCommands reports what a free command leaves in the ledger's directory.
func BenchmarkFreeCommands(b *testing.B) {
	e := newEmbedded(b)
	ledgertest.BenchmarkFree(b, e.fixture(), e.dir, 2000)
}

func TestLedger_KeepsTheContract(t *testing.T) {
	ledgertest.Run(t, func(t *testing.T) ledgertest.Fixture {
		t.Helper()
		return newEmbedded(t).fixture()
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
	require.NotEqual(t, first.l.ID(), second.l.ID())
}

func TestOpen_DirectoryInUse(t *testing.T) {
	e := newEmbedded(t)
	_, err := embedded.Open(t.Context(), e.options())
	require.ErrorIs(t, err, chain.ErrInUse)
}

// TestOpen_ClockThatJumpsNeedsConsent moves the clock two hours ahead of the last block.
func TestOpen_ClockThatJumpsNeedsConsent(t *testing.T) {
	e := newEmbedded(t)
	w := ledgertest.NewWorld(t, e.l, e.clock)
	w.Found()
	require.NoError(t, e.l.Close())
	e.fixture().Advance(2 * time.Hour)
	strict := e.options()
	strict.AnyClock = false
	l, err := embedded.Open(t.Context(), strict)
	require.NoError(t, err)
	w = ledgertest.NewWorld(t, l, e.clock)
	_, err = l.Submit(t.Context(), w.Domain.AuthorAll(w.PutStore(5, 3, "Late")))
	require.ErrorIs(t, err, ledger.ErrNotSent)
	require.ErrorIs(t, err, chain.ErrClockAhead)
	require.NoError(t, l.Close())
	strict.AcceptClockJump = true
	l, err = embedded.Open(t.Context(), strict)
	require.NoError(t, err)
	w.Ledger = l
	w.Must(w.PutStore(5, 3, "Late"))
	require.NoError(t, l.Close())
	e.open()
}
