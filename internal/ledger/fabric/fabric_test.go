package fabric_test

import (
	"cmp"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/ledger/ledgertest"
)

const vectors = "../ledgertest/testdata/machine"

// form is the environment variable that names the form of the network: small,
// which has one Raft orderer, or default, which has BFT and two peers for each
// organisation.
const form = "TALLY_NETWORK"

// commands is the environment variable that says how many commands the
// differential machine drives; 500 if it is not set.
const commands = "TALLY_COMMANDS"

// BenchmarkFreeCommands reports what a free command leaves on one peer's disk: in its
// blocks, its state and its indexes.
func BenchmarkFreeCommands(b *testing.B) {
	c := start(b, cmp.Or(os.Getenv(form), "small"))
	ledgertest.BenchmarkFree(b, c.fixture(b), filepath.Join(c.at.Dir, "nodes", "peer1.jasmine", "data"), 300)
}

// TestFabric_OnANetwork has one network for all that needs one. What comes later finds
// the nodes that were killed before up again; an upgrade comes last, because the
// other ledgers' program ends with it.
func TestFabric_OnANetwork(t *testing.T) {
	c := start(t, cmp.Or(os.Getenv(form), "small"))
	open := func(t testing.TB) ledgertest.Fixture { t.Helper(); return c.fixture(t) }
	t.Run("Ledger", func(t *testing.T) {
		ledgertest.Run(t, func(t *testing.T) ledgertest.Fixture { t.Helper(); return open(t) })
	})
	t.Run("Machine", func(t *testing.T) {
		n, err := strconv.Atoi(cmp.Or(os.Getenv(commands), "500"))
		require.NoError(t, err)
		ledgertest.RunMachine(t, open, ledgertest.MachineOptions{Commands: n, Vectors: vectors})
	})
	t.Run("Vectors", func(t *testing.T) { ledgertest.RunVectors(t, open, vectors) })
	t.Run("ALedgerIsFoundedOnce", c.aLedgerIsFoundedOnce)
	t.Run("AFalseFoundingIsFoundOut", c.aFalseFoundingIsFoundOut)
	t.Run("WhatIsWrongIsSaid", c.whatIsWrongIsSaid)
	t.Run("AnotherProcessReadsOn", c.anotherProcessReadsOn)
	t.Run("AListIsAFewQueries", c.aListIsAFewQueries)
	t.Run("OneOfAThousandWins", c.oneOfAThousandWins)
	t.Run("ACommandIsOneAtTwoServers", c.aCommandIsOneAtTwoServers)
	t.Run("TwoServersSellEachVoucherOnce", c.twoServersSellEachVoucherOnce)
	t.Run("AKilledChaincodeStopsNothing", c.aKilledChaincodeStopsNothing)
	t.Run("ADeadChaincodeIsALight", c.aDeadChaincodeIsALight)
	t.Run("AWrongClockStopsOneEndorser", c.aWrongClockStopsOneEndorser)
	t.Run("AnEndedCertificateIsReadAgain", c.anEndedCertificateIsReadAgain)
	t.Run("AKilledPeerStopsNothing", c.aKilledPeerStopsNothing)
	t.Run("WithoutOrderersNothingIsKnown", c.withoutOrderersNothingIsKnown)
	t.Run("AnUpgradeKeepsTheLedger", c.anUpgradeKeepsTheLedger)
}
