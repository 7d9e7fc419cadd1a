package remote

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"

	"tally/internal/ledger"
)

// Limits of a lane.
const (
	// MaxUnderWay is how many transactions of one account wait for a block at
	// once: as many as geth keeps of one account when a gap parks them.
	MaxUnderWay = 64
	// MaxUnsettled is how many transactions of one account are in blocks that do
	// not count yet, besides those.
	MaxUnsettled = 4096
	// MaxWaiting is how many transactions wait for a place. One more is ledger.ErrBusy.
	MaxWaiting = 1024
	// DefaultResend is how long a transaction may be out without being in a
	// block before it is looked after.
	DefaultResend = 15 * time.Second

	closeAfter = 10 * time.Second // what is under way may finish so long when a ledger is closed
)

// A lane sends the transactions of one account. Its nonces are consecutive: the
// lane knows a flight for every nonce from the first that is not in a block for
// good to the last that it gave away, and each of them is sent, and sent again
// with higher fees, until it is in a block or something else with its nonce is.
// So no gap stays and nothing waits behind one for ever.
//
// A command can be sent any number of times: the contract lets it take effect
// once. What a lane must not do is to tell of an effect that is not final, or
// that there was none while there may be one.
type lane struct {
	node    *node
	tracker *tracker
	key     *ecdsa.PrivateKey
	from    common.Address
	signer  types.Signer
	limit   *big.Int // highest fee for a unit of gas, in wei
	purse   *purse
	resend  time.Duration // see DefaultResend
	log     *slog.Logger

	mu      sync.Mutex
	queue   []*job
	load    int // jobs that are not done
	closing bool
	wake    chan struct{}

	// Only run's:
	flights  []*flight // by nonce, consecutive
	pricedAt common.Hash
	priced   fees // at that head
}

// flight is one nonce and what is sent with it.
type flight struct {
	nonce    uint64
	job      *job                 // nil: nothing, as long as the nonce is used
	done     bool                 // the job was answered
	versions []*types.Transaction // that a node may have, the latest last
	sent     time.Time            // when the latest went out; zero: it is to go now
	head     uint64               // the head's number then
	block    uint64               // where it was seen, 0 for nowhere
	misses   int                  // looks in a row that found its nonce used and no version of it
	refusals int                  // times in a row that the node refused it
	reserved big.Int              // wei that the purse keeps for it
	cost     big.Int              // wei that the purse counted for it
}

// open reports whether somebody waits for the flight's job.
func (f *flight) open() bool { return f.job != nil && !f.done }

func newLane(n *node, t *tracker, p *purse, key *ecdsa.PrivateKey, chainID *big.Int, opts Options) *lane {
	from := crypto.PubkeyToAddress(key.PublicKey)
	return &lane{
		node: n, tracker: t, key: key, from: from, signer: types.LatestSignerForChainID(chainID),
		limit: opts.MaxFee, purse: p, resend: opts.Resend,
		log: opts.Log.With(slog.String("relayer", from.Hex())), wake: make(chan struct{}, 1),
	}
}

// enqueue takes jobs that are to be done in this order, all or none.
func (l *lane) enqueue(jobs []*job) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.closing:
		return ledger.ErrClosed
	case len(l.queue)+len(jobs) > MaxWaiting:
		return ledger.ErrBusy
	}
	l.queue = append(l.queue, jobs...)
	l.load += len(jobs)
	l.rouse()
	return nil
}

func (l *lane) rouse() {
	select {
	case l.wake <- struct{}{}:
	default: // it is awake
	}
}

// underWay is how many jobs are not done.
func (l *lane) underWay() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.load
}

// succeed and fail end a job.
func (l *lane) succeed(j *job, receipt *types.Receipt, at block) {
	l.drop()
	j.succeed(receipt, uint64(at.Time))
}

func (l *lane) fail(j *job, err error) {
	l.drop()
	j.fail(err)
}

func (l *lane) drop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.load--
}

