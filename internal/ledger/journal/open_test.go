package journal_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/disk"
	"tally/internal/disk/disktest"
	"tally/internal/ledger/journal"
	"tally/internal/ledger/journal/segment"
	"tally/internal/ledger/ledgertest"
	"tally/internal/ledger/sealer"
	"tally/internal/voucher"
)

// filled is a ledger whose directory tests spoil, with what it acknowledged.
type filled struct {
	*opened
	outcomes []voucher.Outcome
}

// fill admits merchants, each in a block of its own.
func fill(t *testing.T, merchants int) *filled {
	t.Helper()
	f := &filled{opened: newJournal(t)}
	f.admit(0, merchants)
	return f
}

func (f *filled) admit(from, to int) {
	w := ledgertest.NewWorld(f.T, f.Ledger, f.Clock)
	for i := from; i < to; i++ {
		f.outcomes = append(f.outcomes, w.Must(w.Admit(ledgertest.NewActor(fmt.Sprint("merchant ", i)), "merchant")))
	}
}

// has wants every outcome as it was, by its id and in order.
func (f *filled) has(outcomes []voucher.Outcome) {
	f.T.Helper()
	ctx := context.Background()
	for _, want := range outcomes {
		got, ok, err := f.Ledger.Outcome(ctx, want.ID)
		require.NoError(f.T, err)
		require.True(f.T, ok)
		require.Equal(f.T, string(want.Canonical()), string(got.Canonical()))
	}
	head, err := f.Ledger.Head(ctx)
	require.NoError(f.T, err)
	var all []voucher.Outcome
	for e, err := range f.Ledger.Events(ctx, voucher.Position{}, head) {
		require.NoError(f.T, err)
		all = append(all, e.Outcome)
	}
	require.Len(f.T, all, len(outcomes))
}

// between spoils the directory while the ledger is closed, and opens it again.
func (f *filled) between(spoil func(dir string)) {
	f.T.Helper()
	require.NoError(f.T, f.Ledger.Close())
	spoil(f.Dir)
	f.Open()
}

// refused spoils the directory and wants the ledger not to open. Then all is as before.
func (f *filled) refused(want error, spoil func(dir string)) error {
	f.T.Helper()
	require.NoError(f.T, f.Ledger.Close())
	whole := f.T.TempDir()
	require.NoError(f.T, disktest.Copy(whole, f.Dir))
	spoil(f.Dir)
	_, err := journal.Open(context.Background(), f.options())
	require.ErrorIs(f.T, err, want)
	require.NoError(f.T, os.RemoveAll(f.Dir))
	require.NoError(f.T, disktest.Copy(f.Dir, whole))
	f.Open()
	return err
}

func remove(t *testing.T, names ...string) func(string) {
	t.Helper()
	return func(dir string) {
		for _, name := range names {
			require.NoError(t, os.RemoveAll(filepath.Join(dir, name)))
		}
	}
}

func TestOpen_NewLedgerNeedsOperators(t *testing.T) {
	dir := t.TempDir()
	for range 2 { // the first refusal leaves nothing behind
		_, err := journal.Open(t.Context(), journal.Options{Dir: dir, Log: slog.New(slog.DiscardHandler)})
		require.ErrorIs(t, err, journal.ErrNoOperators)
	}
	_, err := journal.Open(t.Context(), journal.Options{Dir: dir, Operators: ledgertest.Operators(), Threshold: 2, Log: slog.New(slog.DiscardHandler)})
	require.ErrorIs(t, err, journal.ErrOperators)
}

func TestOpen_TwoLedgersNeverShareAnID(t *testing.T) {
	first, second := newJournal(t), newJournal(t)
	require.NotEqual(t, first.Ledger.ID(), second.Ledger.ID())
}

func TestOpen_DirectoryInUse(t *testing.T) {
	_, err := journal.Open(t.Context(), newJournal(t).options())
	require.ErrorIs(t, err, journal.ErrInUse)
}

