package evm

import (
	"context"
	"sync"

	"github.com/ethereum/go-ethereum/common"
)

// maxKnown is how many answers of one block are kept.
const maxKnown = 4096

// Known are the answers of the contract at one block, which never change. Who
// asks what somebody else is asking waits for that one's answer. The zero Known
// knows nothing.
type Known struct {
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

// Ask returns what is known at a block, or asks and lets others know. A failure is nobody
// else's: whoever waited for it asks once more. An answer is shared: do not
// change it.
func (k *Known) Ask(ctx context.Context, at common.Hash, data []byte, ask func() ([]byte, error)) ([]byte, error) {
	for {
		one, mine := k.find(at, string(data))
		if one == nil {
			return ask()
		}
		if mine {
			one.ret, one.err = ask()
			if one.err != nil {
				k.forget(at, string(data))
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
func (k *Known) find(at common.Hash, data string) (one *reading, mine bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.at != at {
		k.at, k.answers = at, map[string]*reading{}
	}
	one, ok := k.answers[data]
	switch {
	case ok:
		return one, false
	case len(k.answers) == maxKnown:
		return nil, false
	}
	one = &reading{ready: make(chan struct{})}
	k.answers[data] = one
	return one, true
}

func (k *Known) forget(at common.Hash, data string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.at == at {
		delete(k.answers, data)
	}
}
