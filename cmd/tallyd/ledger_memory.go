package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"time"

	"tally/internal/ledger"
	"tally/internal/ledger/memory"
	"tally/internal/voucher"
)

// memoryLedger is a ledger to try things out on.
type memoryLedger struct{ nothingBeside }

func (*memoryLedger) kind() kind { return kind{name: "memory", about: "forgets all", forgets: true} }

// open implements driver.
func (*memoryLedger) open(ctx context.Context, b basics, log *slog.Logger) (opened, error) {
	if b.foundNone {
		return opened{}, fmt.Errorf("%w: --ledger memory founds one at every start", errNotFounded)
	}
	var id voucher.Hash
	_, _ = rand.Read(id[:]) // never fails, by its documentation
	l, err := memory.New(id, b.operators, b.threshold, time.Now)
	if err != nil {
		return opened{}, err
	}
	log.WarnContext(ctx, "a new ledger was founded in memory: it ends with this process", slog.String("ledger", id.String()))
	return opened{ledger: l, batches: 1}, nil
}

// openToRead implements driver.
func (*memoryLedger) openToRead(context.Context, basics, *slog.Logger) (ledger.Ledger, error) {
	return nil, errNoLedger
}

// check implements driver.
func (*memoryLedger) check(context.Context, basics, bool) checks { return checks{} }

// explain implements driver.
func (*memoryLedger) explain(error) (told error, ok bool) { return nil, false }
