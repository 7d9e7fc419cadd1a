package index

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"tally/internal/ledger"
	"tally/internal/voucher"
)

// Limits of a projector.
const (
	projectBatch = 500 // entries added before the watermark moves
	projectAhead = 2   // batches that are being added at once
	retryAfter   = 200 * time.Millisecond
	// beatEvery is how often an idle projector looks whether the index is still
	// whole and where it was left: what Redis lost while nothing happened is
	// noticed so late.
	beatEvery = 250 * time.Millisecond
	// setBackAfter is how long the ledger may be behind the index before the
	// index is started again, if nobody else projects: a ledger of several
	// machines may catch up, one that was restored from a copy does not.
	setBackAfter = 10 * time.Second
	// An index that breaks again and again, as one that has too little memory, is
	// started again at once the first time, and then ever later.
	rebuildPause    = time.Second
	rebuildPauseMax = time.Minute
	rebuildQuiet    = 5 * time.Minute // without a rebuild: the next one is at once again
)

// errBehindIndex says that the ledger has less than the index was made from.
var errBehindIndex = errors.New("the ledger is behind the index")

// Projector tails the ledger into an index, and starts the index again when it
// is broken, was emptied, or was made from another history. Any number of them,
// in any number of processes, may work on one index.
type Projector struct {
	ledger ledger.Ledger
	index  Index
	log    *slog.Logger

	// Only Run's: the generation that it works on, and the ledger's head when it
	// first saw that. An index that agrees and has all before may be believed.
	generation string
	goal       voucher.Position

	mu    sync.Mutex
	stats Stats
}

// Stats is what a projector says of itself. Its methods may be called at any time.
type Stats struct {
	Next       voucher.Position // every entry before it is in the index
	Head       voucher.Position // of the ledger, as far as the projector has seen
	BehindFrom time.Time        // when the index last began to lag; zero: it does not
	Rebuilding bool             // the index started empty and has not caught up since
	Rebuilds   uint64           // how often this projector had the index start again
	Errors     uint64           // how often it had to start over
	LastError  string
	IndexLost  bool      // the last error was that the index is out of reach
	StreamFrom time.Time // since when the ledger cannot be read; zero: it can
	LastReset  time.Time
	inARow     int // rebuilds without a quiet time in between
}

// Lag is how many blocks and how long the index is behind the ledger.
func (s Stats) Lag(now time.Time) (blocks uint64, since time.Duration) {
	if s.BehindFrom.IsZero() {
		return 0, 0
	}
	if s.Next.Before(s.Head) {
		blocks = max(s.Head.Block-s.Next.Block, 1)
	}
	return blocks, now.Sub(s.BehindFrom)
}

// NewProjector is a projector at rest.
func NewProjector(l ledger.Ledger, x Index, log *slog.Logger) *Projector {
	return &Projector{ledger: l, index: x, log: log}
}

// Project runs a projector until ctx ends.
func Project(ctx context.Context, l ledger.Ledger, x Index, log *slog.Logger, caughtUp func()) {
	NewProjector(l, x, log).Run(ctx, caughtUp)
}

// Stats is how far the projector is.
func (p *Projector) Stats() Stats {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stats
}

// Run projects until ctx ends, whatever fails in between. caughtUp is called
// once, when the index has everything that was durable at the start.
func (p *Projector) Run(ctx context.Context, caughtUp func()) {
	for ctx.Err() == nil {
		err := p.follow(ctx, func() {
			if caughtUp != nil {
				caughtUp()
				caughtUp = nil
			}
		})
		switch {
		case ctx.Err() != nil:
		case errors.Is(err, ErrMoved): // by another projector, or it broke: look again
			p.log.DebugContext(ctx, "index moved", slog.Any("error", err))
		default:
			p.failed(ctx, err)
			pause(ctx, retryAfter)
		}
	}
}

// failed logs an error once, however often it comes in a row.
func (p *Projector) failed(ctx context.Context, err error) {
	p.mu.Lock()
	p.stats.Errors++
	again := p.stats.LastError != ""
	p.stats.LastError = err.Error()
	p.stats.IndexLost = errors.Is(err, ErrUnavailable)
	now := time.Now()
	if p.stats.BehindFrom.IsZero() {
		p.stats.BehindFrom = now
	}
	if !p.stats.IndexLost && p.stats.StreamFrom.IsZero() {
		p.stats.StreamFrom = now
	}
	p.mu.Unlock()
	level := slog.LevelWarn
	if again {
		level = slog.LevelDebug
	}
	p.log.Log(ctx, level, "index fell behind, starting again", slog.Any("error", err))
}

