// Package ledger says what a ledger of vouchers is. Drivers below this folder
// make one out of an EVM, of Fabric, or of a map; package ledgertest holds
// every driver to the same behaviour.
package ledger

import (
	"context"
	"errors"
	"iter"

	"tally/internal/voucher"
)

// Ledger is an ordered, durable, final record of commands.
//
// What a driver promises beyond the methods:
//
//   - An outcome that it returns, an entry that it yields and a read that it
//     answers are durable and final: they survive kill -9 and power loss as far
//     as the disk keeps its word.
//   - A command that was accepted once and is sent again with the same store part
//     gets its first outcome, byte for byte, whatever the relayer added to it.
//   - The same id with another store part, or without the signatures of its
//     authors, is refused and learns nothing.
type Ledger interface {
	// ID is the ledger id, the salt of the EIP-712 domain.
	ID() voucher.Hash
	// Submit returns one outcome per command, in order: accepted, refused or
	// unknown. The error is non-nil only if some are unknown or nothing was
	// sent; final outcomes stay valid beside it. Commands are judged one after
	// the other; each stands alone. At most MaxBatch commands. A driver uses the
	// authors as they are: they come from intent.Domain.Author.
	Submit(ctx context.Context, commands []voucher.Authored) ([]voucher.Outcome, error)
	Reader
	// Events yields every accepted command from a position up to another, or to
	// the head where that is nearer, in the total order and without gaps.
	Events(ctx context.Context, from, to voucher.Position) iter.Seq2[Entry, error]
	// Head is the first position that is not durable yet: every entry before it
	// can be read.
	Head(ctx context.Context) (voucher.Position, error)
	// Wait returns the head as soon as it is beyond a position.
	Wait(ctx context.Context, beyond voucher.Position) (voucher.Position, error)
	// Close waits for what is under way and frees what the ledger holds.
	Close() error
}

// Reader answers from the durable state, at least as fresh as every outcome
// that this process returned.
type Reader interface {
	Operators(ctx context.Context) (voucher.Operators, error)
	Merchant(ctx context.Context, merchant voucher.Address) (voucher.Merchant, bool, error)
	// Standing is what stands beside the record of a merchant that is known.
	Standing(ctx context.Context, merchant voucher.Address) (voucher.Standing, error)
	// Auditor is until when a party may read everything; its version is 0 where it was never named.
	Auditor(ctx context.Context, auditor voucher.Address) (voucher.Auditor, error)
	// Auditors lists every auditor that was ever named, at most voucher.MaxAuditors.
	Auditors(ctx context.Context) ([]voucher.NamedAuditor, error)
	// Attestors lists a campaign's attestors, revoked ones included, at most voucher.MaxNamed.
	Attestors(ctx context.Context, id voucher.CampaignID) ([]voucher.NamedAttestor, error)
	Key(ctx context.Context, merchant, key voucher.Address) (voucher.Key, error)
	Campaign(ctx context.Context, id voucher.CampaignID) (voucher.Campaign, bool, error)
	Holder(ctx context.Context, id voucher.CampaignID, wallet voucher.Address) (voucher.Holder, error)
	Voucher(ctx context.Context, ref voucher.Ref) (voucher.Voucher, bool, error)
	// Extension is by how many seconds the expiry in the slots of a merchant's
	// campaign is put off: what the merchant was suspended since the campaign was created.
	Extension(ctx context.Context, merchant voucher.Address, id voucher.CampaignID) (uint64, error)
	// Hold is the latest hold of a voucher, open or lapsed; all zero where there
	// was none, or where it was captured or released.
	Hold(ctx context.Context, ref voucher.Ref) (voucher.Hold, error)
	// Returned is how many units of a voucher were given back of one redemption.
	Returned(ctx context.Context, redemption voucher.Hash, ref voucher.Ref) (uint64, error)
	// Issuance is the list of an issue.
	Issuance(ctx context.Context, issue voucher.Hash) (voucher.Issuance, bool, error)
	// Outcome finds the accepted outcome of a command's id.
	Outcome(ctx context.Context, id voucher.Hash) (voucher.Outcome, bool, error)
}

// Entry is one accepted command in the ledger's order.
type Entry struct {
	Outcome voucher.Outcome
	// Command is voucher.EncodeCommand of what was accepted. It is nil where the
	// ledger says that it accepted a command and does not show it: the outcome
	// stands, with the state after the change in its events.
	Command []byte
}

// Follow yields every entry from a position on and then waits for more. It ends
// when the caller stops, or with an error: that of ctx, for one.
func Follow(ctx context.Context, l Ledger, from voucher.Position) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		for {
			head, err := l.Wait(ctx, from)
			if err != nil {
				yield(Entry{}, err)
				return
			}
			for entry, err := range l.Events(ctx, from, head) {
				if !yield(entry, err) || err != nil {
					return
				}
			}
			from = head
		}
	}
}

// MaxBatch is how many commands one Submit takes.
const MaxBatch = 500

// What can go wrong apart from a refusal. "Unknown" is a result: the command
// may have taken effect; its id settles it.
var (
	ErrUnknown = errors.New("outcome unknown: look the command up by its id")
	ErrNotSent = errors.New("not sent: the command has had no effect")
	ErrBusy    = errors.New("the ledger's queue is full: try again")
	ErrClosed  = errors.New("the ledger is closed")
	// ErrUnavailable says that what the ledger runs on cannot be reached, or does
	// not serve: the operator's business, not the author's. It comes beside
	// ErrNotSent where a command had no effect, and alone where nothing was sent
	// because a read failed.
	ErrUnavailable = errors.New("the ledger is unavailable")
	// ErrNoRoom says, beside ErrUnavailable, that the ledger's disk is nearly full.
	ErrNoRoom = errors.New("the ledger has no room")
)

// FirstOutcomes settles what a driver's rules refused: a command that was
// accepted before, with the same store part, gets its first outcome instead, if
// its authors signed it this time, too. What cannot be settled so is unknown,
// never a false no; then the error is ErrUnknown.
func FirstOutcomes(ctx context.Context, r Reader, commands []voucher.Authored, outcomes []voucher.Outcome) error {
	var failed error
	for i, o := range outcomes {
		if o.Status != voucher.StatusRefused || voucher.Examine(commands[i]) != voucher.KindAccepted {
			continue
		}
		first, ok, err := r.Outcome(ctx, o.ID)
		switch {
		case err != nil:
			outcomes[i], failed = voucher.Outcome{ID: o.ID}, errors.Join(ErrUnknown, err)
		case ok && first.Acceptance() == AcceptanceOf(commands[i]):
			outcomes[i] = first
		}
	}
	return failed
}

// AcceptanceOf is the digest of a command's store part, as its outcome carries
// it: only a redemption has one.
func AcceptanceOf(a voucher.Authored) voucher.Hash {
	if _, ok := a.Command.(voucher.RedeemCommand); ok {
		return a.Authors.Second
	}
	return voucher.Hash{}
}
