package remote

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"tally/internal/ledger"
)

// How often, and at which interval, a lane finds a nonce used by none of the
// transactions that it sent with it before it believes that somebody else uses
// its key.
const (
	maxMisses = 3
	missPause = 200 * time.Millisecond
)

// settle finds out what became of the flights whose nonces are used: jobs in
// final blocks are done, and what is buried is forgotten. What was in a block
// that was replaced is to be sent again. Receipts are asked for once when a
// block has the nonce, and again when that block counts.
func (l *lane) settle(ctx context.Context, used uint64, head, final block) error {
	var open []*flight
	for _, f := range l.flights {
		switch {
		case f.nonce >= used && f.block > 0:
			l.log.WarnContext(ctx, "transaction's block was replaced, sending it again",
				slog.Uint64("nonce", f.nonce), slog.Uint64("block", f.block))
			f.block, f.sent, f.head = 0, zeroTime, head.number()
		case f.nonce < used && (f.block == 0 || f.open() && f.block <= final.number()):
			open = append(open, f)
		}
	}
	if err := l.find(ctx, open, head); err != nil {
		return err
	}
	l.bury(used, head)
	return nil
}

// find looks for the receipts of flights.
func (l *lane) find(ctx context.Context, open []*flight, head block) error {
	var hashes []common.Hash
	for _, f := range open {
		for _, tx := range f.versions {
			hashes = append(hashes, tx.Hash())
		}
	}
	receipts, err := l.node.receipts(ctx, hashes)
	if err != nil {
		return fmt.Errorf("read receipts: %w", err)
	}
	for _, f := range open {
		found := receipts[:len(f.versions)]
		receipts = receipts[len(f.versions):]
		if err := l.found(ctx, f, first(found), head); err != nil {
			return err
		}
	}
	return nil
}

func first(receipts []*types.Receipt) *types.Receipt {
	for _, r := range receipts {
		if r != nil {
			return r
		}
	}
	return nil
}

// found ends a flight's job if its receipt is final.
func (l *lane) found(ctx context.Context, f *flight, receipt *types.Receipt, head block) error {
	if receipt == nil {
		l.missed(ctx, f, head)
		return nil
	}
	f.misses, f.block = 0, receipt.BlockNumber.Uint64()
	l.paid(f, receipt)
	if !f.open() || !l.tracker.confirmed(f.block, receipt.BlockHash) {
		return nil
	}
	at, err := l.node.blockByHash(ctx, receipt.BlockHash)
	if err != nil {
		return fmt.Errorf("read block %d: %w", f.block, err)
	}
	l.succeed(f.job, receipt, at)
	f.done = true
	return nil
}

// missed counts a look that found a nonce used by no version of its flight. A
// job that lost its nonce so gets another one; that is safe even if the first
// comes back, because a command takes effect once.
func (l *lane) missed(ctx context.Context, f *flight, head block) {
	if f.misses++; f.open() && f.misses < maxMisses {
		return
	}
	f.block = head.number()
	l.paid(f, nil)
	if !f.open() {
		return
	}
	l.log.ErrorContext(ctx, "somebody else uses the relayer's key", slog.Uint64("nonce", f.nonce))
	j := f.job
	f.job = nil
	if j.state.Load() == orphaned {
		l.fail(j, ledger.ErrUnknown)
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.queue = append([]*job{j}, l.queue...)
}

// bury forgets the first flights whose blocks are so deep that they stay.
func (l *lane) bury(used uint64, head block) {
	for len(l.flights) > 0 {
		f := l.flights[0]
		if f.nonce >= used || f.open() || f.block+ReorgDepth > head.number() {
			return
		}
		l.flights = l.flights[1:]
	}
}
