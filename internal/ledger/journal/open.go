package journal

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/gofrs/flock"

	"tally/internal/disk"
	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/ledger/journal/block"
	"tally/internal/ledger/journal/segment"
	"tally/internal/ledger/sealer"
	"tally/internal/voucher"
)

// Options says how to open a journal. Dir is required.
type Options struct {
	// Dir holds the journal, the rules' state, the sealer's key and the ledger's mark. It
	// is made if it does not exist.
	Dir string
	// Operators and Threshold found a new ledger. An old one does not look at them.
	Operators []voucher.Address
	Threshold uint32
	// Now is the clock; time.Now if nil.
	Now func() time.Time
	// AcceptClockJump is the operator's word that the clock is right although it is more
	// than an hour after the last block, as after a long stop.
	AcceptClockJump bool
	// AnyClock accepts every clock that runs forward. For tests that travel in time.
	AnyClock bool
	// AcceptLoss is the operator's word that commands which were acknowledged may be
	// missing: what stands behind damage, or what an older copy lacks.
	AcceptLoss bool
	// Reserve is how many bytes stay free on the directory's disk: with less, the ledger
	// takes no commands. Zero keeps none.
	Reserve int64
	// SegmentBytes is how long new segments are; segment.Size if 0.
	SegmentBytes int64
	// Fatal is told why the process cannot go on, as where the disk refuses a write, and
	// must not return. If nil, the ledger stays, answers reads and takes no commands; a
	// store that fails panics.
	Fatal func(error)
	Log   *slog.Logger
}

// Ledger is a ledger.Ledger that is a journal.
type Ledger struct {
	ledger.Records

	domain  *intent.Domain
	genesis voucher.Hash // of block 0
	key     *ecdsa.PrivateKey
	sealer  voucher.Address
	journal *segment.Journal
	room    *disk.Reserve
	clock   clock
	fatal   func(error)
	log     *slog.Logger
	lock    *flock.Flock
	turn    chan struct{} // held by the batch that is judged and written

	mu      sync.RWMutex // held to read the state and what follows
	state   *state
	tip     segment.Tip   // the last block that may be told of
	changed chan struct{} // closed and replaced when tip moves

	failed  atomic.Pointer[error] // why no command is taken any more
	recent  recent
	stop    context.CancelFunc
	stopped chan struct{}
}

var _ ledger.Ledger = (*Ledger)(nil)

const (
	journalDir = "journal"
	stateDir   = "state"
	heartbeat  = 30 * time.Minute // an idle journal gets an empty block so often, well within the clock's hour
)

// Open opens the ledger in a directory, or founds a new one, by the operators that are
// named, where the directory shows that there was none before. The error is one of this
// package's, a *segment.DamagedError or disk.ErrUnwritable; then nothing that was
// acknowledged is changed.
func Open(ctx context.Context, o Options) (*Ledger, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	dir, err := look(o.Dir)
	if err != nil {
		return nil, err
	}
	key, err := dir.sealer(o)
	if err != nil {
		return nil, err
	}
	lock, err := dir.take()
	if err != nil {
		return nil, err
	}
	l := &Ledger{
		key: key, sealer: voucher.Address(crypto.PubkeyToAddress(key.PublicKey)), room: disk.NewReserve(o.Dir, o.Reserve, time.Now),
		clock: clock{o.Now, o.AcceptClockJump, o.AnyClock}, fatal: o.Fatal, log: o.Log, lock: lock,
		turn: make(chan struct{}, 1), changed: make(chan struct{}), stopped: make(chan struct{}),
	}
	l.Records.View = l.read
	if err := l.open(ctx, o, dir); err != nil {
		return nil, errors.Join(err, l.release())
	}
	beating, stop := context.WithCancel(context.Background())
	l.stop = stop
	go l.beat(beating)
	return l, nil
}

