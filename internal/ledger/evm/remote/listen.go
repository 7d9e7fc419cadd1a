package remote

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/ethereum/go-ethereum/rpc"
)

// How a tracker follows the node.
const (
	DefaultPoll = 500 * time.Millisecond // between two looks where the node cannot push
	idleLook    = 10 * time.Second       // between two looks where it can: a push may be lost
	firstPause  = 100 * time.Millisecond // after a failure; doubled each time
	longPause   = 5 * time.Second        // the longest one
)

// run follows the node until ctx ends. A lost connection is made again, after
// longer and longer pauses; what was missed is read block by block.
func (t *tracker) run(ctx context.Context) {
	pause := firstPause
	for {
		err := t.follow(ctx, func() { pause = firstPause })
		if ctx.Err() != nil {
			return
		}
		t.log.WarnContext(ctx, "node lost, connecting again", slog.Any("error", err), slog.Duration("in", pause))
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
		pause = min(2*pause, longPause)
	}
}

// follow refreshes the view whenever there may be something new. well is called
// after each time that worked.
func (t *tracker) follow(ctx context.Context, well func()) error {
	if err := t.sameChain(ctx); err != nil {
		return err
	}
	heads := make(chan block, headBuffer)
	var lost <-chan error
	every := t.every
	if t.node.live {
		subscription, err := t.subscribe(ctx, heads)
		if err != nil {
			return err
		}
		defer subscription.Unsubscribe()
		lost = subscription.Err()
		if !t.finality.finalized { // the tag moves without a head
			every = idleLook
		}
	}
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		if err := t.refresh(ctx); err != nil {
			return err
		}
		well()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case err := <-lost:
			return fmt.Errorf("%w: subscription ended: %w", ErrUnreachable, orClosed(err))
		case <-heads:
		case <-t.nudge:
		case <-ticker.C:
		}
		drain(heads)
	}
}

func (t *tracker) subscribe(ctx context.Context, heads chan block) (*rpc.ClientSubscription, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	subscription, err := t.node.rpc.EthSubscribe(ctx, heads, "newHeads")
	return subscription, translate("eth_subscribe", err)
}

// orClosed is why a subscription ended: nil means that the client closed it.
func orClosed(err error) error {
	if err == nil {
		return rpc.ErrClientQuit
	}
	return err
}

// drain takes what is there: one look answers for all of it.
func drain(heads <-chan block) {
	for {
		select {
		case <-heads:
		default:
			return
		}
	}
}

// sameChain refuses a node whose chain starts with another block than it did
// when the ledger was opened.
func (t *tracker) sameChain(ctx context.Context) error {
	genesis, err := t.node.block(ctx, rpc.EarliestBlockNumber)
	if err != nil {
		return fmt.Errorf("read genesis block: %w", err)
	}
	if genesis.Hash != t.genesis {
		return fmt.Errorf("%w: it starts with block %s, not %s", ErrOtherChain, genesis.Hash, t.genesis)
	}
	return nil
}
