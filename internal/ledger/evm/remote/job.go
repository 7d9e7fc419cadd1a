package remote

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"tally/internal/ledger"
	"tally/internal/voucher"
)

// job is one transaction that somebody waits for.
type job struct {
	to   *common.Address // nil makes a contract
	data []byte
	gas  uint64

	state   atomic.Int32
	done    chan struct{} // closed when receipt or err is set
	receipt *types.Receipt
	time    uint64 // of the receipt's block, Unix seconds
	err     error
	release func() // is called when the job is done, may be nil
}

// The states of a job. A lane moves it from waiting to sending, and back when
// it certainly did not get out; those who wait for it leave from either.
const (
	waiting   int32 = iota
	sending         // a node may have it
	withdrawn       // nobody waits, and no node has it
	orphaned        // nobody waits, but a node may have it
)

func newJob(to *common.Address, data []byte, gas uint64) *job {
	return &job{to: to, data: data, gas: gas, done: make(chan struct{})}
}

// wait is the receipt of the job once it is final. The error is
// ledger.ErrNotSent if it has had no effect and never will, ledger.ErrUnknown
// if it may have one.
func (j *job) wait(ctx context.Context) (*types.Receipt, error) {
	select {
	case <-j.done:
		return j.receipt, j.err
	case <-ctx.Done():
	}
	if j.state.CompareAndSwap(waiting, withdrawn) {
		return nil, fmt.Errorf("%w: %w", ledger.ErrNotSent, ctx.Err())
	}
	j.state.CompareAndSwap(sending, orphaned)
	select {
	case <-j.done: // just now
		return j.receipt, j.err
	default:
		return nil, fmt.Errorf("%w: %w", ledger.ErrUnknown, ctx.Err())
	}
}

// goes reports whether the job is to be sent, and that it may have been from here on.
func (j *job) goes() bool {
	return j.state.CompareAndSwap(waiting, sending) || j.state.Load() != withdrawn
}

// stays takes goes back: the job did not reach a node.
func (j *job) stays() { j.state.CompareAndSwap(sending, waiting) }

func (j *job) succeed(receipt *types.Receipt, time uint64) {
	j.receipt, j.time = receipt, time
	j.end()
}

func (j *job) fail(err error) {
	j.err = err
	j.end()
}

func (j *job) end() {
	if j.release != nil {
		j.release()
	}
	close(j.done)
}

// sent knows the commands that are in jobs under way, by their ids.
type sent struct {
	mu   sync.Mutex
	jobs map[voucher.Hash]*job // the latest
}

// add takes up the commands at these places, until their job is done.
func (s *sent) add(j *job, places []int, outcomes []voucher.Outcome) {
	ids := make([]voucher.Hash, len(places))
	for i, at := range places {
		ids[i] = outcomes[at].ID
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.jobs == nil {
		s.jobs = map[voucher.Hash]*job{}
	}
	for _, id := range ids {
		s.jobs[id] = j
	}
	j.release = func() { s.remove(j, ids) }
}

func (s *sent) remove(j *job, ids []voucher.Hash) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range ids {
		if s.jobs[id] == j {
			delete(s.jobs, id)
		}
	}
}

// wait waits until a command is in no job under way.
func (s *sent) wait(ctx context.Context, id voucher.Hash) error {
	for j := s.find(id); j != nil; j = s.find(id) {
		select {
		case <-j.done:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// find is the job that a command is in, or nil.
func (s *sent) find(id voucher.Hash) *job {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.jobs[id]
}