// follow brings the index up to the head again and again.
func (p *Projector) follow(ctx context.Context, caughtUp func()) error {
	mark, err := p.begin(ctx)
	if err != nil {
		return err
	}
	if !mark.Next.Before(p.goal) { // another projector may be quicker every time
		p.index.Trust(mark.Generation)
		caughtUp()
	}
	head, err := p.ledger.Head(ctx)
	if err != nil {
		return fmt.Errorf("read head: %w", err)
	}
	for {
		if mark, err = p.project(ctx, mark, head); err != nil {
			return err
		}
		p.index.Trust(mark.Generation)
		p.caughtUp(ctx, mark)
		caughtUp()
		if head, err = p.wait(ctx, mark); err != nil {
			return err
		}
	}
}

// begin finds where to go on, in an index that is whole and was made from this
// ledger: it has it start again otherwise.
func (p *Projector) begin(ctx context.Context) (Mark, error) {
	mark, err := p.index.Watermark(ctx)
	if err != nil {
		return mark, fmt.Errorf("read watermark: %w", err)
	}
	reason := "it is empty, or part of it is gone"
	if mark.Whole {
		agrees, err := p.agrees(ctx, mark)
		if err != nil {
			return mark, err
		}
		if agrees {
			return mark, p.doubt(ctx, mark)
		}
		reason = "it was made from another history of the ledger"
	}
	p.index.Trust("")
	p.log.WarnContext(ctx, "index starts again", slog.String("reason", reason), slog.String("was_at", mark.Next.String()))
	if err := p.reset(ctx, mark); err != nil {
		return mark, err
	}
	return mark, fmt.Errorf("%w: it starts again", ErrMoved)
}

// doubt has nobody read from an index that has to catch up first.
func (p *Projector) doubt(ctx context.Context, mark Mark) error {
	head, err := p.ledger.Head(ctx)
	if err != nil {
		return fmt.Errorf("read head: %w", err)
	}
	if p.generation != mark.Generation {
		p.generation, p.goal = mark.Generation, head
	}
	if mark.Next == (voucher.Position{}) && mark.Next.Before(head) {
		p.index.Trust("")
		p.set(func(s *Stats) { s.Rebuilding = true })
	}
	p.progress(mark, head)
	return nil
}

// reset has the index start again, later where it happens often.
func (p *Projector) reset(ctx context.Context, mark Mark) error {
	var wait time.Duration
	now := time.Now()
	p.set(func(s *Stats) {
		if now.Sub(s.LastReset) > rebuildQuiet {
			s.inARow = 0
		}
		if s.inARow > 0 {
			wait = min(rebuildPause<<min(s.inARow-1, 10), rebuildPauseMax)
		}
		s.inARow, s.LastReset, s.Rebuilding = s.inARow+1, now, true
		s.Rebuilds++
		if s.BehindFrom.IsZero() {
			s.BehindFrom = now
		}
	})
	pause(ctx, wait)
	if err := p.index.Reset(ctx, mark); err != nil {
		return fmt.Errorf("reset: %w", err)
	}
	return nil
}

// agrees reports whether the index was made from this ledger: it
// has, at the index's last position, the entry that was projected there.
func (p *Projector) agrees(ctx context.Context, mark Mark) (bool, error) {
	behind, err := p.behind(ctx, mark)
	if err != nil || behind {
		return false, err
	}
	if mark.Last == (Fingerprint{}) {
		return true, nil
	}
	to := mark.Last.Position
	to.Item++
	for entry, err := range p.ledger.Events(ctx, mark.Last.Position, to) {
		if err != nil {
			return false, fmt.Errorf("read the index's last entry: %w", err)
		}
		return FingerprintOf(entry) == mark.Last, nil
	}
	return false, nil
}

// FingerprintOf is the fingerprint of an entry.
func FingerprintOf(e ledger.Entry) Fingerprint {
	return Fingerprint{Position: e.Outcome.Position, Sum: sha256.Sum256(e.Outcome.Canonical())}
}

