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
	"reflect"

	"tally/internal/audit"
	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/voucher"
)

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
	Operators []voucher.Address // sorted
	Threshold uint32
}

// Replay is a replay under way. It is not for concurrent use.
type Replay struct {
	state voucher.State
	next  int64            // leaf
	from  voucher.Position // the least that the next command may have
}

// New starts a replay on an empty state.
func New(f Founding, state voucher.State) (*Replay, error) {
	if err := voucher.Found(state, f.Operators, f.Threshold); err != nil {
		return nil, fmt.Errorf("founding: %w", err)
	}
	return &Replay{state: state}, nil
}

// Leaves is how many leaves were replayed.
func (r *Replay) Leaves() int64 { return r.next }

// Command is a leaf that was read: what it says, and whose signatures it has. Of a
// leaf that has no command (audit.ErrUnread) only the entry is known.
type Command struct {
	Entry   ledger.Entry
	Command voucher.Command
	Authors voucher.Authors
}

// Read reads a leaf and recovers its authors, which is most of the work of a
// replay and depends on nothing else: read leaves on all cores. The error is
// audit.ErrLeaf.
func Read(d *intent.Domain, leaf []byte) (c Command, err error) {
	c.Entry, c.Command, err = audit.ReadLeaf(leaf)
	switch {
	case errors.Is(err, audit.ErrUnread):
		return c, nil // where it stands, and that it does not follow, the replay says
	case err != nil:
		return c, err
	}
	c.Authors = d.Recover(c.Command)
	return c, nil
}

// Run replays commands until they end, and hands on every entry that followed.
// The error is a NotFollowingError, that of the commands, of the state, of each
// or of ctx.
func (r *Replay) Run(ctx context.Context, commands iter.Seq2[Command, error], each func(ledger.Entry) error) error {
	for c, err := range commands {
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := r.follow(c); err != nil {
			return err
		}
		if err := each(c.Entry); err != nil {
			return err
		}
	}
	return nil
}

// follow applies one command and compares.
func (r *Replay) follow(c Command) error {
	o := c.Entry.Outcome
	not := func(reason string, args ...any) error {
		return &NotFollowingError{Leaf: r.next, Position: o.Position, ID: o.ID, Reason: fmt.Sprintf(reason, args...)}
	}
	if o.Position.Before(r.from) {
		return not("it is at or before the place of the one before it")
	}
	if c.Command == nil {
		return not("%s: nothing says who signed it, and what came after it cannot be judged", audit.ErrUnread)
	}
	if c.Authors.ID != o.ID {
		return not("it was signed for another ledger, where its id is %s", c.Authors.ID)
	}
	got, err := voucher.Apply(r.state, c.Command, c.Authors, o.Time)
	switch {
	case err != nil:
		return fmt.Errorf("replay leaf %d: %w", r.next, err)
	case got.Status != voucher.StatusAccepted:
		return &NotFollowingError{r.next, o.Position, o.ID, got.Kind, "the rules refuse it: " + got.Kind.String()}
	case !sameEvents(got.Events, o.Events):
		return not("the rules give other events")
	}
	if wrong, err := r.returns(c.Command, o); err != nil {
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
		if !sameEvent(a[i], b[i]) {
			return false
		}
	}
	return true
}

func sameEvent(a, b voucher.Event) bool {
	switch kind := reflect.TypeOf(a); {
	case kind != reflect.TypeOf(b):
		return false
	case kind.Comparable():
		return a == b
	default: // it has lists, and an empty one may be nil
		return bytes.Equal(voucher.EncodeEvent(a), voucher.EncodeEvent(b))
	}
}