// run sends and watches until the lane is closed and its jobs are done, or ctx ends.
func (l *lane) run(ctx context.Context) {
	pause := firstPause
	for !l.finished() {
		_, _, changed := l.tracker.view() // before the step, so that no change is missed
		rest, err := l.step(ctx)
		if ctx.Err() != nil {
			break
		}
		if err != nil {
			l.log.WarnContext(ctx, "lane waits for the node", slog.Any("error", err), slog.Duration("for", pause))
			rest, pause = pause, min(2*pause, longPause)
		} else {
			pause = firstPause
		}
		select {
		case <-ctx.Done():
		case <-l.wake:
		case <-changed:
		case <-time.After(rest):
		}
	}
	l.abandon()
}

func (l *lane) finished() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.closing && l.load == 0
}

// close takes no more jobs, and lets those under way finish.
func (l *lane) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closing = true
	l.rouse()
}

// abandon ends what is not done.
func (l *lane) abandon() {
	l.mu.Lock()
	queue := l.queue
	l.queue, l.closing = nil, true
	l.mu.Unlock()
	for _, j := range queue {
		l.fail(j, unsent(j, ledger.ErrClosed))
	}
	for _, f := range l.flights {
		if f.open() {
			l.fail(f.job, unsent(f.job, ledger.ErrClosed))
			f.done = true
		}
	}
}

// unsent is why a job is not done: a node may have it or not.
func unsent(j *job, cause error) error {
	if j.state.CompareAndSwap(waiting, withdrawn) {
		return fmt.Errorf("%w: %w", ledger.ErrNotSent, cause)
	}
	return fmt.Errorf("%w: %w", ledger.ErrUnknown, cause)
}

// step does what there is to do and says when to look again at the latest.
func (l *lane) step(ctx context.Context) (time.Duration, error) {
	if len(l.flights) == 0 && l.underWay() == 0 {
		return idleLook, nil
	}
	head, final, _ := l.tracker.view()
	used, err := l.node.nonce(ctx, l.from, head.Hash)
	if err != nil {
		return 0, fmt.Errorf("read nonce: %w", err)
	}
	if err := l.fill(ctx, used, head); err != nil {
		return 0, err
	}
	if err := l.settle(ctx, used, head, final); err != nil {
		return 0, err
	}
	l.take(used, head)
	return l.push(ctx, used, head)
}

// fill makes a flight of every nonce that should have one: those that were left
// in the node's pool by an earlier user of the account, and those that came
// free because blocks were replaced deeper than this lane remembers.
func (l *lane) fill(ctx context.Context, used uint64, head block) error {
	end := used
	if len(l.flights) > 0 {
		end = l.flights[0].nonce
	} else {
		pending, err := l.node.pendingNonce(ctx, l.from)
		if err != nil {
			return fmt.Errorf("read pending nonce: %w", err)
		}
		end = max(end, pending)
	}
	if end <= used {
		return nil
	}
	if end-used > MaxUnderWay {
		return fmt.Errorf("%w: %d nonces below %d are free", errGap, end-used, end)
	}
	var front []*flight
	for nonce := used; nonce < end; nonce++ {
		front = append(front, &flight{nonce: nonce, sent: time.Now(), head: head.number()})
	}
	l.log.WarnContext(ctx, "nonces in use that this process gave to nothing",
		slog.Uint64("from", used), slog.Uint64("to", end-1))
	l.flights = append(front, l.flights...)
	return nil
}

var errGap = errors.New("too wide a gap of nonces")

// take gives nonces to jobs that wait.
func (l *lane) take(used uint64, head block) {
	l.mu.Lock()
	defer l.mu.Unlock()
	out, unsettled := 0, 0
	for _, f := range l.flights {
		switch {
		case f.nonce >= used:
			out++
		case f.open():
			unsettled++
		}
	}
	for room := min(MaxUnderWay-out, MaxUnderWay+MaxUnsettled-out-unsettled); room > 0 && len(l.queue) > 0; room-- {
		l.flights = append(l.flights, &flight{nonce: l.next(used, head), job: l.queue[0]})
		l.queue = l.queue[1:]
	}
}

// next is the first nonce that has no flight and is not used. Those below it
// that somebody else used get one, so that flights stay consecutive.
func (l *lane) next(used uint64, head block) uint64 {
	if len(l.flights) == 0 {
		return used
	}
	next := l.flights[len(l.flights)-1].nonce + 1
	for ; next < used; next++ {
		l.flights = append(l.flights, &flight{nonce: next, block: head.number()})
	}
	return next
}
