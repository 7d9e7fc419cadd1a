// Package embedded is the ledger on a chain of its own: the contract Tally,
// predeployed on a chain (package chain) that runs inside this process.
//
// The contract judges; this package seals its calls into blocks and reads the logs.
package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"tally/internal/disk"
	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/ledger/evm/contract"
	"tally/internal/ledger/evm/embedded/chain"
	"tally/internal/voucher"
)

const (
	chainID   = 7_411
	chainDir  = "chain"
	heartbeat = 30 * time.Minute // an idle chain seals an empty block so often, well within chain's hour
)

// Options says how to open an embedded ledger.
type Options struct {
	// Dir holds the chain, the sealer's key and the ledger's mark. It is made if it
	// does not exist.
	Dir string
	// Operators and Threshold found a new ledger. An old one does not look at them.
	Operators []voucher.Address
	Threshold uint32
	// Now is the clock; time.Now if nil.
	Now func() time.Time
	// AcceptClockJump is the operator's word that the clock is right although it
	// is more than an hour after the last block, as after a long stop.
	AcceptClockJump bool
	// AnyClock accepts every clock that runs forward. For tests that travel in time.
	AnyClock bool
	// AcceptLoss is the operator's word that commands which were acknowledged may be
	// missing, as after a restore from an older copy.
	AcceptLoss bool
	// Reserve is how many bytes stay free on the directory's disk: with less, the
	// ledger takes no commands. Zero keeps none.
	Reserve int64
	// Fatal is told why the process cannot go on, as where the disk refuses a
	// write, and must not return. If nil, the process panics.
	Fatal func(error)
	Log   *slog.Logger
}

// Ledger is a ledger.Ledger on an embedded chain.
type Ledger struct {
	contract.Views

	chain  *chain.Chain
	calls  contract.Calls
	domain *intent.Domain
	logs   contract.Logs
	cache  contract.ViewCache
	recent recent
	log    *slog.Logger
	room   *disk.Reserve

	submitting chan struct{} // held by sending: transactions are numbered one batch after the other
	nonce      nonce         // guarded by submitting
	stop       context.CancelFunc
	stopped    chan struct{}
}

var _ ledger.Ledger = (*Ledger)(nil)

// Open opens the ledger in a directory, or founds a new one, by the operators
// that are named, where the directory shows that there was none before. The
// error is ErrLostChain, ErrNoSealerKey, ErrSealerKey or ErrOtherLedger where
// something is missing or another's; then nothing is changed.
func Open(ctx context.Context, opts Options) (*Ledger, error) {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Log == nil {
		opts.Log = slog.Default()
	}
	dir, err := look(opts.Dir)
	if err != nil {
		return nil, err
	}
	key, err := dir.sealer(opts)
	if err != nil {
		return nil, err
	}
	calls, err := contract.NewCalls()
	if err != nil {
		return nil, err
	}
	l := &Ledger{
		calls: calls, logs: contract.NewLogs(contract.Address()),
		log: opts.Log, room: disk.NewReserve(opts.Dir, opts.Reserve, time.Now), submitting: make(chan struct{}, 1), stopped: make(chan struct{}),
	}
	l.Views = contract.NewViews(l.call)
	if l.chain, err = dir.openChain(ctx, opts, key, l.positions); err != nil {
		return nil, fmt.Errorf("open chain: %w", err)
	}
	if err := l.checkContracts(ctx); err != nil {
		return nil, errors.Join(err, l.chain.Close())
	}
	if err := l.found(ctx, opts, dir); err != nil {
		return nil, errors.Join(fmt.Errorf("found ledger: %w", err), l.chain.Close())
	}
	beating, stop := context.WithCancel(context.Background())
	l.stop = stop
	go l.beat(beating)
	return l, nil
}

// beat seals an empty block now and then, so that the hour a clock may jump
// counts from the last sign of life.
func (l *Ledger) beat(ctx context.Context) {
	defer close(l.stopped)
	ticker := time.NewTicker(heartbeat)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if _, err := l.seal(ctx, nil); err != nil && ctx.Err() == nil {
				l.log.ErrorContext(ctx, "heartbeat block not sealed", slog.Any("error", err))
			}
		}
	}
}

// Chain is the embedded chain, for those who read it beside the ledger: package
// jsonrpc serves it, and an auditor's proofs are made of its blocks. Only the
// ledger seals.
func (l *Ledger) Chain() *chain.Chain { return l.chain }

// ID implements ledger.Ledger.
func (l *Ledger) ID() voucher.Hash { return l.domain.Ledger() }

// Close implements ledger.Ledger.
func (l *Ledger) Close() error {
	l.stop()
	<-l.stopped
	return l.chain.Close()
}
