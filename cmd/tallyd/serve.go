package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync/atomic"
	"time"

	gethlog "github.com/ethereum/go-ethereum/log"
	"github.com/gin-gonic/gin"

	"tally/internal/api"
	"tally/internal/disk"
	"tally/internal/edge"
	"tally/internal/httpapi"
	"tally/internal/index"
	"tally/internal/ledger"
	"tally/internal/teller"
	"tally/internal/voucher"
)

// Serve is the command that serves the API.
type Serve struct {
	Data              string       `help:"Data directory." default:"./data" env:"TALLYD_DATA" type:"path"`
	Listen            string       `help:"Address to listen on." default:"127.0.0.1:8480" env:"TALLYD_LISTEN"`
	Ledger            string       `help:"Ledger: ${ledgers_help}." enum:"${ledgers}" default:"evm" env:"TALLYD_LEDGER"`
	Own               ownDirectory `embed:""`
	Ledgers           `embed:""`
	Operator          []voucher.Address `help:"Address of a first operator of a new ledger. Repeat it for more." env:"TALLYD_OPERATOR"`
	Threshold         uint32            `help:"How many operators must agree to change the operators." default:"1" env:"TALLYD_THRESHOLD"`
	AcceptLostHistory bool              `help:"Go on although commands that were acknowledged are lost: after a restore from an older copy, where the ledger lost its end, or where a write-ahead log or a journal is damaged in its middle, which is then cut there. The log then starts a second history, which auditors and witnesses notice. It mends no other damage. For one start only." env:"TALLYD_ACCEPT_LOST_HISTORY"`
	ExpectLedger      voucher.Hash      `help:"Id of the ledger that is expected, as the log line listening and GET /v1/ledger have it. The server serves no other, and founds none: a data directory that is empty because its disk is not mounted ends the start." env:"TALLYD_EXPECT_LEDGER" placeholder:"0x…"`
	IndexFlags
	LogFlags
	Records
	LogLevel slog.Level `help:"debug, info, warn or error." default:"info" env:"TALLYD_LOG_LEVEL"`

	Edge `embed:""`
	File `embed:""`
}

// Validate implements kong's hook.
func (s *Serve) Validate() error {
	return errors.Join(s.Edge.Validate(), s.validate())
}

// Time limits of the HTTP server that follow from the API's.
const (
	writeTimeout  = api.RequestTimeout + 10*time.Second
	shutdownAfter = api.RequestTimeout + 5*time.Second
)

// Run serves until ctx ends, then lets requests under way finish.
func (s *Serve) Run(ctx context.Context) (err error) {
	log := slog.New(edge.Lines(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: s.LogLevel}), time.Now))
	gin.SetMode(gin.ReleaseMode)
	// go-ethereum ends the process where the disk fails, and says why to this logger only.
	gethlog.SetDefault(gethlog.NewLogger(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})))
	if err := s.ofThisKind(s.chosen().kind(), s.Data); err != nil {
		return err
	}
	on, err := s.chosen().open(ctx, s.basics(), log)
	if err != nil {
		return explain(err)
	}
	l := on.ledger
	defer func() { err = errors.Join(err, l.Close()) }()
	if err := s.expected(l.ID()); err != nil {
		return err
	}
	if !s.chosen().kind().forgets {
		on.free = func() (int64, error) { return disk.Free(s.Data) }
	}
	closeBeside, err := s.openBeside(ctx, log, l)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeBeside()) }()

	x, closeIndex, err := s.openIndex(l, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeIndex()) }()
	leaves, err := s.openLog(ctx, on, log)
	if err != nil {
		return explain(err)
	}
	defer func() { err = errors.Join(err, leaves.close()) }()
	by, err := s.access("")
	if err != nil {
		return err
	}
	front, err := s.Edge.open(ctx, log, s.Listen, by)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, front.close()) }()
	pipeline := ledger.NewPipeline(front.metrics.Metered(l), on.batches)
	defer pipeline.Close()
	var caughtUp atomic.Bool
	projector := index.NewProjector(l, x, log)
	projecting, stop := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		projector.Run(projecting, func() { caughtUp.Store(true) })
	}()
	defer func() { stop(); <-done }()

	readers := streams{index: projector.Stats, log: leaves.Failing, caughtUp: caughtUp.Load, alone: on.own, began: time.Now(), now: time.Now}
	if err := front.watch(ctx, on, pipeline, indexOf(projector), leaves.progress, readers.ready); err != nil {
		return err
	}
	counter := teller.New(l, pipeline, x, log)
	following := make(chan struct{})
	go func() {
		defer close(following)
		counter.Follow(projecting)
	}()
	defer func() { stop(); <-following }()
	api := httpapi.New(counter, log, time.Now, front.readiness.Ready).With(leaves.evidence, leaves.named()).Records(s.openRecords(ctx, log)).At(front.origins()...).Lists(readers.lists)
	return front.serve(ctx, api.Handler(), slog.String("ledger", s.Ledger), slog.String("id", l.ID().String()))
}

// end is how a server ends whose disk refuses a write or gives back what was not
// written: by the words that an operator needs, as its last line.
func end(err error) {
	fmt.Fprintln(os.Stderr, "tallyd:", explain(fmt.Errorf("it ends here: %w", err)))
	os.Exit(exitFailed)
}
