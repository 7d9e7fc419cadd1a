// Package replay judges a ledger's history again: the rules over every leaf, in
// order, with authors recovered from the signatures. What does not follow is
// named by the first command that does not.
package replay

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"sync"

	"tally/internal/audit"
	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/voucher"
)

// ahead is how many commands' signatures are recovered together: enough work
// for every core, and about 2 MB of leaves.
const ahead = 1024

// ErrDoesNotFollow says that a command is not what the rules make of the
// history before it.
var ErrDoesNotFollow = errors.New("does not follow from the history before it")

// NotFollowingError names the first command that does not follow, and why.
type NotFollowingError struct {
	Leaf     int64 // its index in the log
	Position voucher.Position
	ID       voucher.Hash
	Kind     voucher.Kind // of the rules' refusal, if they refuse it
	Reason   string
}

func (e *NotFollowingError) Error() string {
	return fmt.Sprintf("leaf %d, command %s at %s: %s: %s", e.Leaf, e.ID, e.Position, ErrDoesNotFollow, e.Reason)
}

// Unwrap makes it an ErrDoesNotFollow.
func (e *NotFollowingError) Unwrap() error { return ErrDoesNotFollow }

// Founding is what a ledger began with, which no command says: the auditor pins it.
type Founding struct {
	Ledger    voucher.Hash
	Operators []voucher.Address // sorted
	Threshold uint32
}

// Replay is a replay under way. It is not for concurrent use.
type Replay struct {
	domain *intent.Domain
	state  voucher.State
	next   int64            // leaf
	from   voucher.Position // the least that the next command may have
}

// New starts a replay on an empty state.
func New(f Founding, state voucher.State) (*Replay, error) {
	if err := voucher.Found(state, f.Operators, f.Threshold); err != nil {
		return nil, fmt.Errorf("founding: %w", err)
	}
	return &Replay{domain: intent.NewDomain(f.Ledger), state: state}, nil
}

// Leaves is how many leaves were replayed.
func (r *Replay) Leaves() int64 { return r.next }

// Run replays leaves until they end, and hands on every entry that followed. It
// recovers signatures on all cores. The error is a NotFollowingError,
// audit.ErrLeaf, that of the leaves, of the state, of each or of ctx.
func (r *Replay) Run(ctx context.Context, leaves iter.Seq2[[]byte, error], each func(ledger.Entry) error) error {
	batch := make([]judged, 0, ahead)
	for leaf, err := range leaves {
		if err != nil {
			return err
		}
		batch = append(batch, judged{leaf: bytes.Clone(leaf)})
		if len(batch) < ahead {
			continue
		}
		if err := r.judge(ctx, batch, each); err != nil {
			return err
		}
		batch = batch[:0]
	}
	return r.judge(ctx, batch, each)
}

// judged is a leaf, and what it says.
type judged struct {
	leaf    []byte
	entry   ledger.Entry
	command voucher.Command
	authors voucher.Authors
	err     error
}

func (r *Replay) judge(ctx context.Context, batch []judged, each func(ledger.Entry) error) error {
	r.recover(batch)
	for _, j := range batch {
		if err := ctx.Err(); err != nil {
			return err
		}
		if j.err != nil {
			return fmt.Errorf("leaf %d: %w", r.next, j.err)
		}
		if err := r.follow(j); err != nil {
			return err
		}
		if err := each(j.entry); err != nil {
			return err
		}
	}
	return nil
}

// recover decodes leaves and finds their authors, every core some of them.
func (r *Replay) recover(batch []judged) {
	workers := runtime.GOMAXPROCS(0)
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() {
			for i := w; i < len(batch); i += workers {
				batch[i].read(r.domain)
			}
		})
	}
	all.Wait()
}

func (j *judged) read(d *intent.Domain) {
	if j.entry, j.err = audit.DecodeLeaf(j.leaf); j.err != nil {
		return
	}
	if j.command, j.err = voucher.DecodeCommand(j.entry.Command); j.err == nil {
		j.authors = d.Recover(j.command)
	}
}

// follow applies one command and compares.
func (r *Replay) follow(j judged) error {
	o := j.entry.Outcome
	not := func(reason string, args ...any) error {
		return &NotFollowingError{Leaf: r.next, Position: o.Position, ID: o.ID, Reason: fmt.Sprintf(reason, args...)}
	}
	if o.Position.Before(r.from) {
		return not("it is at or before the place of the one before it")
	}
	if j.authors.ID != o.ID {
		return not("it was signed for another ledger, where its id is %s", j.authors.ID)
	}
	got, err := voucher.Apply(r.state, j.command, j.authors, o.Time)
	switch {
	case err != nil:
		return fmt.Errorf("replay leaf %d: %w", r.next, err)
	case got.Status != voucher.StatusAccepted:
		return &NotFollowingError{r.next, o.Position, o.ID, got.Kind, "the rules refuse it: " + got.Kind.String()}
	case !sameEvents(got.Events, o.Events):
		return not("the rules give other events")
	}
	if wrong, err := r.returns(j.command, o); err != nil {
		return fmt.Errorf("replay leaf %d: %w", r.next, err)
	} else if wrong != "" {
		return not("%s", wrong)
	}
	r.next++
	r.from = voucher.Position{Block: o.Position.Block, Tx: o.Position.Tx, Item: o.Position.Item + 1}
	return nil
}

func sameEvents(a, b voucher.Events) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if voucher.EventSignature(a[i]) != voucher.EventSignature(b[i]) || !bytes.Equal(voucher.EncodeEvent(a[i]), voucher.EncodeEvent(b[i])) {
			return false
		}
	}
	return true
}
