package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"tally/internal/api"
	"tally/internal/disk"
	"tally/internal/ledger"
	"tally/internal/ledger/journal"
	"tally/internal/ledger/journal/segment"
	"tally/internal/ledger/sealer"
)

// journalLedger is the ledger that is a journal in the data directory.
type journalLedger struct{ nothingBeside }

func (*journalLedger) kind() kind {
	return kind{name: "journal", about: "keeps a signed journal there", own: "journal"}
}

// open implements driver.
func (*journalLedger) open(ctx context.Context, b basics, log *slog.Logger) (opened, error) {
	if b.foundNone {
		b.operators = nil // the directory has a ledger, or there is none
	}
	l, err := journal.Open(ctx, journal.Options{
		Dir: b.data, Operators: b.operators, Threshold: b.threshold, AcceptClockJump: b.acceptJump,
		AcceptLoss: b.acceptLoss, Reserve: b.reserve, Fatal: end, Log: log,
	})
	if b.foundNone && errors.Is(err, journal.ErrNoOperators) {
		return opened{}, fmt.Errorf("%w: %s", errNotFounded, b.data)
	}
	if err != nil {
		return opened{}, err
	}
	return opened{ledger: l, own: true, batches: 1, pins: pinned{journal: &api.JournalInfo{Genesis: l.Genesis(), Sealer: l.Sealer()}}}, nil
}

// openToRead implements driver. A journal has one process, so a server has to be stopped.
func (j *journalLedger) openToRead(ctx context.Context, b basics, log *slog.Logger) (ledger.Ledger, error) {
	if _, err := os.Stat(filepath.Join(b.data, sealer.KeyFile)); err != nil {
		return nil, fmt.Errorf("%w: %w", errNoLedger, err)
	}
	l, err := j.open(ctx, b, log)
	return l.ledger, err
}

// check implements driver: the directory is whole, or empty and fit for a new ledger.
func (j *journalLedger) check(_ context.Context, b basics, _ bool) checks {
	return checkOwn(b, j.kind())
}

// explain implements driver.
func (*journalLedger) explain(err error) (told error, ok bool) {
	switch {
	case errors.Is(err, journal.ErrNoOperators), errors.Is(err, journal.ErrOperators):
		return fmt.Errorf("%w: name them with --operator 0x… (tally key new NAME makes a key)", err), true
	case errors.Is(err, journal.ErrClockAhead):
		return fmt.Errorf("%w: check the clock; if it is right, start with --accept-clock-jump", err), true
	case errors.Is(err, disk.ErrOpenToOthers), errors.Is(err, disk.ErrUnwritable): // of whatever file
		return nil, false
	case errors.Is(err, journal.ErrLost):
		return explainLost(err), true
	case errors.Is(err, segment.ErrDamaged):
		return fmt.Errorf("%w: nothing was changed; look at the disk, and bring the whole data directory back from a copy; to go on without all that was written after the damage, start once with --accept-lost-history", err), true
	case errors.Is(err, journal.ErrState):
		return fmt.Errorf("%w: start again, and it is made anew from the journal; look at the disk", err), true
	case errors.Is(err, journal.ErrOtherRules):
		return fmt.Errorf("%w: serve it with the tallyd that wrote it", err), true
	case errors.Is(err, journal.ErrLostJournal):
		return fmt.Errorf("%w: is its disk mounted? Bring the whole data directory back from a copy; a new ledger needs another --data", err), true
	case errors.Is(err, journal.ErrInUse):
		return explainInUse(err), true
	default:
		return explainSealer(err)
	}
}
