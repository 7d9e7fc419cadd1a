package memory_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/ledger/ledgertest"
	"tally/internal/ledger/memory"
)

const vectors = "../ledgertest/testdata/machine"

func open(t testing.TB) ledgertest.Fixture {
	t.Helper()
	now := ledgertest.Start()
	clock := func() time.Time { return now }
	l, err := memory.New(ledgertest.LedgerID(1), ledgertest.Operators(), 1, clock)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	return ledgertest.Fixture{Ledger: l, Now: clock, Advance: func(d time.Duration) { now = now.Add(d) }}
}

func TestLedger_KeepsTheContract(t *testing.T) {
	ledgertest.Run(t, func(t *testing.T) ledgertest.Fixture { t.Helper(); return open(t) })
}

// TestMachine_DecidesAsTheRules drives the memory ledger with random commands beside the rules.
func TestMachine_DecidesAsTheRules(t *testing.T) {
	ledgertest.RunMachine(t, open, ledgertest.MachineOptions{Commands: 20_000, Vectors: vectors})
}

// TestVectors_PlayAsTheRules plays the histories that once failed somewhere.
func TestVectors_PlayAsTheRules(t *testing.T) { ledgertest.RunVectors(t, open, vectors) }
