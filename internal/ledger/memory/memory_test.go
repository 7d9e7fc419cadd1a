package memory_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/ledger/ledgertest"
	"tally/internal/ledger/memory"
)

func TestLedger(t *testing.T) {
	ledgertest.Run(t, func(t *testing.T) ledgertest.Fixture {
		t.Helper()
		now := ledgertest.Start()
		clock := func() time.Time { return now }
		l, err := memory.New(ledgertest.LedgerID(1), ledgertest.Operators(), 1, clock)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, l.Close()) })
		return ledgertest.Fixture{Ledger: l, Now: clock, Advance: func(d time.Duration) { now = now.Add(d) }}
	})
}
