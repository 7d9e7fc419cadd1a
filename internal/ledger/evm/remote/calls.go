package remote

import (
	"context"
	"sync"

	"github.com/ethereum/go-ethereum/common"
)

// Limits of reads of the contract's state.
const (
	// MaxReads is how many reads ask the node at once, the others wait: a crowd
	// that reads must not keep those from the node who send.
	MaxReads = 32
	maxKnown = 4096 // answers kept of one block
)

// known are the answers of the contract at one block, which never change. Who
// asks what somebody else is asking waits for that one's answer.
type known struct {
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

// ask returns what is known, or asks and lets others know. A failure is nobody
// else's: whoever waited for it asks once more.
func (k *known) ask(ctx context.Context, at common.Hash, data []byte, ask func() ([]byte, error)) ([]byte, error) {
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
func (k *known) find(at common.Hash, data string) (one *reading, mine bool) {
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

func (k *known) forget(at common.Hash, data string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.at == at {
		delete(k.answers, data)
	}
}

// turn waits until fewer than MaxReads reads are under way.
func (l *Ledger) turn(ctx context.Context) (done func(), err error) {
	select {
	case l.reads <- struct{}{}:
		return func() { <-l.reads }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
