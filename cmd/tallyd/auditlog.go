package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"tally/internal/api"
	"tally/internal/audit/council"
	"tally/internal/audit/evidence"
	"tally/internal/audit/translog"
	"tally/internal/audit/witness"
	"tally/internal/disk"
	"tally/internal/httpapi"
	"tally/internal/httpclient"
	"tally/internal/ledger"
	"tally/internal/metrics"
	"tally/internal/voucher"
)

// LogFlags say who signs the checkpoints of the transparency log.
type LogFlags struct {
	LogKey    string `help:"File with the key that signs the checkpoints of the transparency log. Servers of one ledger have the same. Without it, log.key in the data directory, which is made with a new ledger." env:"TALLYD_LOG_KEY" type:"path"`
	NewLogKey bool   `help:"Make a new log.key although the log had one, as where every copy of it is lost: auditors and witnesses have to pin the new one." env:"TALLYD_NEW_LOG_KEY"`

	LogWitnesses string        `help:"File with a policy (C2SP tlog-policy, with URLs) of the witnesses that are to cosign the log's checkpoints. Checkpoints and receipts then are those that enough of them cosigned." env:"TALLYD_LOG_WITNESSES" type:"path"`
	LogPace      time.Duration `help:"How often the witnesses are asked while the log grows: 1s to 1h." default:"5s" least:"1s" most:"1h" env:"TALLYD_LOG_PACE"`
}

// Where the log is in a data directory. logDir can vanish: it is derived from
// the ledger again. logKeyFile cannot: auditors have pinned its public half.
const (
	logDir     = "log"
	logKeyFile = "log.key"
)

// auditLog is the log of a ledger as it grows, and the evidence that is handed out.
type auditLog struct {
	*translog.Log
	evidence *evidence.Server
	ledger   ledger.Ledger
	pins     pinned
	close    func() error

	council *council.Council // nil without witnesses
}

// openLog derives the log of a ledger in the data directory until close.
func (s *Serve) openLog(ctx context.Context, on opened, log *slog.Logger) (a *auditLog, err error) {
	l, data, remove := on.ledger, s.Data, func() error { return nil }
	if s.chosen().kind().forgets { // its log is gone with it
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
	key, err := s.logKey(ctx, data, on, log)
	if err != nil {
		return nil, err
	}
	leaves, err := translog.Open(l, filepath.Join(data, logDir), key, log)
	if err != nil {
		return nil, fmt.Errorf("open the log: %w", err)
	}
	if err := s.compare(ctx, on.own, leaves, log); err != nil {
		return nil, errors.Join(err, leaves.Close())
	}
	a = &auditLog{Log: leaves, evidence: evidence.NewServer(l, leaves), ledger: l, pins: on.pins}
	if a.council, err = s.council(leaves, log); err != nil {
		return nil, errors.Join(err, leaves.Close())
	}
	stop := a.run(context.WithoutCancel(ctx))
	a.close = func() error {
		stop()
		return errors.Join(leaves.Close(), remove())
	}
	return a, nil
}

// compare holds the log against its ledger. What cannot be read of a shared
// ledger now is read later.
func (s *Serve) compare(ctx context.Context, own bool, leaves *translog.Log, log *slog.Logger) error {
	err := leaves.Compare(ctx, own)
	var history *translog.HistoryError
	switch {
	case errors.As(err, &history) && s.AcceptLostHistory:
		log.WarnContext(ctx, "the log starts a second history, as the operator accepts that the first is lost", slog.Any("cause", err))
		return leaves.StartAgain()
	case err == nil, history == nil && !own:
		return nil
	}
	return fmt.Errorf("compare the log with the ledger: %w", err)
}

// run integrates the ledger's entries into the log, and has it cosigned, until stop
// returns.
func (a *auditLog) run(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() { a.Run(ctx) })
	if a.council != nil {
		running.Go(func() { a.council.Run(ctx) })
	}
	return func() { cancel(); running.Wait() }
}

// council is the witnesses that a policy names, or nil.
func (f *LogFlags) council(leaves *translog.Log, log *slog.Logger) (*council.Council, error) {
	if f.LogWitnesses == "" {
		return nil, nil // no witnesses are no error
	}
	group, err := council.ReadPolicy(f.LogWitnesses)
	if err != nil {
		return nil, fmt.Errorf("--log-witnesses: %w", err)
	}
	return council.New(leaves, witness.NewAsker(*group, leaves.Consistency, httpclient.New(nil, 0)), f.LogPace, log), nil
}

// errNoLogKey says that a log is there, or was, and its key is not.
var errNoLogKey = errors.New("the key of the log is missing")

// logKey reads the log's key. It is made in the data directory only, and only
// for a log that had none: a second key of a log makes every pin of it worthless.
func (s *Serve) logKey(ctx context.Context, data string, on opened, log *slog.Logger) (translog.Key, error) {
	l := on.ledger
	if s.LogKey != "" {
		return translog.LoadKey(s.LogKey, l.ID())
	}
	path := filepath.Join(data, logKeyFile)
	key, err := translog.LoadKey(path, l.ID())
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if !s.NewLogKey {
		had, err := hadLog(ctx, data, on)
		if err != nil {
			return key, fmt.Errorf("look for an older log: %w", err)
		}
		if had {
			return key, fmt.Errorf("%w: there is no %s", errNoLogKey, path)
		}
	}
	if err := disk.MakeDirectory(data); err != nil {
		return key, fmt.Errorf("log key: %w", err)
	}
	if key, err = translog.MakeKey(path, l.ID()); err == nil && !s.chosen().kind().forgets {
		log.InfoContext(ctx, "made a key for the log: keep a copy, and give every server of this ledger the same",
			slog.String("file", path), slog.String("public", key.Public()))
	}
	return key, err
}

// hadLog reports whether a data directory has, or had, a log: there are its
// files; or the ledger, which is the directory's own, has a first leaf. A server
// that is new to a shared ledger had none.
func hadLog(ctx context.Context, data string, on opened) (bool, error) {
	if entries, err := os.ReadDir(filepath.Join(data, logDir)); err == nil && len(entries) > 0 {
		return true, nil
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	if !on.own {
		return false, nil
	}
	head, err := on.ledger.Head(ctx)
	if err != nil {
		return false, err
	}
	for _, err := range on.ledger.Events(ctx, voucher.Position{}, head) {
		return err == nil, err
	}
	return false, nil
}

// named is what the API names for auditors to pin.
func (a *auditLog) named() httpapi.Pins {
	return httpapi.Pins{
		Log: api.LogInfo{Origin: translog.Origin(a.ledger.ID()), Key: a.Key()}, Chain: a.pins.chain, Journal: a.pins.journal, Channel: a.pins.channel,
	}
}

// progress is how far the log is.
func (a *auditLog) progress() metrics.Log {
	p := metrics.Log{Leaves: a.Size(), Reached: a.Reached()}
	if a.council != nil {
		p.Council = &metrics.Council{Cosigned: a.council.Cosigned(), Failed: a.council.Failed()}
	}
	return p
}
