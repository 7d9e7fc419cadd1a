package journal_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/ledger/journal"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

const vectors = "../ledgertest/testdata/machine"

// opened is a ledger in a directory of its own.
type opened struct {
	*ledgertest.Owned[*journal.Ledger]
}

func newJournal(t testing.TB) *opened {
	t.Helper()
	return &opened{ledgertest.NewOwned(t, func(o *ledgertest.Owned[*journal.Ledger]) (*journal.Ledger, error) {
		return journal.Open(context.Background(), (&opened{o}).options())
	})}
}

func (o *opened) options() journal.Options {
	return journal.Options{
		Dir: o.Dir, Operators: ledgertest.Operators(), Threshold: 1, Now: o.Clock, AnyClock: true,
		SegmentBytes: 256 << 10, Log: slog.New(slog.DiscardHandler),
	}
}

func TestLedger_KeepsTheContract(t *testing.T) {
	ledgertest.Run(t, func(t *testing.T) ledgertest.Fixture {
		t.Helper()
		return newJournal(t).Fixture()
	})
}

func openJournal(t testing.TB) ledgertest.Fixture {
	t.Helper()
	return newJournal(t).Fixture()
}

// TestMachine_DecidesAsTheRules drives the journal, block by block, beside the rules.
func TestMachine_DecidesAsTheRules(t *testing.T) {
	ledgertest.RunMachine(t, openJournal, ledgertest.MachineOptions{Commands: 20_000, Vectors: vectors, Records: records})
}

// TestVectors_PlayAsTheRules plays the histories that once failed somewhere.
func TestVectors_PlayAsTheRules(t *testing.T) { ledgertest.RunVectors(t, openJournal, vectors) }

// records compares what the store keeps with the records of the rules.
func records(f ledgertest.Fixture) func(string, []byte) error {
	return func(key string, want []byte) error {
		l, ok := f.Ledger.(*journal.Ledger)
		if !ok {
			return fmt.Errorf("%T is no journal", f.Ledger)
		}
		return l.View(context.Background(), func(s voucher.State) error {
			got, err := s.Get(key)
			if err == nil && string(got) != string(want) {
				err = fmt.Errorf("%s: want %x, got %x", key, want, got)
			}
			return err
		})
	}
}

// BenchmarkFreeCommands reports what a free command leaves in the ledger's directory.
func BenchmarkFreeCommands(b *testing.B) {
	o := newJournal(b)
	ledgertest.BenchmarkFree(b, o.Fixture(), o.Dir, 2000)
}

// dump is everything that the state has.
func (o *opened) dump() map[string]string {
	all := o.Ledger.Dump()
	require.NotEmpty(o.T, all)
	return all
}
