package journal_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/ledger"
	"tally/internal/ledger/journal"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

const vectors = "../ledgertest/testdata/machine"

// opened is a ledger in a directory of its own, whose clock tests move.
type opened struct {
	t   testing.TB
	dir string
	mu  sync.Mutex
	now time.Time
	l   *journal.Ledger
}

func newJournal(t testing.TB) *opened {
	t.Helper()
	o := &opened{t: t, dir: t.TempDir(), now: ledgertest.Start()}
	o.open()
	t.Cleanup(func() { require.NoError(t, o.l.Close()) })
	return o
}

func (o *opened) open() {
	o.t.Helper()
	l, err := journal.Open(context.Background(), o.options())
	require.NoError(o.t, err)
	o.l = l
}

func (o *opened) options() journal.Options {
	return journal.Options{
		Dir: o.dir, Operators: ledgertest.Operators(), Threshold: 1, Now: o.clock, AnyClock: true,
		SegmentBytes: 256 << 10, Log: slog.New(slog.DiscardHandler),
	}
}

func (o *opened) clock() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.now
}

func (o *opened) fixture() ledgertest.Fixture {
	return ledgertest.Fixture{
		Ledger: o.l, Now: o.clock,
		Advance: func(d time.Duration) {
			o.mu.Lock()
			defer o.mu.Unlock()
			o.now = o.now.Add(d)
		},
		Reopen: func() ledger.Ledger {
			require.NoError(o.t, o.l.Close())
			o.open()
			return o.l
		},
		Footprint: o.footprint,
	}
}

// footprint says what was written.
func (o *opened) footprint() string {
	head, err := o.l.Head(context.Background())
	require.NoError(o.t, err)
	return fmt.Sprintf("%d bytes, the head is %s", ledgertest.DirSize(o.dir), head)
}

func TestLedger_KeepsTheContract(t *testing.T) {
	ledgertest.Run(t, func(t *testing.T) ledgertest.Fixture {
		t.Helper()
		return newJournal(t).fixture()
	})
}

func openJournal(t testing.TB) ledgertest.Fixture {
	t.Helper()
	return newJournal(t).fixture()
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
	ledgertest.BenchmarkFree(b, o.fixture(), o.dir, 2000)
}

// dump is everything that the state has.
func (o *opened) dump() map[string]string {
	all := o.l.Dump()
	require.NotEmpty(o.t, all)
	return all
}
