package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"tally/internal/audit/evidence"
	"tally/internal/audit/receipt"
	"tally/internal/audit/translog"
	"tally/internal/httpapi"
	"tally/internal/ledger"
	"tally/internal/ledger/evm"
	"tally/internal/metrics"
	"tally/internal/voucher"
)

// LogFlags say who signs the checkpoints of the transparency log.
type LogFlags struct {
	LogKey string `help:"File with the key that signs the checkpoints of the transparency log. Servers of one ledger have the same. Without it, log.key in the data directory, which is made if it is not there." env:"TALLYD_LOG_KEY" type:"path"`
}

// Where the log is in a data directory. logDir can vanish: it is derived from
// the ledger again. logKeyFile cannot: auditors have pinned its public half.
const (
	logDir     = "log"
	logKeyFile = "log.key"
)

// auditLog is the log of a ledger as it grows, and the desk beside it.
type auditLog struct {
	*translog.Log
	desk   *evidence.Desk
	ledger ledger.Ledger
	close  func() error
}

// openLog derives the log of a ledger in the data directory until close.
func (s *Serve) openLog(ctx context.Context, l ledger.Ledger, log *slog.Logger) (a *auditLog, err error) {
	data, remove := s.Data, func() error { return nil }
	if s.Ledger == "memory" { // its log is gone with it
		if data, err = os.MkdirTemp("", "tallyd-log-"); err != nil {
			return nil, fmt.Errorf("log: %w", err)
		}
		remove = func() error { return os.RemoveAll(data) }
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, remove())
		}
	}()
	key, err := s.logKey(ctx, data, l.ID(), log)
	if err != nil {
		return nil, err
	}
	leaves, err := translog.Open(l, filepath.Join(data, logDir), key, log)
	if err != nil {
		return nil, fmt.Errorf("open the log: %w", err)
	}
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() { defer close(done); leaves.Run(running) }()
	return &auditLog{leaves, evidence.NewDesk(l, leaves), l, func() error {
		stop()
		<-done
		return errors.Join(leaves.Close(), remove())
	}}, nil
}

// logKey reads the log's key. Only in the data directory it is made: a file that
// the operator names and that is not there would be a second key of the log.
func (s *Serve) logKey(ctx context.Context, data string, id voucher.Hash, log *slog.Logger) (translog.Key, error) {
	path := s.LogKey
	if path == "" {
		path = filepath.Join(data, logKeyFile)
		if err := os.MkdirAll(data, 0o700); err != nil {
			return translog.Key{}, fmt.Errorf("log key: %w", err)
		}
	}
	_, err := os.Stat(path)
	isNew := errors.Is(err, fs.ErrNotExist)
	if isNew && s.LogKey != "" {
		return translog.Key{}, fmt.Errorf("log key: %w", err)
	}
	key, err := translog.LoadKey(path, id)
	if err == nil && isNew && s.Ledger != "memory" {
		log.InfoContext(ctx, "made a key for the log: keep a copy, and give every server of this ledger the same",
			slog.String("file", path), slog.String("public", key.Public()))
	}
	return key, err
}

// evidence is what the API hands out.
func (a *auditLog) evidence() httpapi.Evidence {
	return httpapi.Evidence{
		Log: httpapi.LogInfo{Origin: translog.Origin(a.ledger.ID()), Key: a.Key()}, Chain: chainInfo(a.ledger),
		Checkpoint: a.Checkpoint, Tile: a.Tile, Blocks: a.desk.Blocks, Proof: a.desk.Proof,
		Receipt: func(ctx context.Context, at voucher.Position) ([]byte, error) {
			raw, err := a.desk.Receipt(ctx, at)
			if errors.Is(err, receipt.ErrTooLong) {
				err = httpapi.ErrReceiptTooLong
			}
			return raw, err
		},
	}
}

// chainInfo is what the proofs of an embedded chain are held against.
func chainInfo(l ledger.Ledger) *httpapi.ChainInfo {
	embedded, ok := l.(*evm.Ledger)
	if !ok {
		return nil
	}
	c := embedded.Chain()
	return &httpapi.ChainInfo{
		Genesis: voucher.Hash(c.GenesisHash()), Sealer: voucher.Address(c.Sealer()), Contract: voucher.Address(evm.Contract()),
	}
}

// progress is how far the log is.
func (a *auditLog) progress() metrics.Log {
	return metrics.Log{Leaves: a.Size(), Reached: a.Reached()}
}
