package cli

import (
	"context"
	"time"

	"tally/internal/terminal"
)

// LedgerCmd shows which ledger the server serves.
type LedgerCmd struct{}

// Help shows an example.
func (LedgerCmd) Help() string {
	return `Pin the id with --ledger-id or $TALLY_LEDGER_ID: then nothing is ever signed for another ledger.

Example:

    tally ledger --server http://127.0.0.1:8480`
}

// Run shows the ledger.
func (LedgerCmd) Run(ctx context.Context, a *App) error {
	info, err := a.Client().Ledger(ctx)
	if err != nil {
		return err
	}
	if a.LedgerID != nil && *a.LedgerID != info.ID {
		return WrongLedger(*a.LedgerID, info.ID)
	}
	return a.Answer(info,
		terminal.Field{"id", info.ID}, terminal.Field{"head", info.Head}, terminal.Field{"time", time.Unix(info.Time, 0).UTC().Format(time.RFC3339)})
}
