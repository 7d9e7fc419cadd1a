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

// Operators implements ledger.Reader.
func (l *Ledger) Operators(context.Context) (voucher.Operators, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return voucher.ReadOperators(l.state)
}

// Merchant implements ledger.Reader.
func (l *Ledger) Merchant(_ context.Context, m voucher.Address) (voucher.Merchant, bool, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return voucher.ReadMerchant(l.state, m)
}

// Standing implements ledger.Reader.
func (l *Ledger) Standing(_ context.Context, m voucher.Address) (voucher.Standing, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return voucher.ReadStanding(l.state, m)
}

// Auditor implements ledger.Reader.
func (l *Ledger) Auditor(_ context.Context, auditor voucher.Address) (voucher.Auditor, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return voucher.ReadAuditor(l.state, auditor)
}

// Auditors implements ledger.Reader.
func (l *Ledger) Auditors(context.Context) ([]voucher.NamedAuditor, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return voucher.ReadAuditors(l.state)
}

// Attestors implements ledger.Reader.
func (l *Ledger) Attestors(_ context.Context, id voucher.CampaignID) ([]voucher.NamedAttestor, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return voucher.ReadAttestors(l.state, id)
}

// Key implements ledger.Reader.
func (l *Ledger) Key(_ context.Context, m, key voucher.Address) (voucher.Key, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return voucher.ReadKey(l.state, m, key)
}

// Campaign implements ledger.Reader.
func (l *Ledger) Campaign(_ context.Context, id voucher.CampaignID) (voucher.Campaign, bool, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return voucher.ReadCampaign(l.state, id)
}

// Holder implements ledger.Reader.
func (l *Ledger) Holder(_ context.Context, id voucher.CampaignID, wallet voucher.Address) (voucher.Holder, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return voucher.ReadHolder(l.state, id, wallet)
}

// Voucher implements ledger.Reader.
func (l *Ledger) Voucher(_ context.Context, ref voucher.Ref) (voucher.Voucher, bool, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return voucher.ReadVoucher(l.state, ref)
}

// Extension implements ledger.Reader.
func (l *Ledger) Extension(_ context.Context, merchant voucher.Address, id voucher.CampaignID) (uint64, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return voucher.ReadExtension(l.state, merchant, id)
}

// Hold implements ledger.Reader.
func (l *Ledger) Hold(_ context.Context, ref voucher.Ref) (voucher.Hold, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return voucher.ReadHold(l.state, ref)
}

// Returned implements ledger.Reader.
func (l *Ledger) Returned(_ context.Context, redemption voucher.Hash, ref voucher.Ref) (uint64, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return voucher.ReadReturned(l.state, redemption, ref)
}

// Issuance implements ledger.Reader.
func (l *Ledger) Issuance(_ context.Context, issue voucher.Hash) (voucher.Issuance, bool, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return voucher.ReadIssuance(l.state, issue)
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