// TestOpen_StateIsMadeAnew takes the state away, damages it, and puts an older one back.
func TestOpen_StateIsMadeAnew(t *testing.T) {
	f := fill(t, 30)
	older := t.TempDir()
	f.between(func(dir string) { require.NoError(t, disktest.Copy(older, filepath.Join(dir, "state"))) })
	f.admit(30, 60)
	f.between(remove(t, "state"))
	f.has(f.outcomes)
	f.between(func(dir string) {
		remove(t, "state")(dir)
		require.NoError(t, disktest.Copy(filepath.Join(dir, "state"), older))
	})
	f.has(f.outcomes)
	seen := f.dump()
	whole := t.TempDir()
	f.between(func(dir string) { require.NoError(t, disktest.Copy(whole, filepath.Join(dir, "state"))) })
	for _, file := range disktest.Files(t, whole) {
		for _, how := range disktest.Damages() {
			f.between(func(dir string) {
				remove(t, "state")(dir)
				require.NoError(t, disktest.Copy(filepath.Join(dir, "state"), whole))
				how.Spoil(t, filepath.Join(dir, "state", file))
			})
			f.has(f.outcomes)
			require.Equal(t, seen, f.dump(), "%s: %s", file, how.Name)
		}
	}
}

func TestOpen_WhatIsMissing(t *testing.T) {
	f := fill(t, 3)
	_ = f.refused(journal.ErrLostJournal, remove(t, "journal"))
	_ = f.refused(journal.ErrLostJournal, remove(t, "journal", "ledger.json"))
	_ = f.refused(journal.ErrLostJournal, remove(t, "journal", "state"))
	_ = f.refused(sealer.ErrNoKey, remove(t, "sealer.key"))
	_ = f.refused(sealer.ErrKey, func(dir string) {
		require.NoError(t, disk.Write(filepath.Join(dir, "sealer.key"), bytes.Repeat([]byte("07"), 32)))
	})
	err := f.refused(sealer.ErrKey, func(dir string) {
		require.NoError(t, disk.Write(filepath.Join(dir, "sealer.key"), []byte("c0ffee")))
	})
	require.NotContains(t, err.Error(), "c0ffee")
	_ = f.refused(sealer.ErrOtherLedger, func(dir string) {
		raw, err := os.ReadFile(filepath.Join(newJournal(t).Dir, "ledger.json"))
		require.NoError(t, err)
		require.NoError(t, disk.Write(filepath.Join(dir, "ledger.json"), raw))
	})
	f.between(remove(t, "ledger.json")) // which is written again
	require.FileExists(t, filepath.Join(f.Dir, "ledger.json"))
	f.has(f.outcomes)
}

// TestOpen_OlderJournal puts an older copy of the journal beside the state: it is found,
// and with the operator's word the ledger goes on from there.
func TestOpen_OlderJournal(t *testing.T) {
	f := fill(t, 10)
	older := t.TempDir()
	f.between(func(dir string) { require.NoError(t, disktest.Copy(older, filepath.Join(dir, "journal"))) })
	f.admit(10, 20)
	first := t.TempDir()
	f.between(func(dir string) { require.NoError(t, disktest.Copy(first, filepath.Join(dir, "state"))) })
	restore := func(dir string) {
		remove(t, "journal")(dir)
		require.NoError(t, disktest.Copy(filepath.Join(dir, "journal"), older))
	}
	_ = f.refused(journal.ErrLost, restore)
	require.NoError(t, f.Ledger.Close())
	restore(f.Dir)
	accepting := f.options()
	accepting.AcceptLoss = true
	l, err := journal.Open(t.Context(), accepting)
	require.NoError(t, err)
	f.Ledger = l
	f.has(f.outcomes[:10])
	// It is another history from here on: the state of the first one does not fit, although
	// this one has a block of the same number.
	f.outcomes = f.outcomes[:10]
	f.admit(40, 60)
	f.has(f.outcomes)
	err = f.refused(journal.ErrLost, func(dir string) {
		remove(t, "state")(dir)
		require.NoError(t, disktest.Copy(filepath.Join(dir, "state"), first))
	})
	require.ErrorContains(t, err, "its block 20 is")
}

// TestOpen_DamagedJournal: a bit of an acknowledged block ends the start, by a word that
// names the file, and with the operator's word the ledger ends before it.
func TestOpen_DamagedJournal(t *testing.T) {
	f := fill(t, 10)
	spoil := func(dir string) {
		path := filepath.Join(dir, "journal", "00000000.segment")
		require.True(t, disktest.Rewrite(t, path, func(raw []byte) []byte {
			raw[bytes.LastIndex(raw, []byte("TJB1"))+60] ^= 1
			return raw
		}))
	}
	err := f.refused(segment.ErrDamaged, spoil)
	require.ErrorContains(t, err, "00000000.segment, byte ")
	require.NoError(t, f.Ledger.Close())
	spoil(f.Dir)
	accepting := f.options()
	accepting.AcceptLoss = true
	f.Ledger, err = journal.Open(t.Context(), accepting)
	require.NoError(t, err)
	f.has(f.outcomes[:9])
}

