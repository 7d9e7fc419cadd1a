package embedded_test

import (
	"context"
	"log/slog"
	"testing"

	"tally/internal/ledger"
	"tally/internal/ledger/evm/embedded"
	"tally/internal/ledger/faulttest"
	"tally/internal/ledger/ledgertest"
)

func TestFaults_EachCallOfACommandAndAStart(t *testing.T) {
	faulttest.Run(t, func(dir string) (ledger.Ledger, error) {
		return embedded.Open(context.Background(), embedded.Options{
			Dir: dir, Operators: ledgertest.Operators(), Threshold: 1, Now: ledgertest.Start, AnyClock: true, Log: slog.New(slog.DiscardHandler),
		})
	})
}
