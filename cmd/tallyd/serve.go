package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"sync/atomic"
	"time"

	gethlog "github.com/ethereum/go-ethereum/log"
	"github.com/gin-gonic/gin"

	"tally/internal/audit/translog"
	"tally/internal/disk"
	"tally/internal/edge"
	"tally/internal/httpapi"
	"tally/internal/index"
	"tally/internal/ledger"
	"tally/internal/ledger/evm/contract"
	"tally/internal/ledger/evm/embedded"
	"tally/internal/ledger/evm/embedded/chain"
	"tally/internal/ledger/evm/embedded/chain/store"
	"tally/internal/ledger/evm/remote"
	"tally/internal/ledger/fabric"
	"tally/internal/ledger/memory"
	"tally/internal/teller"
	"tally/internal/voucher"
)

// Serve is the command that serves the API.
type Serve struct {
	Data              string          `help:"Data directory." default:"./data" env:"TALLYD_DATA" type:"path"`
	Listen            string          `help:"Address to listen on." default:"127.0.0.1:8480" env:"TALLYD_LISTEN"`
	Ledger            string          `help:"Ledger: evm keeps its chain in the data directory, remote is a contract on a network (--rpc, --contract, --relayer-key), fabric a channel of a Fabric network (--peer, --msp, --msp-cert, --msp-key), memory forgets all." enum:"evm,remote,fabric,memory" default:"evm" env:"TALLYD_LEDGER"`
	Contract          voucher.Address `help:"Contract of a remote ledger, as tallyd deploy prints it." env:"TALLYD_CONTRACT"`
	Network           `embed:""`
	Reach             Channel           `embed:""`
	Operator          []voucher.Address `help:"Address of a first operator of a new ledger. Repeat it for more." env:"TALLYD_OPERATOR"`
	Threshold         uint32            `help:"How many operators must agree to change the operators." default:"1" env:"TALLYD_THRESHOLD"`
	AcceptClockJump   bool              `help:"The clock is right although the last block is more than an hour old, as after a long stop." env:"TALLYD_ACCEPT_CLOCK_JUMP"`
	AcceptLostHistory bool              `help:"Go on although commands that were acknowledged are lost, as after a restore from an older copy: the log then starts a second history, which auditors and witnesses notice." env:"TALLYD_ACCEPT_LOST_HISTORY"`
	IndexFlags
	LogFlags
	LogLevel slog.Level `help:"debug, info, warn or error." default:"info" env:"TALLYD_LOG_LEVEL"`

	RPC  `embed:""`
	Edge `embed:""`
	File `embed:""`
}

// Time limits of the HTTP server that follow from the API's.
const (
	writeTimeout  = httpapi.RequestTimeout + 10*time.Second
	shutdownAfter = httpapi.RequestTimeout + 5*time.Second
)

// Run serves until ctx ends, then lets requests under way finish.
func (s *Serve) Run(ctx context.Context) (err error) {
	log := slog.New(edge.Lines(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: s.LogLevel}), time.Now))
	gin.SetMode(gin.ReleaseMode)
	// go-ethereum ends the process where the disk fails, and says why to this logger only.
	gethlog.SetDefault(gethlog.NewLogger(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})))
	l, err := s.open(ctx, log)
	if err != nil {
		return explain(err)
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	stopRPC, err := s.RPC.open(ctx, log, l)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stopRPC()) }()

	x, closeIndex, err := s.openIndex(l, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeIndex()) }()
	leaves, err := s.openLog(ctx, l, log)
	if err != nil {
		return explain(err)
	}
	defer func() { err = errors.Join(err, leaves.close()) }()
	front, err := s.Edge.open(ctx, log, s.Listen)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, front.close()) }()
	pipeline := ledger.NewPipeline(front.metrics.Metered(l), s.batches())
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

	readers := streams{index: projector.Stats, log: leaves.Failing, caughtUp: caughtUp.Load, now: time.Now}
	if err := front.watch(ctx, l, pipeline, indexOf(projector), leaves.progress, readers.ready); err != nil {
		return err
	}
	counter := teller.New(l, pipeline, x, log)
	following := make(chan struct{})
	go func() {
		defer close(following)
		counter.Follow(projecting)
	}()
	defer func() { stop(); <-following }()
	api := httpapi.New(counter, log, time.Now, front.readiness.Ready).With(leaves.evidence())
	return front.serve(ctx, api.Handler(), slog.String("ledger", s.Ledger), slog.String("id", l.ID().String()))
}

// batches is how many batches of commands are under way at once.
func (s *Serve) batches() int {
	if s.Ledger == "fabric" {
		return batchesOnFabric
	}
	return max(1, batchesPerRelayer*len(s.RelayerKey))
}

func (s *Serve) open(ctx context.Context, log *slog.Logger) (ledger.Ledger, error) {
	slices.SortFunc(s.Operator, func(a, b voucher.Address) int { return slices.Compare(a[:], b[:]) })
	switch s.Ledger {
	case "remote":
		return s.Network.open(ctx, s.Contract, s.Data, log)
	case "fabric":
		return fabric.Open(ctx, s.Reach.options(log))
	case "memory":
		var id voucher.Hash
		_, _ = rand.Read(id[:]) // never fails, by its documentation
		return memory.New(id, s.Operator, s.Threshold, time.Now)
	}
	return embedded.Open(ctx, embedded.Options{
		Dir: s.Data, Operators: s.Operator, Threshold: s.Threshold, AcceptClockJump: s.AcceptClockJump,
		AcceptLoss: s.AcceptLostHistory, Fatal: end, Log: log,
	})
}

