package main

import (
	"context"
	"log/slog"
	"path/filepath"
	"time"

	"tally/internal/deposit"
)

// Records says how much room merchants have for the records of their orders.
type Records struct {
	RecordBytes uint64 `name:"record-bytes" help:"Bytes of records of orders and returns that one merchant's tills may deposit, with the ledgers evm and journal; 0 keeps none." default:"4294967296" least:"0" most:"1099511627776" env:"TALLYD_RECORD_BYTES"`
}

// recordsDir is the folder of the data directory that has the records.
const recordsDir = "deposits"

// openRecords opens the store of records. It is nil where none are kept: a ledger that ends
// with the process, and one that other servers serve, too, which would have other records. A
// store that cannot be opened stops no sale, so the server starts without it.
func (s *Serve) openRecords(ctx context.Context, log *slog.Logger) *deposit.Store {
	if s.RecordBytes == 0 || s.chosen().kind().own == "" {
		return nil
	}
	store, err := deposit.Open(deposit.Options{
		Dir: filepath.Join(s.Data, recordsDir), MerchantBytes: s.RecordBytes, Now: time.Now,
		Reserve: 2 * s.Own.DiskReserve, // so that a disk that fills up takes no records first, and commands still
	})
	if err != nil {
		log.ErrorContext(ctx, "no records of orders are kept", slog.Any("error", err))
		return nil
	}
	return store
}
