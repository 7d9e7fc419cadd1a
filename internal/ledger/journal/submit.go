package journal

import (
	"context"
	"errors"
	"fmt"

	"github.com/ethereum/go-ethereum/crypto"

	"tally/internal/disk"
	"tally/internal/ledger"
	"tally/internal/ledger/journal/block"
	"tally/internal/ledger/journal/segment"
	"tally/internal/voucher"
)

// Submit implements ledger.Ledger. All commands that are accepted go into one block.
// What is refused is in no block, and leaves no byte on the disk. It has the position of
// the head that it was judged at.
func (l *Ledger) Submit(ctx context.Context, commands []voucher.Authored) ([]voucher.Outcome, error) {
	outcomes, err := ledger.Undecided(ctx, commands)
	if err != nil {
		return outcomes, err
	}
	if err := l.Writable(ctx); err != nil {
		return outcomes, fmt.Errorf("%w: %w", ledger.ErrNotSent, err)
	}
	err = l.batch(ctx, commands, outcomes)
	return outcomes, errors.Join(err, ledger.FirstOutcomes(ctx, l, commands, outcomes))
}

// Writable implements ledger.Prober: the disk has its reserve, and no write failed.
func (l *Ledger) Writable(context.Context) error {
	if failed := l.failed.Load(); failed != nil {
		if errors.Is(*failed, ledger.ErrClosed) {
			return ledger.ErrClosed
		}
		return fmt.Errorf("%w: %w", ledger.ErrUnavailable, *failed)
	}
	if err := l.room.Check(); err != nil {
		return fmt.Errorf("%w: %w: %w", ledger.ErrUnavailable, ledger.ErrNoRoom, err)
	}
	return nil
}

// take waits until no other block is under way.
func (l *Ledger) take(ctx context.Context) (release func(), err error) {
	select {
	case l.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("%w: %w", ledger.ErrNotSent, ctx.Err())
	}
	release = func() { <-l.turn }
	if err := l.Writable(ctx); err != nil {
		release()
		return nil, fmt.Errorf("%w: %w", ledger.ErrNotSent, err)
	}
	return release, nil
}

// batch judges commands in a row, and writes a block of what is accepted.
func (l *Ledger) batch(ctx context.Context, commands []voucher.Authored, outcomes []voucher.Outcome) error {
	release, err := l.take(ctx)
	if err != nil {
		return err
	}
	defer release()
	now, err := l.clock.after(l.tip.Time)
	if err != nil {
		return fmt.Errorf("%w: %w", ledger.ErrNotSent, err)
	}
	next := l.begin(now)
	judged := make([]voucher.Outcome, len(commands))
	for i, c := range commands {
		if judged[i], err = next.judge(c); err != nil {
			return fmt.Errorf("%w: %w: %w", ledger.ErrNotSent, ledger.ErrUnavailable, err)
		}
	}
	if len(next.ids) > 0 {
		if err := l.seal(next); err != nil {
			return err
		}
	}
	copy(outcomes, judged)
	return nil
}

// idle seals an empty block.
func (l *Ledger) idle(ctx context.Context) error {
	release, err := l.take(ctx)
	if err != nil {
		return err
	}
	defer release()
	now, err := l.clock.after(l.tip.Time)
	if err != nil {
		return err
	}
	return l.seal(l.begin(now))
}

// coming is a block that is being made.
type coming struct {
	header  block.Header
	draft   draft
	ids     []voucher.Hash
	records [][]byte
	entries []ledger.Entry
}

// begin begins the block after the last one. Only who has the turn moves the tip.
func (l *Ledger) begin(now uint64) *coming {
	return &coming{
		header: block.Header{Format: block.Format, Ledger: l.ID(), Number: l.tip.Number + 1, Parent: l.tip.Hash, Time: now},
		draft:  draft{l.state, map[string][]byte{}},
	}
}

// judge has the rules judge a command. The error says that the state cannot be read.
func (n *coming) judge(c voucher.Authored) (voucher.Outcome, error) {
	out, err := voucher.Apply(n.draft, c.Command, c.Authors, n.header.Time)
	if err != nil {
		return out, err
	}
	out.Position = voucher.Position{Block: n.header.Number}
	if out.Status != voucher.StatusAccepted {
		return out, nil
	}
	command := voucher.EncodeCommand(c.Command)
	out.CommandHash = voucher.Hash(crypto.Keccak256Hash(command))
	out.Position.Item = uint32(len(n.ids)) //nolint:gosec // at most MaxBatch
	n.ids = append(n.ids, out.ID)
	n.records = append(n.records, block.Record{ID: out.ID, Command: command, Events: out.Events}.Encode())
	n.entries = append(n.entries, ledger.Entry{Outcome: out, Command: command})
	return out, nil
}

// seal signs the block, puts it on the disk, and then tells of it.
func (l *Ledger) seal(n *coming) error {
	b, err := block.Seal(l.key, n.header, n.records)
	if err != nil {
		return fmt.Errorf("%w: %w", ledger.ErrNotSent, err)
	}
	if err := l.journal.Append(b); errors.Is(err, segment.ErrNotWritten) {
		return fmt.Errorf("%w: %w", ledger.ErrNotSent, noRoom(err))
	} else if err != nil {
		return l.fail(err)
	}
	tip := l.journal.Tip()
	l.recent.add(tip.Number, n.entries)
	l.mu.Lock()
	err = n.draft.commit(tip, n.ids)
	if err == nil {
		l.tip = tip
		close(l.changed)
		l.changed = make(chan struct{})
	}
	l.mu.Unlock()
	if err != nil {
		return l.fail(err) // the block is on the disk: the next start has it
	}
	return nil
}

// noRoom translates why there is no segment for a block.
func noRoom(err error) error {
	if errors.Is(err, disk.ErrUnwritable) {
		return fmt.Errorf("%w: %w: %w", ledger.ErrUnavailable, ledger.ErrNoRoom, err)
	}
	return fmt.Errorf("%w: %w", ledger.ErrUnavailable, err)
}

// fail ends the ledger after a write whose end nobody knows: the disk is trusted no
// more until the journal is opened again.
func (l *Ledger) fail(err error) error {
	l.failed.CompareAndSwap(nil, &err) // the first is why
	if l.fatal != nil {
		l.fatal(err)
	}
	return fmt.Errorf("%w: %w", ledger.ErrUnknown, err)
}

// endOfState hears that the store cannot go on: its disk fails, or gives back what was
// not written.
func (l *Ledger) endOfState(err error) { _ = l.fail(err) }