// end is how a server ends whose disk refuses a write or gives back what was not
// written: by the words that an operator needs, as its last line.
func end(err error) {
	fmt.Fprintln(os.Stderr, "tallyd:", explain(fmt.Errorf("it ends here: %w", err)))
	os.Exit(exitFailed)
}

// explain adds what to do to errors that an operator can mend.
func explain(err error) error {
	switch {
	case errors.Is(err, embedded.ErrNoOperators), errors.Is(err, voucher.ErrText):
		return fmt.Errorf("%w: name them with --operator 0x… (tally key new NAME makes a key)", err)
	case errors.Is(err, chain.ErrClockAhead):
		return fmt.Errorf("%w: check the clock; if it is right, start with --accept-clock-jump", err)
	case errors.Is(err, contract.ErrOtherContract):
		return fmt.Errorf("%w: serve it with the tallyd that founded it, or choose another --data or --contract", err)
	case errors.Is(err, remote.ErrUnreachable):
		return fmt.Errorf("%w: is a node at --rpc?", err)
	case errors.Is(err, remote.ErrNoContract), errors.Is(err, remote.ErrNotFounded), errors.Is(err, remote.ErrOtherChain):
		return fmt.Errorf("%w: check --rpc and --contract; tallyd deploy founds a ledger", err)
	case errors.Is(err, remote.ErrPurse):
		return fmt.Errorf("%w: see --data and --relayer-budget", err)
	case errors.Is(err, remote.ErrNoFunds):
		return fmt.Errorf("%w: send it some, or name another with --relayer-key", err)
	case errors.Is(err, remote.ErrNoRelayer):
		return fmt.Errorf("%w: name a file with --relayer-key", err)
	case errors.Is(err, fabric.ErrOptions), errors.Is(err, fabric.ErrFiles):
		return fmt.Errorf("%w: see --peer, --msp, --msp-cert and --msp-key", err)
	case errors.Is(err, fabric.ErrUnreachable):
		return fmt.Errorf("%w: is a peer at each --peer, with a certificate of that CA?", err)
	case errors.Is(err, fabric.ErrDenied):
		return fmt.Errorf("%w: --msp-cert has to be a certificate of --msp that the channel's readers and writers include", err)
	case errors.Is(err, fabric.ErrNoChannel), errors.Is(err, fabric.ErrNoChaincode):
		return fmt.Errorf("%w: check --channel and --chaincode, and that the chaincode runs beside the peers", err)
	case errors.Is(err, fabric.ErrNotFounded):
		return fmt.Errorf("%w: tallyd found founds it", err)
	case errors.Is(err, fabric.ErrClock):
		return fmt.Errorf("%w: compare this machine's clock with each peer's, and set the one that is wrong", err)
	case errors.Is(err, fabric.ErrPruned):
		return fmt.Errorf("%w: they joined by a snapshot; name with --peer one that has kept every block since the first", err)
	case errors.Is(err, disk.ErrOpenToOthers): // which says what to do
		return err
	case errors.Is(err, disk.ErrUnwritable):
		return fmt.Errorf("%w: make room or mend the disk, and start again: what was answered is kept", err)
	case errors.As(err, new(*chain.LostError)), errors.As(err, new(*translog.HistoryError)):
		return fmt.Errorf("%w: bring the data directory back from a copy that has them; to go on without what is lost, start once with --accept-lost-history", err)
	case errors.Is(err, chain.ErrDamaged), errors.Is(err, store.ErrDamaged):
		return fmt.Errorf("%w: nothing was changed; look at the disk, and bring the whole data directory back from a copy", err)
	case errors.Is(err, embedded.ErrLostChain):
		return fmt.Errorf("%w: is its disk mounted? Bring the whole data directory back from a copy; a new ledger needs another --data", err)
	case errors.Is(err, embedded.ErrNoSealerKey), errors.Is(err, embedded.ErrSealerKey):
		return fmt.Errorf("%w: bring sealer.key back from a copy; without it nothing can be added to the chain", err)
	case errors.Is(err, embedded.ErrOtherLedger):
		return fmt.Errorf("%w: bring back the file that belongs to the chain; if the chain is the right one, remove the file, and it is written again", err)
	case errors.Is(err, errNoLogKey):
		return fmt.Errorf("%w: bring it back from a copy, or name it with --log-key; --new-log-key makes another, and what auditors pinned then holds no more", err)
	case errors.Is(err, translog.ErrKey):
		return fmt.Errorf("%w: bring the file back from a copy, or name the key of this ledger's log with --log-key; where nobody has pinned it, as of a ledger founded just now, remove the file, and a key is made", err)
	case errors.Is(err, chain.ErrInUse), errors.Is(err, translog.ErrInUse):
		return fmt.Errorf("%w: another tallyd runs on it; stop that one, or choose another --data", err)
	default:
		return err
	}
}
