package contract

import (
	"context"
	"sync"

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

// reading is one answer, once ready is closed.
type reading struct {
	ready chan struct{}
	ret   []byte
	err   error
}

// Ask returns the answer at a block, and calls ask if there is none yet. A failure is
// not kept: each caller that waited for it asks again. An answer is shared: do not
// change it.
func (c *ViewCache) Ask(ctx context.Context, at common.Hash, data []byte, ask func() ([]byte, error)) ([]byte, error) {
	for {
		one, mine := c.find(at, string(data))
		if one == nil {
			return ask()
		}
		if mine {
			one.ret, one.err = ask()
			if one.err != nil {
				c.forget(at, string(data))
			}
			close(one.ready)
			return one.ret, one.err
		}
		select {
		case <-one.ready:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if one.err == nil {
			return one.ret, nil
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
