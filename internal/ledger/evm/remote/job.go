package remote

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"tally/internal/ledger"
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
}

// The states of a job. A lane moves it from waiting to sending, and back when
// it certainly did not get out; whoever waits for it leaves from either.
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

// goes tells whether the job is to be sent, and that it may have been from here on.
func (j *job) goes() bool {
	return j.state.CompareAndSwap(waiting, sending) || j.state.Load() != withdrawn
}

// stays takes goes back: the job did not reach a node.
func (j *job) stays() { j.state.CompareAndSwap(sending, waiting) }

func (j *job) succeed(receipt *types.Receipt, time uint64) {
	j.receipt, j.time = receipt, time
	close(j.done)
}

func (j *job) fail(err error) {
	j.err = err
	close(j.done)
}
