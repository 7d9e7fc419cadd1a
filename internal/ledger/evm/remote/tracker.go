package remote

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/rpc"
)

// ReorgDepth is how many blocks back a replaced chain is followed block by
// block, and for how many blocks a lane keeps what it sent.
const ReorgDepth = 64

// tracker keeps the end of the node's chain as this process has seen it, block
// by block, and says which of it is final. Everything else in the package
// judges by this view, so that two questions to a node whose chain is being
// replaced are never answered from two chains.
type tracker struct {
	node     *node
	finality Finality
	genesis  common.Hash
	every    time.Duration // between two polls
	log      *slog.Logger
	nudge    chan struct{} // look at once

	refreshing sync.Mutex // one refresh at a time; only it writes window and final
	mu         sync.Mutex
	window     []block // each the parent of the next; the last is the head
	final      block
	changed    chan struct{} // closed and replaced when the view changed
	seen       time.Time     // when the node was last asked for its head, and answered
}

// silence is for how long the node has not told its head.
func (t *tracker) silence() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	return time.Since(t.seen)
}

// view is the head, the final block, and what is closed when they change.
func (t *tracker) view() (head, final block, changed <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.window[len(t.window)-1], t.final, t.changed
}

// confirmed reports whether a block is on the chain of the view and final. Below
// the window, which no replaced chain reaches, the number says it.
func (t *tracker) confirmed(number uint64, hash common.Hash) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if number > t.final.number() {
		return false
	}
	if first := t.window[0].number(); number >= first {
		return t.window[number-first].Hash == hash
	}
	return true
}

// look has the tracker look at the node at once.
func (t *tracker) look() {
	select {
	case t.nudge <- struct{}{}:
	default: // it is about to
	}
}

// refresh asks the node for its head and takes it into the view.
func (t *tracker) refresh(ctx context.Context) error {
	t.refreshing.Lock()
	defer t.refreshing.Unlock()
	head, err := t.node.block(ctx, rpc.LatestBlockNumber)
	if err != nil {
		return fmt.Errorf("read head: %w", err)
	}
	window, err := t.join(ctx, head)
	if err != nil {
		return err
	}
	final, err := t.finalOf(ctx, window)
	if err != nil {
		return err
	}
	t.publish(window, final)
	return nil
}

func (t *tracker) publish(window []block, final block) {
	t.mu.Lock()
	defer t.mu.Unlock()
	same := len(t.window) > 0 && t.window[len(t.window)-1].Hash == window[len(window)-1].Hash && t.final.Hash == final.Hash
	t.window, t.final, t.seen = window, final, time.Now()
	if !same {
		close(t.changed)
		t.changed = make(chan struct{})
	}
}

// join is the window with the new head at its end. A head that is behind the
// view, on the same chain, is of a node that is catching up: the view stays.
func (t *tracker) join(ctx context.Context, head block) ([]block, error) {
	old := t.window
	switch {
	case find(old, head.number(), head.Hash) >= 0:
		return old, nil
	case len(old) > 0 && head.Number < old[0].Number:
		return old, t.sameChain(ctx)
	}
	fresh := []block{head}
	fork := -1
	for !t.enough(old, fresh) {
		last := fresh[len(fresh)-1]
		if fork = find(old, last.number()-1, last.Parent); fork >= 0 {
			break
		}
		parent, err := t.node.blockByHash(ctx, last.Parent)
		if err != nil {
			return nil, errors.Join(t.sameChain(ctx), fmt.Errorf("read parent of block %d: %w", last.number(), err))
		}
		fresh = append(fresh, parent)
	}
	if err := t.report(ctx, old, fork, head); err != nil {
		return nil, err
	}
	window := make([]block, 0, fork+1+len(fresh))
	window = append(window, old[:fork+1]...)
	for i := len(fresh) - 1; i >= 0; i-- {
		window = append(window, fresh[i])
	}
	return window[max(0, len(window)-t.depth()):], nil
}

// depth is the number of blocks of a full window.
func (t *tracker) depth() int { return int(t.finality.confirmations) + ReorgDepth } //nolint:gosec // MaxConfirmations

// enough reports whether the blocks from the head down, which did not meet the
// old window so far, need not go further: at the genesis; or where they have
// all that the finality asks for and are below the old window, or so far above
// it that what is between was simply missed.
func (t *tracker) enough(old, fresh []block) bool {
	last := fresh[len(fresh)-1]
	if last.Number == 0 {
		return true
	}
	if uint64(len(fresh)) <= t.finality.confirmations {
		return false
	}
	return len(old) == 0 || last.Number <= old[0].Number || len(fresh) >= t.depth()
}

// find is where a block is in a window, or -1.
func find(window []block, number uint64, hash common.Hash) int {
	if len(window) == 0 || number < window[0].number() {
		return -1
	}
	i := number - window[0].number()
	if i >= uint64(len(window)) || window[i].Hash != hash {
		return -1
	}
	return int(i) //nolint:gosec // below len(window)
}

// report logs that blocks were replaced. fork is the last one in the old window
// that was not, -1 if none is known.
func (t *tracker) report(ctx context.Context, old []block, fork int, head block) error {
	if fork == len(old)-1 {
		return nil // a longer chain, or the first look
	}
	tip := old[len(old)-1]
	if fork < 0 {
		if missed, err := t.missed(ctx, tip, head); missed || err != nil {
			return err
		}
	}
	level, kept := slog.LevelWarn, uint64(0)
	if fork >= 0 {
		kept = old[fork].number()
	}
	if kept < t.final.number() {
		level = slog.LevelError // what was told may not be so
	}
	t.log.LogAttrs(ctx, level, "the chain was replaced",
		slog.Uint64("kept", kept), slog.Uint64("from", tip.number()), slog.Uint64("to", head.number()),
		slog.Uint64("final", t.final.number()), slog.String("finality", t.finality.String()))
	return nil
}

// missed reports whether a head that does not meet the window is of the same
// chain, so that the blocks between were just not seen, as after a long pause.
func (t *tracker) missed(ctx context.Context, tip, head block) (bool, error) {
	if err := t.sameChain(ctx); err != nil || tip.Number >= head.Number {
		return false, err
	}
	same, err := t.node.block(ctx, rpc.BlockNumber(tip.number())) //nolint:gosec // heights fit
	if err != nil {
		return false, fmt.Errorf("read block %d: %w", tip.number(), err)
	}
	return same.Hash == tip.Hash, nil
}

// finalOf is the last block that counts.
func (t *tracker) finalOf(ctx context.Context, window []block) (block, error) {
	if !t.finality.finalized {
		return window[max(0, len(window)-1-int(t.finality.confirmations))], nil //nolint:gosec // MaxConfirmations
	}
	final, err := t.node.block(ctx, rpc.FinalizedBlockNumber)
	switch {
	case errors.Is(err, ErrUnreachable):
		return block{}, fmt.Errorf("read finalized block: %w", err)
	case err != nil: // the network finalized none so far
		final = block{Hash: t.genesis}
	}
	if final.Number < t.final.Number { // a node that is catching up
		final = t.final
	}
	return final, nil
}
