package journal_test

import (
	"context"
	"log/slog"
	"testing"

	"tally/internal/ledger"
	"tally/internal/ledger/faulttest"
	"tally/internal/ledger/journal"
	"tally/internal/ledger/ledgertest"
)

func TestFaults_EachCallOfACommandAndAStart(t *testing.T) {
	faulttest.Run(t, func(dir string) (ledger.Ledger, error) {
		return journal.Open(context.Background(), journal.Options{
			Dir: dir, Operators: ledgertest.Operators(), Threshold: 1, Now: ledgertest.Start, AnyClock: true,
			SegmentBytes: 256 << 10, Log: slog.New(slog.DiscardHandler),
		})
	})
}
