package receipt

import (
	"bytes"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"tally/internal/audit"
	"tally/internal/audit/checkpoints"
	"tally/internal/audit/pins"
	"tally/internal/audit/translog"
	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/voucher"
)

// Why a receipt does not hold, apart from ErrReceipt, audit.ErrLeaf,
// checkpoints.ErrInvalid and the errors of the ledger's own proof: of evm/proof, or of
// journal/proof.
var (
	// ErrNotInLog says that the path does not lead from the leaf to the checkpoint's root.
	ErrNotInLog = errors.New("the path does not lead from the command to the checkpoint")
	// ErrWitnesses says that fewer witnesses signed the checkpoint than the policy wants.
	ErrWitnesses = errors.New("too few witnesses signed the checkpoint")
	// ErrOtherLedger says that the command was signed for another ledger.
	ErrOtherLedger = errors.New("the command was signed for another ledger")
	// ErrSignature says that a signature of the command is not its author's.
	ErrSignature = errors.New("a signature of the command is not its author's")
	// ErrNoProof says that the receipt lacks the ledger's own proof, for which keys are pinned.
	ErrNoProof = errors.New("the receipt has no proof by the ledger")
	// ErrPins says that nothing is pinned, or what makes no sense.
	ErrPins = errors.New("pin the ledger's id and the key of its log")
)

// Verify returns the entry that a receipt proves, or else what is wrong, as one
// of the errors named above. It is pure: it opens no connection and no file.
func Verify(raw []byte, pinned pins.Pins) (ledger.Entry, Receipt, error) {
	return NewVerifier(pinned).Verify(raw)
}

// Verifier checks receipts against the same pins: what the pins make is made once, and a
// checkpoint that several receipts have is opened once. One goroutine uses it.
type Verifier struct {
	pinned pins.Pins
	domain *intent.Domain
	ledger pins.Verifier // nil where nothing is pinned for it
	raw    []byte        // the checkpoint that was opened last
	head   checkpoints.Checkpoint
}

// NewVerifier is a verifier of receipts.
func NewVerifier(pinned pins.Pins) *Verifier {
	v := &Verifier{pinned: pinned, domain: intent.NewDomain(pinned.Ledger)}
	v.ledger, _ = pinned.Verifier()
	return v
}

// Verify is the function of that name.
func (v *Verifier) Verify(raw []byte) (ledger.Entry, Receipt, error) {
	r, err := Decode(raw)
	if err != nil {
		return ledger.Entry{}, r, err
	}
	entry, command, err := audit.ReadLeaf(r.Leaf)
	if err != nil {
		return ledger.Entry{}, r, err
	}
	if err := v.inLog(r); err != nil {
		return ledger.Entry{}, r, err
	}
	if err := CheckAuthors(command, v.domain.Recover(command), entry.Outcome.ID); err != nil {
		return ledger.Entry{}, r, err
	}
	if err := v.inLedger(r, entry, command); err != nil {
		return ledger.Entry{}, r, err
	}
	return entry, r, nil
}

func (v *Verifier) inLog(r Receipt) error {
	if v.raw == nil || !bytes.Equal(v.raw, r.Checkpoint) {
		head, err := OpenCheckpoint(r.Checkpoint, v.pinned)
		if err != nil {
			return err
		}
		v.raw, v.head = r.Checkpoint, head
	}
	head := v.head
	if err := tlog.CheckRecord(r.Path, head.Tree.N, head.Tree.Hash, r.Index, tlog.RecordHash(r.Leaf)); err != nil {
		return fmt.Errorf("%w: %w", ErrNotInLog, err)
	}
	return nil
}

// OpenCheckpoint reads a checkpoint of the pinned ledger that the pinned log
// signed, and as many of the pinned witnesses as the policy wants. The error is
// checkpoints.ErrInvalid, ErrPins, ErrWitnesses or, for the policy, pins.ErrPins.
func OpenCheckpoint(raw []byte, pinned pins.Pins) (checkpoints.Checkpoint, error) {
	head, err := checkpoints.Open(raw, pinned.Log)
	if err != nil {
		return head, err
	}
	if key, err := note.NewVerifier(pinned.Log); err != nil || key.Name() != translog.Origin(pinned.Ledger) {
		return head, ErrPins
	}
	policy, err := pinned.Policy()
	if err != nil {
		return head, err
	}
	if policy != nil && !policy.Satisfied(raw) {
		return head, ErrWitnesses
	}
	return head, nil
}

// CheckAuthors checks that every signature of the command with this id is by the
// author that the command names, in the domain in which the authors were recovered.
// Whether the authors had the right to it, only a replay can say.
func CheckAuthors(c voucher.Command, authors voucher.Authors, id voucher.Hash) error {
	if authors.ID != id {
		return ErrOtherLedger
	}
	for i, named := range voucher.Signers(c) {
		if i >= len(authors.Signers) || authors.Signers[i] != named {
			return fmt.Errorf("%w: %s", ErrSignature, named)
		}
	}
	return nil
}

func (v *Verifier) inLedger(r Receipt, e ledger.Entry, c voucher.Command) error {
	switch {
	case v.ledger == nil:
		return nil
	case len(r.Proof) == 0:
		return ErrNoProof
	default:
		return v.ledger.VerifyEntry(e, c, r.Proof)
	}
}
