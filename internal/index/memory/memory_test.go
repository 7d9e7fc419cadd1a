package memory_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/index"
	"tally/internal/index/indextest"
	"tally/internal/index/memory"
	"tally/internal/ledger/ledgertest"
	ledgermemory "tally/internal/ledger/memory"
	"tally/internal/voucher"
)

func TestIndex_KeepsTheContract(t *testing.T) {
	indextest.Run(t, func(*testing.T) index.Index { return memory.Trusted() })
}

// TestIndex_IsNotBelievedWhileEmpty asks a new index of a ledger that has a history,
// before and after a projector caught up with it.
func TestIndex_IsNotBelievedWhileEmpty(t *testing.T) {

	l, err := ledgermemory.New(voucher.Hash{1}, ledgertest.Operators(), 1, time.Now)
	require.NoError(t, err)
	w := ledgertest.NewWorld(t, l, time.Now)
	w.Found()
	id := w.Campaign(4, nil)
	ref := w.Claimed(w.Alice, id, 0, 0)
	x := memory.New()
	reads := map[string]func() error{
		"Merchant":  func() error { _, err := x.Merchant(t.Context(), w.Merchant.Address); return err },
		"Campaign":  func() error { _, err := x.Campaign(t.Context(), id); return err },
		"Campaigns": func() error { _, _, err := x.Campaigns(t.Context(), "", 1); return err },
		"Free":      func() error { _, err := x.Free(t.Context(), id, 4, 0, 1); return err },
		"Voucher":   func() error { _, err := x.Voucher(t.Context(), ref); return err },
		"Wallet":    func() error { _, _, err := x.Wallet(t.Context(), w.Alice.Address, "", 1); return err },
		"History":   func() error { _, _, err := x.History(t.Context(), ref, "", 1); return err },
	}
	for name, read := range reads {
		require.ErrorIs(t, read(), index.ErrUnavailable, name)
	}
	index.NewProjector(l, x, slog.New(slog.DiscardHandler))
	for name, read := range reads {
		require.ErrorIs(t, read(), index.ErrUnavailable, "a projector that has not run: %s", name)
	}
	defer indextest.Projected(t, l, x)()
	for name, read := range reads {
		require.NoError(t, read(), name)
	}
}
