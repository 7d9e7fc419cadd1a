package teller

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"tally/internal/delegation"
	"tally/internal/index"
	"tally/internal/ledger"
	"tally/internal/voucher"
)

// Limits of what is known of keys that merchants put.
const (
	keyPutsOf      = delegation.Life + 24*time.Hour // how far back: an older one cannot end a delegation in force
	keyPutsEach    = 1024                           // keys of one merchant; beyond that, all it delegated before counts as ended
	keyPutsTimeout = 2 * time.Second                // one question waits for the ledger to be read
	keyPutsPace    = time.Minute                    // between two readings that nobody asked for
	keyPutsIdle    = 24 * time.Hour                 // since the last question, until nobody reads on
)

// keyPuts knows when each merchant's root last said what a key may do, by the
// ledger's own entries: that is how delegations are revoked, and the ledger's state
// does not have it. An index is not asked: who can write to its Redis could
// bring a revoked delegation back. It reads when it is asked, and so costs nothing
// where nobody delegates.
type keyPuts struct {
	ledger ledger.Ledger
	turn   chan struct{} // holds one token while somebody reads

	mu    sync.Mutex
	puts  map[voucher.Address]map[voucher.Address]uint64 // by merchant and key: the ledger's time
	next  voucher.Position                               // to read from, once begun
	begun bool
	asked time.Time
}

func newKeyPuts(l ledger.Ledger) *keyPuts {
	return &keyPuts{ledger: l, turn: make(chan struct{}, 1), puts: map[voucher.Address]map[voucher.Address]uint64{}}
}

// KeyPut is when, by the ledger's clock, a merchant's root last said what a key
// may do: nothing, perhaps. It is as fresh as every outcome that this process
// returned, and knows what was said within the life of a delegation. The error is
// index.ErrNotFound where nothing was said, and index.ErrUnavailable while the
// ledger is still being read.
func (t *Teller) KeyPut(ctx context.Context, merchant, key voucher.Address) (uint64, error) {
	k := t.keyPuts
	k.mu.Lock()
	k.asked = time.Now()
	k.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, keyPutsTimeout)
	defer cancel()
	if err := k.catchUp(ctx); err != nil {
		return 0, fmt.Errorf("%w: what keys were revoked: %w", index.ErrUnavailable, err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	at, ok := k.puts[merchant][key]
	if !ok {
		return 0, index.ErrNotFound
	}
	return at, nil
}

// Follow keeps what delegations want to know up to date until ctx ends, so that the
// first question of a day does not wait. Without it, everything works the same.
func (t *Teller) Follow(ctx context.Context) {
	for pace := time.NewTicker(keyPutsPace); ; {
		if t.keyPuts.wanted() {
			if err := t.keyPuts.catchUp(ctx); err != nil && ctx.Err() == nil {
				t.log.DebugContext(ctx, "revoked keys cannot be read", slog.Any("error", err))
			}
		}
		select {
		case <-pace.C:
		case <-ctx.Done():
			pace.Stop()
			return
		}
	}
}

// wanted reports whether to read unasked: at the start, and while somebody asks.
func (k *keyPuts) wanted() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return !k.begun || time.Since(k.asked) < keyPutsIdle
}

// catchUp reads up to the ledger's head. What was read before ctx ended is kept.
func (k *keyPuts) catchUp(ctx context.Context) error {
	head, err := k.ledger.Head(ctx)
	if err != nil {
		return fmt.Errorf("read head: %w", err)
	}
	if k.has(head) {
		return nil
	}
	select {
	case k.turn <- struct{}{}:
		defer func() { <-k.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if k.has(head) { // another reader came to it
		return nil
	}
	from, err := k.from(ctx, head)
	if err != nil {
		return err
	}
	for entry, err := range k.ledger.Events(ctx, from, head) {
		if err != nil {
			return fmt.Errorf("read events: %w", err)
		}
		k.add(entry.Outcome)
	}
	k.goOn(head)
	return nil
}

// has reports whether everything before a head was read.
func (k *keyPuts) has(head voucher.Position) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.begun && !k.next.Before(head)
}

func (k *keyPuts) goOn(from voucher.Position) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.next, k.begun = from, true
}

// from is where to read on: at first, where the ledger is younger than keyPutsOf
// before its last entry.
func (k *keyPuts) from(ctx context.Context, head voucher.Position) (voucher.Position, error) {
	k.mu.Lock()
	from, begun := k.next, k.begun
	k.mu.Unlock()
	if begun {
		return from, nil
	}
	last, err := k.lastTime(ctx, head)
	if err != nil {
		return from, err
	}
	old := uint64(keyPutsOf / time.Second)
	first, err := search(head.Block, func(block uint64) (bool, error) {
		at, ok, err := k.timeFrom(ctx, block, head)
		return !ok || at+old >= last, err
	})
	return voucher.Position{Block: first}, err
}

// lastTime is the ledger's time at its last entry, which is looked for from the
// head backwards, twice as far each time.
func (k *keyPuts) lastTime(ctx context.Context, head voucher.Position) (last uint64, err error) {
	for back := uint64(1); ; back *= 2 {
		start := head.Block - min(back, head.Block)
		found := false
		for entry, err := range k.ledger.Events(ctx, voucher.Position{Block: start}, head) {
			if err != nil {
				return 0, fmt.Errorf("read events: %w", err)
			}
			found, last = true, max(last, entry.Outcome.Time)
		}
		if found || start == 0 {
			return last, nil
		}
	}
}

// timeFrom is the ledger's time at the first entry from a block on.
func (k *keyPuts) timeFrom(ctx context.Context, block uint64, head voucher.Position) (at uint64, ok bool, err error) {
	for entry, err := range k.ledger.Events(ctx, voucher.Position{Block: block}, head) {
		if err != nil {
			return 0, false, fmt.Errorf("read events: %w", err)
		}
		return entry.Outcome.Time, true, nil
	}
	return 0, false, nil
}

// search is the first of n blocks that is young, n where none is.
func search(n uint64, young func(block uint64) (bool, error)) (uint64, error) {
	low, high := uint64(0), n
	for low < high {
		middle := low + (high-low)/2
		is, err := young(middle)
		if err != nil {
			return 0, err
		}
		if is {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return low, nil
}

// add notes what an entry says of keys, and that it was read.
func (k *keyPuts) add(out voucher.Outcome) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.next, k.begun = out.Position, true
	k.next.Item++
	for _, e := range out.Events {
		if put, ok := e.(voucher.KeyPut); ok {
			k.put(put.Merchant, put.Key, out.Time)
		}
	}
}

// put notes one key, later times only. A merchant that puts more keys than are kept
// ends all that it delegated before: it can only do that to itself.
func (k *keyPuts) put(merchant, key voucher.Address, at uint64) {
	of, ok := k.puts[merchant]
	if !ok {
		of = map[voucher.Address]uint64{}
		k.puts[merchant] = of
	}
	if _, known := of[key]; !known && len(of) >= keyPutsEach {
		k.forget(of, at)
		if len(of) >= keyPutsEach {
			key = merchant
		}
	}
	of[key] = max(of[key], at)
}

// forget drops what is too old to end a delegation in force.
func (k *keyPuts) forget(of map[voucher.Address]uint64, now uint64) {
	for key, at := range of {
		if at+uint64(keyPutsOf/time.Second) < now {
			delete(of, key)
		}
	}
}
