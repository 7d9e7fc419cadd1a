package main

import (
	"context"
	"time"

	"tally/internal/terminal"
)

type ledgerCmd struct{}

// Help shows an example.
func (ledgerCmd) Help() string {
	return `Pin the id with --ledger-id or $TALLY_LEDGER_ID: then nothing is ever signed for another ledger.

Example:

    tally ledger --server http://127.0.0.1:8480`
}

// Run shows the ledger.
func (ledgerCmd) Run(ctx context.Context, a *app) error {
	info, err := a.client().Ledger(ctx)
	if err != nil {
		return err
	}
	if a.LedgerID != nil && *a.LedgerID != info.ID {
		return wrongLedger(*a.LedgerID, info.ID)
	}
	return a.answer(info,
		terminal.Field{"id", info.ID}, terminal.Field{"head", info.Head}, terminal.Field{"time", time.Unix(info.Time, 0).UTC().Format(time.RFC3339)})
}
