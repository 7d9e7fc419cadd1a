package pack

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"

	"golang.org/x/mod/sumdb/tlog"

	"tally/internal/audit"
	"tally/internal/audit/pins"
	"tally/internal/audit/receipt"
	"tally/internal/audit/replay"
	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/voucher"
)

// Why a pack does not hold, apart from ErrDamaged and the errors of the
// packages that check its parts: translog, evm/proof, journal/proof, receipt, replay, audit.
var (
	// ErrRoot says that the leaves do not lead to the root that the checkpoint signs.
	ErrRoot = errors.New("the pack's leaves are not those that the checkpoint signs")
	// ErrIncomplete says that the pack ends early, or lacks what its scope promises.
	ErrIncomplete = errors.New("the pack is not complete")
)

// Report is what a pack that holds has shown.
type Report struct {
	Ledger   voucher.Hash
	Scope    Scope
	Tree     tlog.Tree
	Leaves   int64 // that are in the pack
	Blocks   uint64
	Replayed bool // the rules gave the same events, from the first command to the last
	Ledgers  bool // the ledger's own signatures were checked
}

// Check is how a pack is verified.
type Check struct {
	pins.Pins
	// State is where the rules are replayed, of a pack that has everything: empty.
	State voucher.State
	// Opened is called once, when head and checkpoint were checked and no leaf was: the
	// report names the ledger, the scope and the log. May be nil.
	Opened func(Report) error
	// Each is called with every entry and its index in the log, once it was checked. May
	// be nil.
	Each func(index int64, e ledger.Entry) error
}

// Verify reads a pack to its end. A report that comes with an error proves nothing.
// It opens no connection, and its memory does not grow with the pack, apart
// from what Check.State and Check.Each keep. It reads ahead: of a pack that does
// not hold, more may have been read than was checked.
func Verify(ctx context.Context, in io.Reader, check Check) (Report, error) {
	in = bufio.NewReaderSize(in, 64<<10)
	if err := readFormat(in); err != nil {
		return Report{}, err
	}
	domain := intent.NewDomain(check.Ledger)
	raw, err := readChunk(in)
	if errors.Is(err, errEnd) {
		return Report{}, fmt.Errorf("%w: it has no head", ErrIncomplete)
	} else if err != nil {
		return Report{}, err
	}
	v := &verifier{check: check}
	if v.items, err = readAll(domain, raw); err != nil {
		return Report{}, err
	}
	if err := v.begin(ctx); err != nil { // before anything else is read
		return v.report, err
	}
	v.chunks = readAhead(ctx, in, domain)
	defer v.chunks.end()
	if err := v.walk(ctx); err != nil {
		return v.report, err
	}
	return v.report, v.finish()
}

type verifier struct {
	check    Check
	chunks   *ahead
	items    []read        // of the chunk under way that were not taken yet
	own      pins.Verifier // of the ledger's own proofs; nil where none is pinned
	selected *selection
	report   Report
	tree     compact
	count    uint64 // items so far
	ended    bool
	last     voucher.Position // of the leaf before

	block  pins.Block   // the last one
	parent voucher.Hash // of the next one
	proof  []byte       // the last one
}

// next is the next item. At the end of the file the error is errEnd.
func (v *verifier) next(ctx context.Context) (_ read, err error) {
	if len(v.items) == 0 {
		if v.items, err = v.chunks.next(ctx); err != nil {
			return read{}, err
		}
	}
	first := v.items[0]
	v.items = v.items[1:]
	return first, first.err
}

// begin checks the head and the checkpoint.
func (v *verifier) begin(ctx context.Context) error {
	opening, err := v.next(ctx)
	if err != nil {
		return err
	}
	h, ok := opening.item.(head)
	if !ok {
		return fmt.Errorf("%w: it has no head", ErrDamaged)
	}
	if h.Ledger != v.check.Ledger {
		return fmt.Errorf("%w: the pack is of %s", receipt.ErrOtherLedger, h.Ledger)
	}
	if v.report.Scope, err = ParseScope(h.Scope); err != nil {
		return err
	}
	signed, err := receipt.OpenCheckpoint(h.Checkpoint, v.check.Pins)
	if err != nil {
		return err
	}
	v.report.Ledger, v.report.Tree, v.count = h.Ledger, signed.Tree, 1
	v.selected = newSelection(v.report.Scope)
	v.own, v.parent = v.check.Verifier()
	v.report.Ledgers = v.own != nil
	if v.check.Opened == nil {
		return nil
	}
	return v.check.Opened(v.report)
}

// walk checks all that follows the head. For a whole history it replays the rules,
// which judge the authors. For a part of a history it checks each signature.
func (v *verifier) walk(ctx context.Context) error {
	if !v.report.Scope.whole() {
		for c, err := range v.leaves(ctx) {
			if err != nil {
				return err
			}
			if err := v.alone(c); err != nil {
				return err
			}
		}
		return nil
	}
	r, err := replay.New(replay.Founding{Operators: v.check.Operators, Threshold: v.check.Threshold}, v.check.State)
	if err != nil {
		return err
	}
	v.report.Replayed = true
	return r.Run(ctx, v.leaves(ctx), v.each)
}

