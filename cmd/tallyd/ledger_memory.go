package main

import (
	"context"
	"crypto/rand"
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
func (*memoryLedger) open(_ context.Context, b basics, _ *slog.Logger) (opened, error) {
	var id voucher.Hash
	_, _ = rand.Read(id[:]) // never fails, by its documentation
	l, err := memory.New(id, b.operators, b.threshold, time.Now)
	return opened{ledger: l, batches: 1}, err
}

// openToRead implements driver.
func (*memoryLedger) openToRead(context.Context, basics, *slog.Logger) (ledger.Ledger, error) {
	return nil, errNoLedger
}

// check implements driver.
func (*memoryLedger) check(context.Context, basics, bool) checks { return checks{} }

// explain implements driver.
func (*memoryLedger) explain(error) (told error, ok bool) { return nil, false }
