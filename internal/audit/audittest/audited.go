package audittest

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"

	"tally/internal/audit/checkpoints"
	"tally/internal/audit/pins"
	"tally/internal/audit/translog"
	"tally/internal/ledger"
	"tally/internal/ledger/evm/contract"
	"tally/internal/ledger/evm/embedded"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// Audited is an embedded ledger whose clock stands still, with its log, as a
// server has them. It is a pack.Source.
type Audited struct {
	Ledger *embedded.Ledger
	World  *ledgertest.World
	Log    *translog.Log
}

// Open founds a ledger and follows it with a log until the test ends.
func Open(t testing.TB) *Audited {
	t.Helper()
	l, err := embedded.Open(context.Background(), embedded.Options{
		Dir: t.TempDir(), Operators: ledgertest.Operators(), Threshold: 1, Now: ledgertest.Start, AnyClock: true,
		Log: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	return &Audited{l, ledgertest.NewWorld(t, l, ledgertest.Start), Follow(t, l)}
}

// Follow derives the log of a ledger until the test ends, under a key of its own.
func Follow(t testing.TB, l ledger.Ledger) *translog.Log {
	t.Helper()
	key, err := translog.MakeKey(filepath.Join(t.TempDir(), "log.key"), l.ID())
	require.NoError(t, err)
	return follow(t, l, key)
}

func follow(t testing.TB, l ledger.Ledger, key translog.Key) *translog.Log {
	t.Helper()
	log, err := translog.Open(l, t.TempDir(), key, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); log.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done; require.NoError(t, log.Close()) })
	return log
}

// Pins are what an auditor of this ledger pins.
func (a *Audited) Pins() pins.Pins {
	chain := a.Ledger.Chain()
	return pins.Pins{Ledger: a.Ledger.ID(), Log: a.Log.Key(), EVM: &pins.EVM{
		Genesis: voucher.Hash(chain.GenesisHash()), Sealer: voucher.Address(chain.Sealer()), Contract: voucher.Address(contract.Address()),
	}}
}

// Checkpoint is the log's checkpoint once it has all that the ledger accepted.
func (a *Audited) Checkpoint(t testing.TB) (signed []byte, tree tlog.Tree) {
	t.Helper()
	head, err := a.Ledger.Head(context.Background())
	require.NoError(t, err)
	leaves := int64(0)
	for _, err := range a.Ledger.Events(context.Background(), voucher.Position{}, head) {
		require.NoError(t, err)
		leaves++
	}
	require.Eventually(t, func() bool { return a.Log.Size() == leaves }, time.Minute, time.Millisecond)
	signed, err = a.Log.Checkpoint()
	require.NoError(t, err)
	opened, err := checkpoints.Open(signed, a.Log.Key())
	require.NoError(t, err)
	return signed, opened.Tree
}

// Tile implements pack.Source.
func (a *Audited) Tile(ctx context.Context, t tlog.Tile) ([]byte, error) { return a.Log.Tile(ctx, t) }

// Block implements pack.Source.
func (a *Audited) Block(ctx context.Context, number uint64) ([]byte, [][]byte, error) {
	return a.Ledger.Block(ctx, number)
}

// Proof implements pack.Source.
func (a *Audited) Proof(ctx context.Context, at voucher.Position) ([]byte, error) {
	return a.Ledger.Prove(ctx, at)
}