// each hands on the entry of the leaf that was taken last.
func (v *verifier) each(e ledger.Entry) error {
	if v.check.Each == nil {
		return nil
	}
	return v.check.Each(v.tree.size-1, e)
}

// alone checks a leaf without its history, which the pack does not have.
func (v *verifier) alone(c replay.Command) error {
	o := c.Entry.Outcome
	if o.Position.Before(v.last) {
		return fmt.Errorf("%w: %s comes after %s", ErrDamaged, o.Position, v.last)
	}
	v.last = o.Position
	if c.Command == nil {
		return fmt.Errorf("command %s: %w", o.ID, audit.ErrUnread)
	}
	if err := receipt.CheckAuthors(c.Command, c.Authors, o.ID); err != nil {
		return fmt.Errorf("command %s: %w", o.ID, err)
	}
	return v.each(c.Entry)
}

// leaves yields the leaves in order, each checked against what the ledger says.
func (v *verifier) leaves(ctx context.Context) iter.Seq2[replay.Command, error] {
	return func(yield func(replay.Command, error) bool) {
		for {
			c, err := v.nextLeaf(ctx)
			if errors.Is(err, errEnd) {
				return
			}
			if !yield(c, err) || err != nil {
				return
			}
		}
	}
}

func (v *verifier) nextLeaf(ctx context.Context) (replay.Command, error) {
	for {
		if err := ctx.Err(); err != nil {
			return replay.Command{}, err
		}
		next, err := v.next(ctx)
		if err != nil {
			return replay.Command{}, err
		}
		if v.ended {
			return replay.Command{}, fmt.Errorf("%w: something follows its end", ErrDamaged)
		}
		v.count++
		raw, ok := next.item.(leaf)
		if !ok {
			if err := v.take(next.item); err != nil {
				return replay.Command{}, err
			}
			continue
		}
		return next.command, v.takeLeaf(raw.Leaf, next.command)
	}
}

// take checks an item that is no leaf.
func (v *verifier) take(item any) error {
	switch item := item.(type) {
	case subtree:
		if v.report.Scope.whole() {
			return fmt.Errorf("%w: leaves are left out after %d", ErrIncomplete, v.tree.size)
		}
		return v.tree.append(item.Level, tlog.Hash(item.Hash))
	case block:
		return v.takeBlock(item)
	case proof:
		v.proof = item.Proof
		return nil
	case end:
		v.ended = true
		if item.Items != v.count-1 {
			return fmt.Errorf("%w: it has %d items, not %d", ErrDamaged, v.count-1, item.Items)
		}
		return nil
	default:
		return fmt.Errorf("%w: a second head", ErrDamaged)
	}
}

func (v *verifier) takeLeaf(raw []byte, c replay.Command) error {
	index := v.tree.size
	if err := v.tree.append(0, tlog.RecordHash(raw)); err != nil {
		return err
	}
	v.report.Leaves++
	if !v.selected.has(index, c.Entry) {
		return fmt.Errorf("%w: leaf %d is not of the scope %s", ErrDamaged, index, v.report.Scope)
	}
	var err error
	switch {
	case v.own == nil:
		return nil
	case c.Command == nil:
		err = audit.ErrUnread
	case !v.report.Scope.whole():
		err = v.own.VerifyEntry(c.Entry, c.Command, v.proof)
	case v.block == nil:
		err = fmt.Errorf("%w: no block comes before it", ErrIncomplete)
	default:
		err = v.block.Claim(c.Entry, v.idOf(c))
	}
	if err != nil {
		return fmt.Errorf("leaf %d, command %s: %w", index, c.Entry.Outcome.ID, err)
	}
	return nil
}

// idOf is the id that a command has in the ledger whose own proofs are checked. It was
// found together with the authors, unless that ledger is not the one which the pins name.
func (v *verifier) idOf(c replay.Command) voucher.Hash {
	if v.own.Ledger() == v.check.Ledger {
		return c.Authors.ID
	}
	return v.own.ID(c.Command)
}

// takeBlock checks that a block follows the previous one, and that every command
// of the previous one was listed.
func (v *verifier) takeBlock(b block) (err error) {
	v.report.Blocks++
	if v.own == nil {
		return nil // nothing is pinned that it could be held against
	}
	if v.block != nil {
		if err := v.block.Done(); err != nil {
			return err
		}
	}
	if v.block, err = v.own.Block(b.Header, b.Receipts, v.parent); err != nil {
		return err
	}
	v.parent = v.block.ID()
	return nil
}

// finish checks that all came, and that it is what the checkpoint signs.
func (v *verifier) finish() error {
	switch {
	case !v.ended:
		return fmt.Errorf("%w: it has no end", ErrIncomplete)
	case v.tree.size != v.report.Tree.N || v.tree.root() != v.report.Tree.Hash:
		return fmt.Errorf("%w: %d leaves, root %s", ErrRoot, v.tree.size, v.tree.root())
	case v.block != nil:
		return v.block.Done()
	}
	return nil
}