// behind reports whether the ledger has less than the index was made from, and
// will not catch up. While another projector has it otherwise, the error is
// errBehindIndex. A ledger is behind all the
// time if another server's is a little ahead. So the last verdict stands until the
// projector knows.
func (p *Projector) behind(ctx context.Context, mark Mark) (bool, error) {
	head, err := p.ledger.Head(ctx)
	if err != nil {
		return false, fmt.Errorf("read head: %w", err)
	}
	if head, err = p.await(ctx, head, mark.Next); err != nil || !head.Before(mark.Next) {
		return false, err
	}
	p.log.WarnContext(ctx, "ledger is behind the index",
		slog.String("head", head.String()), slog.String("index", mark.Next.String()))
	latest, err := p.index.Watermark(ctx)
	switch {
	case err != nil:
		return false, fmt.Errorf("read watermark: %w", err)
	case latest.Generation != mark.Generation:
		return false, fmt.Errorf("%w: it starts again", ErrMoved)
	case !head.Before(latest.Next):
		return false, nil
	case latest.Beats != mark.Beats:
		return false, fmt.Errorf("%w: %s is before %s", errBehindIndex, head, latest.Next)
	default:
		return true, nil
	}
}

// await waits a while for the ledger to be at a position, and returns where it is.
func (p *Projector) await(ctx context.Context, head, at voucher.Position) (voucher.Position, error) {
	within, cancel := context.WithTimeout(ctx, setBackAfter)
	defer cancel()
	for head.Before(at) {
		next, err := p.ledger.Wait(within, head)
		switch {
		case err == nil:
			head = next
		case ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded):
			return head, nil
		default:
			return head, fmt.Errorf("wait for the ledger: %w", err)
		}
	}
	return head, nil
}

// project adds the entries between the watermark and a position and moves the
// watermark there. While the index takes some entries, the next are read and
// made ready.
func (p *Projector) project(ctx context.Context, mark Mark, to voucher.Position) (Mark, error) {
	p.progress(mark, to)
	ctx, cancel := context.WithCancel(ctx)
	line := &additions{index: p.index, mark: mark}
	defer func() { cancel(); line.end() }()
	err := p.addAll(ctx, line, to)
	return line.mark, err
}

func (p *Projector) addAll(ctx context.Context, line *additions, to voucher.Position) error {
	var batch []ledger.Entry
	for entry, err := range p.ledger.Events(ctx, line.mark.Next, to) {
		if err != nil {
			return fmt.Errorf("read events: %w", err)
		}
		if batch = append(batch, entry); len(batch) < projectBatch {
			continue
		}
		next := entry.Outcome.Position
		next.Item++
		if err := line.add(ctx, batch, next); err != nil {
			return err
		}
		p.progress(line.mark, to)
		batch = nil // the index has it
	}
	if err := line.add(ctx, batch, to); err != nil {
		return err
	}
	return line.finish(ctx)
}

// wait returns the head when it is beyond the watermark, and meanwhile says now
// and then that this projector lives.
func (p *Projector) wait(ctx context.Context, mark Mark) (voucher.Position, error) {
	for {
		beat, cancel := context.WithTimeout(ctx, beatEvery)
		head, err := p.ledger.Wait(beat, mark.Next)
		cancel()
		switch {
		case err == nil:
			return head, nil
		case ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded):
			return head, fmt.Errorf("wait for the ledger: %w", err)
		}
		if err := p.index.Advance(ctx, mark, mark); err != nil {
			return head, fmt.Errorf("say that it lives: %w", err)
		}
	}
}

func (p *Projector) set(edit func(*Stats)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	edit(&p.stats)
}

func (p *Projector) progress(mark Mark, head voucher.Position) {
	p.set(func(s *Stats) {
		if s.Next.Before(mark.Next) {
			s.StreamFrom, s.IndexLost = time.Time{}, false
		}
		s.Next, s.Head = mark.Next, head
		if mark.Next.Before(head) && s.BehindFrom.IsZero() {
			s.BehindFrom = time.Now()
		}
	})
}

func (p *Projector) caughtUp(ctx context.Context, mark Mark) {
	var was Stats
	p.set(func(s *Stats) {
		was = *s
		s.Next, s.Head = mark.Next, mark.Next
		s.BehindFrom, s.Rebuilding, s.LastError = time.Time{}, false, ""
		s.StreamFrom, s.IndexLost = time.Time{}, false
	})
	if was.Rebuilding || was.LastError != "" {
		p.log.InfoContext(ctx, "index has caught up", slog.String("at", mark.Next.String()))
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
