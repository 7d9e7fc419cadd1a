package teller

import (
	"context"
	"sync"
	"time"

	"tally/internal/ledger"
	"tally/internal/voucher"
)

// Limits of what is known of tills.
const (
	maxTills  = 10_000      // kept; beyond that all are forgotten, and asked for again
	tillKnown = time.Minute // until the ledger is asked again
)

// till is a key that says it is a till of a merchant at a store.
type till struct {
	merchant, key voucher.Address
	store         uint32
}

// tills knows which keys are tills, by the ledger's word, for a minute: a sale
// would else ask the ledger once more. It decides nothing about vouchers. A till
// that was revoked meanwhile is refused by the ledger; until it is forgotten
// here, it learns which of its merchant's references are used.
type tills struct {
	ledger ledger.Ledger

	mu    sync.Mutex
	known map[till]time.Time // until when
}

func newTills(l ledger.Ledger) *tills { return &tills{ledger: l, known: map[till]time.Time{}} }

// have reports whether a key is a till of the merchant at the store.
func (t *tills) have(ctx context.Context, by till) (bool, error) {
	now := time.Now()
	t.mu.Lock()
	until, ok := t.known[by]
	t.mu.Unlock()
	if ok && now.Before(until) {
		return true, nil
	}
	key, err := t.ledger.Key(ctx, by.merchant, by.key)
	if err != nil || key.Scopes&voucher.ScopeRedeem == 0 || key.Store != by.store {
		return false, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.known) >= maxTills {
		clear(t.known)
	}
	t.known[by] = now.Add(tillKnown)
	return true, nil
}
