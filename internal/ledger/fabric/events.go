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
	"tally/internal/ledger/fabric/blocks"
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
	return ledger.AwaitHead(ctx, beyond, l.stopped, func() (voucher.Position, <-chan struct{}) {
		next, changed := l.chain.head()
		return position(next), changed
	})
}

// Events implements ledger.Ledger. Recent blocks are in memory; the others
// come from a peer. Where that peer fails, another peer goes on.
func (l *Ledger) Events(ctx context.Context, from, to voucher.Position) iter.Seq2[ledger.Entry, error] {
	head := func() voucher.Position {
		next, _ := l.chain.head()
		return position(next)
	}
	return ledger.ClampEvents(from, to, head, func(first, end uint64) iter.Seq2[[]ledger.Entry, error] {
		return func(yield func([]ledger.Entry, error) bool) {
			for b, err := range l.blocks(ctx, max(first, l.from), end) {
				if err != nil {
					yield(nil, err)
					return
				}
				if !yield(b.Entries(), nil) {
					return
				}
			}
		}
	})
}

// blocks yields the blocks from one number up to another, each the parent of the
// next.
func (l *Ledger) blocks(ctx context.Context, from, to uint64) iter.Seq2[*blocks.Block, error] {
	return func(yield func(*blocks.Block, error) bool) {
		if from >= to {
			return
		}
		if recent, ok := l.chain.recently(from, to); ok {
			for _, b := range recent {
				if err := ctx.Err(); err != nil {
					yield(nil, err)
					return
				}
				if !yield(b.Block, nil) {
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
func (l *Ledger) fetch(ctx context.Context, from, to uint64, yield func(*blocks.Block, error) bool) {
	tried := map[*peer]error{}
	run := &delivery{chaincode: l.chaincode, next: from, to: to, yield: yield}
	for {
		p, err := l.fresh(ctx, to, tried)
		if err == nil {
			err = p.blocks(ctx, l.identity.now(), run.next, run.take)
			if errors.Is(err, errEnough) {
				return
			}
			tried[p] = err
			err = ctx.Err()
		}
		if err != nil {
			yield(nil, err)
			return
		}
	}
}

// delivery is a run of blocks, whichever peers bring them.
type delivery struct {
	chaincode string
	next, to  uint64
	previous  []byte // hash of the block before next; nil before the first
	yield     func(*blocks.Block, error) bool
}

// take yields a block. The error is errEnough after the last one.
func (d *delivery) take(raw *common.Block) error {
	b, err := blocks.Read(raw, d.chaincode)
	if err != nil {
		return err
	}
	if b.Number != d.next || d.previous != nil && !bytes.Equal(d.previous, b.Previous) {
		return fmt.Errorf("%w: block %d where %d is next", ErrBlock, b.Number, d.next)
	}
	d.next, d.previous = b.Number+1, b.Hash[:]
	if !d.yield(b, nil) || d.next == d.to {
		return errEnough
	}
	return nil
}
