package fabric

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"

	"tally/internal/ledger"
	"tally/internal/voucher"
)

// Head implements ledger.Ledger. The error is ErrUnreachable while no peer is
// connected.
func (l *Ledger) Head(context.Context) (voucher.Position, error) {
	if !slices.ContainsFunc(l.peers, func(p *peer) bool { return p.has(0) }) {
		return voucher.Position{}, l.unreachable(nil)
	}
	next, _ := l.chain.head()
	return position(next), nil
}

// Wait implements ledger.Ledger.
func (l *Ledger) Wait(ctx context.Context, beyond voucher.Position) (voucher.Position, error) {
	for {
		next, changed := l.chain.head()
		if head := position(next); beyond.Before(head) {
			return head, nil
		}
		select {
		case <-changed:
		case <-l.stopped:
			return voucher.Position{}, ledger.ErrClosed
		case <-ctx.Done():
			return voucher.Position{}, ctx.Err()
		}
	}
}

// Events implements ledger.Ledger. What was seen lately is in memory; the rest
// comes from a peer, and from another one on where that one fails.
func (l *Ledger) Events(ctx context.Context, from, to voucher.Position) iter.Seq2[ledger.Entry, error] {
	return func(yield func(ledger.Entry, error) bool) {
		next, _ := l.chain.head()
		if head := position(next); head.Before(to) {
			to = head
		}
		last := to.Block // the first block that has nothing before to
		if position(last).Before(to) {
			last++
		}
		for b, err := range l.blocks(ctx, max(from.Block, l.from), last) {
			if err != nil {
				yield(ledger.Entry{}, err)
				return
			}
			for _, entry := range b.entries(from, to) {
				if !yield(entry, nil) {
					return
				}
			}
		}
	}
}

// blocks yields the blocks from one number up to another, each the parent of the
// next.
func (l *Ledger) blocks(ctx context.Context, from, to uint64) iter.Seq2[*block, error] {
	return func(yield func(*block, error) bool) {
		if from >= to {
			return
		}
		if recent, ok := l.chain.recently(from, to); ok {
			for _, b := range recent {
				if err := ctx.Err(); err != nil {
					yield(nil, err)
					return
				}
				if !yield(b, nil) {
					return
				}
			}
			return
		}
		l.fetch(ctx, from, to, yield)
	}
}

// errEnough ends a delivery that has brought what was wanted.
var errEnough = errors.New("enough")

// fetch has one peer after the other deliver blocks that are not in memory.
func (l *Ledger) fetch(ctx context.Context, from, to uint64, yield func(*block, error) bool) {
	tried := map[*peer]error{}
	var last *block
	for {
		p, err := l.fresh(ctx, to, tried)
		if err != nil {
			yield(nil, err)
			return
		}
		start := from
		if last != nil {
			start = last.number + 1
		}
		err = p.blocks(ctx, l.signer, start, func(raw *common.Block) error {
			b, err := readBlock(raw, l.chaincode)
			if err != nil {
				return err
			}
			if last != nil && (b.number != last.number+1 || !bytes.Equal(last.hash[:], b.previous)) {
				return fmt.Errorf("%w: block %d after %d", ErrBlock, b.number, last.number)
			}
			last = b
			if !yield(b, nil) || b.number+1 == to {
				return errEnough
			}
			return nil
		})
		switch {
		case errors.Is(err, errEnough):
			return
		case ctx.Err() != nil:
			yield(nil, ctx.Err())
			return
		}
		tried[p] = err
	}
}
