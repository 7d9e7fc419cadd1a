// Package memory is the rules under a mutex: the ledger that every other driver
// is compared with. It keeps nothing after Close and is no place for vouchers
// of value.
package memory

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"sync"
	"time"

	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/voucher"
)

// Ledger is a ledger.Ledger in memory. Every Submit that has
// a command accepted is a block of one transaction.
type Ledger struct {
	ledger.Records

	domain *intent.Domain
	now    func() time.Time

	mu      sync.RWMutex
	state   state
	entries []ledger.Entry // by position
	byID    map[voucher.Hash]int
	block   uint64        // of the next Submit
	grown   chan struct{} // closed and replaced when entries grew or the ledger closed
	closed  bool
}

var _ ledger.Ledger = (*Ledger)(nil)

// New founds an empty ledger with these operators. now is its clock.
func New(id voucher.Hash, operators []voucher.Address, threshold uint32, now func() time.Time) (*Ledger, error) {
	l := &Ledger{
		domain: intent.NewDomain(id),
		now:    now,
		state:  state{},
		byID:   map[voucher.Hash]int{},
		block:  1,
		grown:  make(chan struct{}),
	}
	l.Records.View = l.read
	if err := voucher.Found(l.state, operators, threshold); err != nil {
		return nil, fmt.Errorf("found ledger: %w", err)
	}
	return l, nil
}

// state is a voucher.State over a map.
type state map[string][]byte

func (s state) Get(key string) ([]byte, error)     { return s[key], nil }
func (s state) Put(key string, value []byte) error { s[key] = value; return nil }

// ID implements ledger.Ledger.
func (l *Ledger) ID() voucher.Hash { return l.domain.Ledger() }

// Submit implements ledger.Ledger.
func (l *Ledger) Submit(ctx context.Context, commands []voucher.Authored) ([]voucher.Outcome, error) {
	outcomes, err := ledger.Undecided(ctx, commands)
	if err != nil {
		return outcomes, err
	}
	if err := l.judge(commands, outcomes); err != nil {
		return outcomes, err
	}
	return outcomes, ledger.FirstOutcomes(ctx, l, commands, outcomes)
}

func (l *Ledger) judge(commands []voucher.Authored, outcomes []voucher.Outcome) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return ledger.ErrClosed
	}
	now := voucher.Unix(l.now())
	before := len(l.entries)
	for i, c := range commands {
		out, err := voucher.Apply(l.state, c.Command, c.Authors, now)
		if err != nil {
			return fmt.Errorf("%w: %w", ledger.ErrUnknown, err)
		}
		out.Position = voucher.Position{Block: l.block, Item: uint32(i)}
		if out.Status == voucher.StatusAccepted {
			out.CommandHash = intent.CommandHash(c.Command)
			l.byID[out.ID] = len(l.entries)
			l.entries = append(l.entries, ledger.Entry{Outcome: out, Command: voucher.EncodeCommand(c.Command)})
		}
		outcomes[i] = out
	}
	if len(l.entries) > before {
		l.block++
		l.wake()
	}
	return nil
}

func (l *Ledger) wake() {
	close(l.grown)
	l.grown = make(chan struct{})
}

// Events implements ledger.Ledger.
func (l *Ledger) Events(ctx context.Context, from, to voucher.Position) iter.Seq2[ledger.Entry, error] {
	return func(yield func(ledger.Entry, error) bool) {
		l.mu.RLock()
		entries := l.entries
		l.mu.RUnlock()
		first, _ := slices.BinarySearchFunc(entries, from, func(e ledger.Entry, p voucher.Position) int {
			if e.Outcome.Position.Before(p) {
				return -1
			}
			return 1
		})
		for _, e := range entries[first:] {
			if err := ctx.Err(); err != nil {
				yield(ledger.Entry{}, err)
				return
			}
			if !e.Outcome.Position.Before(to) || !yield(e, nil) {
				return
			}
		}
	}
}

// Head implements ledger.Ledger.
func (l *Ledger) Head(context.Context) (voucher.Position, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return voucher.Position{Block: l.block}, nil
}

// Wait implements ledger.Ledger.
func (l *Ledger) Wait(ctx context.Context, beyond voucher.Position) (voucher.Position, error) {
	for {
		l.mu.RLock()
		head, grown, closed := voucher.Position{Block: l.block}, l.grown, l.closed
		l.mu.RUnlock()
		switch {
		case closed:
			return voucher.Position{}, ledger.ErrClosed
		case beyond.Before(head):
			return head, nil
		}
		select {
		case <-grown:
		case <-ctx.Done():
			return voucher.Position{}, ctx.Err()
		}
	}
}

// Close implements ledger.Ledger.
func (l *Ledger) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.closed {
		l.closed = true
		l.wake()
	}
	return nil
}

// Outcome implements ledger.Reader.
func (l *Ledger) Outcome(_ context.Context, id voucher.Hash) (voucher.Outcome, bool, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	at, ok := l.byID[id]
	if !ok {
		return voucher.Outcome{}, false, nil
	}
	return l.entries[at].Outcome, true, nil
}
