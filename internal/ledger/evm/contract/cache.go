package contract

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/ethereum/go-ethereum/common"
)

// maxAnswers is how many answers of one block are kept.
const maxAnswers = 4096

// ViewCache keeps the answers of the contract's views at one block, which never
// change. Who asks what another caller is asking waits for the same answer. The zero
// ViewCache is empty.
type ViewCache struct {
	mu      sync.Mutex
	at      common.Hash
	answers map[string]*reading // by what was asked
}

// Answer is what a view of the contract returned. Callers share it.
type Answer struct {
	ret     []byte
	decoded atomic.Pointer[any] // a pointer to the record, once somebody has decoded it
}

// NewAnswer is the answer of a call that returned these bytes.
func NewAnswer(ret []byte) *Answer { return &Answer{ret: ret} }

// record decodes an answer into a T, once: callers that ask for the same record of
// the same block share it, and what it points to they may not change.
func record[T any](a *Answer, decode func([]byte, any) error) (T, error) {
	if kept := a.decoded.Load(); kept != nil {
		if got, ok := (*kept).(*T); ok {
			return *got, nil
		}
	}
	got := new(T)
	if err := decode(a.ret, got); err != nil {
		return *new(T), fmt.Errorf("read contract: %w", err)
	}
	var kept any = got
	a.decoded.Store(&kept)
	return *got, nil
}

// reading is one answer, once ready is closed.
type reading struct {
	ready  chan struct{}
	answer *Answer
	err    error
}

// Ask returns the answer at a block, and calls ask if there is none yet. A failure is
// not kept: each caller that waited for it asks again.
func (c *ViewCache) Ask(ctx context.Context, at common.Hash, data []byte, ask func() ([]byte, error)) (*Answer, error) {
	for {
		one, mine := c.find(at, string(data))
		if one == nil {
			ret, err := ask()
			return NewAnswer(ret), err
		}
		if mine {
			ret, err := ask()
			one.answer, one.err = NewAnswer(ret), err
			if err != nil {
				c.forget(at, string(data))
			}
			close(one.ready)
			return one.answer, one.err
		}
		select {
		case <-one.ready:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if one.err == nil {
			return one.answer, nil
		}
	}
}

// find is the answer at a block, or a place for it that is the caller's to fill.
// It is nil where there is no room.
func (c *ViewCache) find(at common.Hash, data string) (one *reading, mine bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at != at {
		c.at, c.answers = at, map[string]*reading{}
	}
	one, ok := c.answers[data]
	switch {
	case ok:
		return one, false
	case len(c.answers) == maxAnswers:
		return nil, false
	}
	one = &reading{ready: make(chan struct{})}
	c.answers[data] = one
	return one, true
}

func (c *ViewCache) forget(at common.Hash, data string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at == at {
		delete(c.answers, data)
	}
}
