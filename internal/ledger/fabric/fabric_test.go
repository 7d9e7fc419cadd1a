package fabric_test

import (
	"testing"

	"tally/internal/ledger/ledgertest"
)

// TestOnRaft has one network of the small form for all that needs a network.
func TestOnRaft(t *testing.T) {
	c := start(t, "small")
	t.Run("Ledger", func(t *testing.T) {
		ledgertest.Run(t, func(t *testing.T) ledgertest.Fixture { t.Helper(); return c.fixture(t) })
	})
	t.Run("Machine", func(t *testing.T) {
		ledgertest.RunMachine(t, func(t testing.TB) ledgertest.Fixture { t.Helper(); return c.fixture(t) },
			ledgertest.MachineOptions{Commands: 500, Vectors: vectors})
	})
	t.Run("Vectors", func(t *testing.T) {
		ledgertest.RunVectors(t, func(t testing.TB) ledgertest.Fixture { t.Helper(); return c.fixture(t) }, vectors)
	})
}

const vectors = "../ledgertest/testdata/machine"