// open opens the files, and brings the state up to the journal.
func (l *Ledger) open(ctx context.Context, o Options, dir directory) error {
	if !dir.journal {
		if err := dir.found(o, l.key); err != nil {
			return err
		}
	}
	var err error
	l.journal, err = segment.Open(segment.Options{Dir: dir.path(journalDir), Size: o.SegmentBytes, AcceptLoss: o.AcceptLoss})
	if err != nil {
		return err
	}
	l.tellWhatWasWiped(ctx)
	if err := l.checkSeals(dir); err != nil {
		return err
	}
	if err := dir.mark(ctx, l, o.Log); err != nil {
		return err
	}
	if err := l.openState(ctx, o, dir.path(stateDir)); err != nil {
		return err
	}
	l.tip = l.journal.Tip()
	return nil
}

func (l *Ledger) tellWhatWasWiped(ctx context.Context) {
	if l.journal.Torn() {
		l.log.InfoContext(ctx, "the journal ended in a block that a crash left half written, and nobody was told of: it was wiped")
	}
	if damage := l.journal.Cut(); damage != nil {
		l.log.WarnContext(ctx, "the journal was cut at damage", slog.String("damage", damage.Error()),
			slog.String("kept", filepath.Join(filepath.Dir(damage.Path), segment.SetAside)))
	}
}

// checkSeals checks that the ledger is founded by, and the last block signed by, the
// directory's sealer. Each block has the hash of the one before it, so the last
// signature is over all of them.
func (l *Ledger) checkSeals(dir directory) error {
	first, err := l.journal.Block(0)
	if err != nil {
		return err
	}
	founding, err := first.Founding()
	if err != nil {
		return fmt.Errorf("%w: %w", segment.ErrDamaged, err)
	}
	l.genesis = first.Header.Hash()
	l.domain = intent.NewDomain(block.LedgerID(l.genesis, founding.Sealer))
	if l.ID() != l.journal.Ledger() {
		return fmt.Errorf("%w: its first segment is of ledger %s, its first block founds %s", segment.ErrDamaged, l.journal.Ledger(), l.ID())
	}
	if founding.Sealer != l.sealer {
		return fmt.Errorf("%w: %s holds that of %s, the journal's is %s", sealer.ErrKey, dir.path(sealer.KeyFile), l.sealer, founding.Sealer)
	}
	last, err := l.journal.Block(l.journal.Tip().Number)
	if err != nil {
		return err
	}
	if err := last.Header.Verify(l.sealer); err != nil {
		return fmt.Errorf("%w: block %d: %w", segment.ErrDamaged, last.Header.Number, err)
	}
	return nil
}

// beat seals an empty block now and then, so that the hour a clock may jump counts from
// the last sign of life.
func (l *Ledger) beat(ctx context.Context) {
	defer close(l.stopped)
	ticker := time.NewTicker(heartbeat)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if err := l.idle(ctx); err != nil && ctx.Err() == nil {
				l.log.ErrorContext(ctx, "heartbeat block not written", slog.Any("error", err))
			}
		}
	}
}

// ID implements ledger.Ledger.
func (l *Ledger) ID() voucher.Hash { return l.domain.Ledger() }

// Genesis is the hash of block 0, which auditors pin.
func (l *Ledger) Genesis() voucher.Hash { return l.genesis }

// Sealer is who signs the blocks, which auditors pin too.
func (l *Ledger) Sealer() voucher.Address { return l.sealer }

// Close implements ledger.Ledger.
func (l *Ledger) Close() error {
	l.stop()
	<-l.stopped
	l.turn <- struct{}{} // the last batch has ended
	defer func() { <-l.turn }()
	errClosed := error(ledger.ErrClosed)
	if before := l.failed.Swap(&errClosed); before != nil && errors.Is(*before, ledger.ErrClosed) {
		return nil
	}
	return l.release()
}

// release frees what is open.
func (l *Ledger) release() (err error) {
	if l.state != nil {
		err = errors.Join(err, l.state.close())
	}
	if l.journal != nil {
		err = errors.Join(err, l.journal.Close())
	}
	return errors.Join(err, l.lock.Unlock())
}
