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
}
