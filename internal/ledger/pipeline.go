package ledger

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"tally/internal/voucher"
)

// Limits of a pipeline.
const (
	MaxQueue      = 8192             // commands waiting; one more is refused with ErrBusy
	SubmitTimeout = 30 * time.Second // for one batch; what is not known by then is unknown
)

// Pipeline is the group commit before a ledger. Commands that arrive while a
// batch is under way share the next one; a lone command goes at once: no timer
// is involved. Two batches under way never touch the same state, and commands
// that touch the same state keep their order.
type Pipeline struct {
	ledger Ledger

	mu      sync.Mutex
	work    *sync.Cond // the queue grew, a batch ended, or the pipeline closes
	queue   []*pending
	busy    map[string]int // keys that batches under way touch
	closing bool
	lanes   sync.WaitGroup
	stop    context.CancelFunc
}

type pending struct {
	command voucher.Authored
	id      voucher.Hash
	keys    []string
	taken   bool          // by a batch: from here on its end may be unknown
	done    chan struct{} // closed when outcome and err are set
	outcome voucher.Outcome
	err     error
}

// NewPipeline starts a pipeline that has up to lanes batches under way.
func NewPipeline(l Ledger, lanes int) *Pipeline {
	ctx, stop := context.WithCancel(context.Background())
	p := &Pipeline{ledger: l, busy: map[string]int{}, stop: stop}
	p.work = sync.NewCond(&p.mu)
	for range lanes {
		p.lanes.Go(func() { p.run(ctx) })
	}
	return p
}

// Submit has one command judged. The error is ErrBusy, ErrClosed or ErrNotSent
// if it had no effect, ErrUnknown if its outcome is unknown.
func (p *Pipeline) Submit(ctx context.Context, c voucher.Authored) (voucher.Outcome, error) {
	id := c.Authors.ID
	one := &pending{command: c, id: id, keys: voucher.Touches(c.Command, id), done: make(chan struct{})}
	if err := p.enqueue(ctx, one); err != nil {
		return voucher.Outcome{ID: one.id}, err
	}
	select {
	case <-one.done:
		return one.outcome, one.err
	case <-ctx.Done():
		return voucher.Outcome{ID: one.id}, p.abandon(one, ctx.Err())
	}
}

// Close lets what was accepted into the queue finish. It does not close the ledger.
func (p *Pipeline) Close() {
	p.mu.Lock()
	p.closing = true
	p.work.Broadcast()
	p.mu.Unlock()
	p.lanes.Wait()
	p.stop()
}

// Depth is how many commands wait.
func (p *Pipeline) Depth() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.queue)
}

func (p *Pipeline) enqueue(ctx context.Context, one *pending) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("%w: %w", ErrNotSent, ctx.Err())
	case p.closing:
		return ErrClosed
	case len(p.queue) >= MaxQueue:
		return ErrBusy
	}
	p.queue = append(p.queue, one)
	p.work.Signal()
	return nil
}

// abandon takes a command whose caller left out of the queue, if it is still there.
func (p *Pipeline) abandon(one *pending, cause error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if one.taken {
		return fmt.Errorf("%w: %w", ErrUnknown, cause)
	}
	for i, waiting := range p.queue {
		if waiting == one {
			p.queue = append(p.queue[:i], p.queue[i+1:]...)
			break
		}
	}
	return fmt.Errorf("%w: %w", ErrNotSent, cause)
}

func (p *Pipeline) run(ctx context.Context) {
	for {
		batch := p.next()
		if batch == nil {
			return
		}
		p.submit(ctx, batch)
		p.release(batch)
	}
}

// next waits for commands that may go now. It is nil when the pipeline is
// closed and the queue is empty.
func (p *Pipeline) next() []*pending {
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		if batch := p.take(); len(batch) > 0 {
			return batch
		}
		if p.closing && len(p.queue) == 0 {
			return nil
		}
		p.work.Wait()
	}
}

// take picks from the front of the queue what touches nothing under way and
// nothing that stays behind before it.
func (p *Pipeline) take() []*pending {
	var batch, rest []*pending
	behind := map[string]bool{}
	for i, one := range p.queue {
		if len(batch) == MaxBatch {
			rest = append(rest, p.queue[i:]...)
			break
		}
		if p.meets(one, behind) {
			rest = append(rest, one)
			for _, key := range one.keys {
				behind[key] = true
			}
			continue
		}
		one.taken = true
		batch = append(batch, one)
	}
	p.queue = rest
	for _, one := range batch {
		for _, key := range one.keys {
			p.busy[key]++
		}
	}
	return batch
}

func (p *Pipeline) meets(one *pending, behind map[string]bool) bool {
	for _, key := range one.keys {
		if p.busy[key] > 0 || behind[key] {
			return true
		}
	}
	return false
}

func (p *Pipeline) submit(ctx context.Context, batch []*pending) {
	ctx, cancel := context.WithTimeout(ctx, SubmitTimeout)
	defer cancel()
	commands := make([]voucher.Authored, len(batch))
	for i, one := range batch {
		commands[i] = one.command
	}
	outcomes, err := p.ledger.Submit(ctx, commands)
	for i, one := range batch {
		one.outcome, one.err = voucher.Outcome{ID: one.id}, err
		if i < len(outcomes) && outcomes[i].Status != voucher.StatusUnknown {
			one.outcome, one.err = outcomes[i], nil
		}
		if one.outcome.Status == voucher.StatusUnknown && !settled(one.err) {
			one.err = errors.Join(ErrUnknown, one.err)
		}
		close(one.done)
	}
}

// settled reports whether an error says that nothing happened, or already says
// that the outcome is unknown.
func settled(err error) bool {
	return errors.Is(err, ErrNotSent) || errors.Is(err, ErrClosed) || errors.Is(err, ErrBusy) || errors.Is(err, ErrUnknown)
}

func (p *Pipeline) release(batch []*pending) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, one := range batch {
		for _, key := range one.keys {
			if p.busy[key]--; p.busy[key] == 0 {
				delete(p.busy, key)
			}
		}
	}
	p.work.Broadcast()
}
