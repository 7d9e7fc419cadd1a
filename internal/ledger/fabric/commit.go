package fabric

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"tally/internal/ledger"
)

// commit sends a transaction to the orderers and waits for the block that has
// it. What is not in a block in time, or may not have been sent, is sent again
// by the next gateway: it is the same envelope, and peers take a transaction's
// id once. So the error, ledger.ErrUnknown, comes only when ctx ends or the
// ledger is closed: until then an orderer may still bring the transaction out.
func (l *Ledger) commit(ctx context.Context, tx *endorsed) (verdict, error) {
	told, forget := l.chain.await(tx.ID)
	defer forget()
	pause := firstPause
	for try := 0; ; try++ {
		p := l.gateway(try)
		wait := l.commitTimeout
		if err := l.send(ctx, p, tx); err != nil {
			wait, pause = pause, min(2*pause, longPause)
			l.log.WarnContext(ctx, "transaction not taken, sending it again",
				slog.String("peer", p.endpoint), slog.String("transaction", tx.ID), slog.Any("error", err))
		}
		timer := time.NewTimer(wait)
		select {
		case end := <-told:
			timer.Stop()
			return end, nil
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return verdict{}, fmt.Errorf("%w: transaction %s: %w", ledger.ErrUnknown, tx.ID, ctx.Err())
		case <-l.stopped:
			timer.Stop()
			return verdict{}, fmt.Errorf("%w: transaction %s: %w", ledger.ErrUnknown, tx.ID, errClosing)
		}
	}
}

var errClosing = errors.New("the ledger was closed before it was in a block")

// send has one gateway bring a transaction to the orderers.
func (l *Ledger) send(ctx context.Context, p *peer, tx *endorsed) error {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	ready, err := p.gateway.NewSignedTransaction(tx.raw, tx.signature)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrEndorse, err)
	}
	_, err = ready.SubmitWithContext(ctx)
	if err == nil || taken(textOf(err)) {
		return nil
	}
	err, _ = translate(err)
	return err
}

// taken reports whether orderers refused a transaction because they have it. With
// BFT it goes to all orderers, and a late orderer may hear of it from the others
// first. The gateway calls that a failure.
func taken(text string) bool {
	return has(text, "request already processed", "request already exists")
}

// gateway is the peer that brings a transaction to the orderers at the n-th try:
// the connected ones in turn, or all if none is.
func (l *Ledger) gateway(n int) *peer {
	connected := slices.DeleteFunc(slices.Clone(l.peers), func(p *peer) bool { return !p.has(0) })
	if len(connected) == 0 {
		connected = l.peers
	}
	return connected[n%len(connected)]
}
