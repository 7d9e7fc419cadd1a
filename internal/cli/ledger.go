package cli

import (
	"context"
	"time"

	"tally/internal/api"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

// LedgerCmd shows which ledger the server serves.
type LedgerCmd struct{}

// Help shows an example.
func (LedgerCmd) Help() string {
	return `Pin the id with --ledger-id or $TALLY_LEDGER_ID: then nothing is ever signed for another ledger.

Example:

    tally ledger --server http://127.0.0.1:8480`
}

// LedgerAnswer is which ledger a server serves.
type LedgerAnswer struct {
	api.LedgerInfo `schema:"Ledger"`
}

// Text shows the ledger.
func (l LedgerAnswer) Text() terminal.Text {
	fields := []terminal.Field{{"id", l.ID}, {"head", l.Head}, {"time", terminal.Clock(voucher.Unix(time.Unix(l.Time, 0)), nil)}}
	if l.Log != nil {
		fields = append(fields, terminal.Field{"log", l.Log.Origin}, terminal.Field{"log's key", l.Log.Key})
	}
	return terminal.Text{Fields: fields}
}

// Answers implements Answerer.
func (*LedgerCmd) Answers() Answer { return LedgerAnswer{} }

// Run shows the ledger.
func (LedgerCmd) Run(ctx context.Context, a *App) error {
	info, err := a.Client().Ledger(ctx)
	if err != nil {
		return err
	}
	if a.LedgerID != nil && *a.LedgerID != info.ID {
		return WrongLedger(*a.LedgerID, info.ID)
	}
	return a.Say(LedgerAnswer{info})
}
