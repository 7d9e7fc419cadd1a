package fabric

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"

	"tally/internal/ledger/fabric/blocks"
)

// watch follows one peer's blocks until ctx ends. A lost connection is made
// again, after longer and longer pauses, and goes on where the chain ends.
func (l *Ledger) watch(ctx context.Context, p *peer) {
	pause := firstPause
	for {
		err := p.blocks(ctx, l.identity.now(), l.chain.last(), func(raw *common.Block) error {
			b := blocks.Outline(raw)
			if !l.chain.brought(b.Number) {
				var err error
				if b, err = blocks.Read(raw, l.chaincode); err != nil {
					return fmt.Errorf("%s: %w", p.endpoint, err)
				}
			}
			p.reached(b.Number + 1) // before the chain grows: a reader of the chain then finds this peer
			if err := l.chain.offer(p.endpoint, &block{Block: b}); err != nil {
				return fmt.Errorf("%s: %w", p.endpoint, err)
			}
			pause = firstPause
			return nil
		})
		p.lost(err)
		l.chain.wake()
		if ctx.Err() != nil {
			return
		}
		l.log.WarnContext(ctx, "peer lost, connecting again",
			slog.String("peer", p.endpoint), slog.Any("error", err), slog.Duration("in", pause))
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
		pause = min(2*pause, longPause)
	}
}

// fresh is a connected peer that has that number of blocks and has not failed for
// this request; a peer that endorsed when it was asked last, if there is one. fresh
// waits for such a peer as long as any peer is connected.
func (l *Ledger) fresh(ctx context.Context, blocks uint64, tried map[*peer]error) (*peer, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	for {
		_, changed := l.chain.head()
		p, connected := l.next(blocks, tried)
		switch {
		case p != nil:
			return p, nil
		case !connected:
			return nil, l.unreachable(tried)
		}
		select {
		case <-changed:
		case <-l.stopped:
			return nil, errStopped
		case <-ctx.Done():
			return nil, fmt.Errorf("%w: %w", ErrBehind, ctx.Err())
		}
	}
}

// next is the peer to ask now: peers that have that number of blocks and were not
// tried take turns. It is nil if there is none. connected reports whether any peer
// that was not tried delivers its blocks.
func (l *Ledger) next(blocks uint64, tried map[*peer]error) (found *peer, connected bool) {
	turn := int(l.turn.Add(1)) //nolint:gosec // it may go round
	for i := range l.peers {
		p := l.peers[(turn+i)%len(l.peers)]
		if _, failed := tried[p]; failed {
			continue
		}
		connected = connected || p.has(0)
		switch {
		case !p.has(blocks):
		case !p.dark.Load():
			return p, true
		case found == nil:
			found = p
		}
	}
	return found, connected
}

// agreed waits until every connected peer has that number of blocks, so that all
// endorse the same. It does not wait for long. A peer that was too slow is not
// waited for again until it has caught up: it must not hold up the others.
func (l *Ledger) agreed(ctx context.Context, blocks uint64) {
	timer := time.NewTimer(agreeTimeout)
	defer timer.Stop()
	for {
		_, changed := l.chain.head()
		if l.allHave(blocks) {
			return
		}
		select {
		case <-changed:
		case <-timer.C:
			for _, p := range l.peers {
				p.slow.Store(!p.has(blocks))
			}
			return
		case <-ctx.Done():
			return
		}
	}
}

func (l *Ledger) allHave(blocks uint64) bool {
	for _, p := range l.peers {
		switch {
		case p.has(blocks):
			p.slow.Store(false)
		case p.has(0) && !p.slow.Load():
			return false
		}
	}
	return true
}