// TestOpen_CopyOfARunningLedger takes copies of the directory while it is written to. A
// copy opens with all that was acknowledged before it began, or does not open.
func TestOpen_CopyOfARunningLedger(t *testing.T) {
	f := fill(t, 5)
	for round := range 8 {
		before, from := len(f.outcomes), 100+100*round
		copied := filepath.Join(t.TempDir(), "copy")
		done := make(chan error, 1)
		go func() { done <- disktest.Copy(copied, f.Dir) }()
		f.admit(from, from+20)
		if err := <-done; err != nil {
			continue // a table went away under the copy
		}
		o := f.options()
		o.Dir = copied
		l, err := journal.Open(t.Context(), o)
		if err != nil {
			t.Logf("round %d: %v", round, err)
			continue
		}
		for _, want := range f.outcomes[:before] {
			got, ok, err := l.Outcome(t.Context(), want.ID)
			require.NoError(t, err)
			require.True(t, ok)
			require.Equal(t, string(want.Canonical()), string(got.Canonical()))
		}
		require.NoError(t, l.Close())
	}
}

// TestOpen_StateFollowsFromTheJournal plays random commands of every kind, and makes the
// state anew from the journal: it is what it was.
func TestOpen_StateFollowsFromTheJournal(t *testing.T) {
	open := func(t testing.TB) ledgertest.Fixture {
		t.Helper()
		o := newJournal(t)
		t.Cleanup(func() {
			seen := o.dump()
			require.NoError(t, o.Ledger.Close())
			require.NoError(t, os.RemoveAll(filepath.Join(o.Dir, "state")))
			o.Open()
			require.Equal(t, seen, o.dump())
		})
		return o.Fixture()
	}
	ledgertest.RunMachine(t, open, ledgertest.MachineOptions{Commands: 3000, Vectors: t.TempDir()})
	ledgertest.RunVectors(t, open, vectors)
}

// TestOpen_ClockThatJumpsNeedsConsent moves the clock two hours ahead of the last block.
func TestOpen_ClockThatJumpsNeedsConsent(t *testing.T) {
	o := newJournal(t)
	ledgertest.RunClockThatJumps(t, o.Owned, journal.ErrClockAhead, func(accept bool) (*journal.Ledger, error) {
		strict := o.options()
		strict.AnyClock, strict.AcceptClockJump = false, accept
		return journal.Open(t.Context(), strict)
	})
}

// TestOpen_EveryFileSpoiled spoils each file of a directory in eight ways. Each time the
// damage is found at the start and said, or it is harmless: all that was acknowledged is
// there, in this ledger.
func TestOpen_EveryFileSpoiled(t *testing.T) {
	f := fill(t, 40)
	id := f.Ledger.ID()
	require.NoError(t, f.Ledger.Close())
	whole := t.TempDir()
	require.NoError(t, disktest.Copy(whole, f.Dir))
	found := 0
	for _, file := range disktest.Files(t, whole) {
		for _, how := range disktest.Damages() {
			require.NoError(t, os.RemoveAll(f.Dir))
			require.NoError(t, disktest.Copy(f.Dir, whole))
			if !how.Spoil(t, filepath.Join(f.Dir, file)) {
				continue // it is too short
			}
			l, err := journal.Open(t.Context(), f.options())
			if err != nil {
				found++
				said := slices.ContainsFunc([]error{
					segment.ErrDamaged, sealer.ErrKey, sealer.ErrNoKey, sealer.ErrOtherLedger, journal.ErrLost, journal.ErrLostJournal,
				}, func(kind error) bool { return errors.Is(err, kind) })
				require.True(t, said, "%s, %s: %v", file, how.Name, err)
				continue
			}
			f.Ledger = l
			require.Equal(t, id, l.ID(), "%s, %s", file, how.Name)
			f.has(f.outcomes)
			require.NoError(t, l.Close())
		}
	}
	require.Greater(t, found, 10)
	require.NoError(t, os.RemoveAll(f.Dir))
	require.NoError(t, disktest.Copy(f.Dir, whole))
	f.Open()
}
