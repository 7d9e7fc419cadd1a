package deposit

import (
	"crypto/sha256"
	"errors"

	"tally/internal/pricing"
	"tally/internal/voucher"
)

// What is wrong with a record that is put.
var (
	// ErrOther says that a record, with its salt, is not what was signed.
	ErrOther = errors.New("not the record that was signed")
	// ErrForm says that a record is not in its canonical form.
	ErrForm = errors.New("not in canonical form")
)

// Record is a record and the salt of its hash.
type Record struct {
	Text string // canonical: see pricing.Record and pricing.Return
	Salt voucher.Hash
}

// Subject is the command that a record belongs to, as the ledger has it.
type Subject struct {
	Command  voucher.Hash // a redemption, a capture or a rollback
	Sale     voucher.Hash // the command itself, or what a rollback gave back of
	Merchant voucher.Address
	Kind     Kind
	Details  voucher.Hash // the hash that was signed; zero where there is none
}

// Kind is a kind of record.
type Kind string

// The kinds.
const (
	Order  Kind = "order"  // of a redemption or capture: a pricing.Record
	Return Kind = "return" // of a rollback: a pricing.Return
)

// SubjectOf is the subject that an accepted outcome is. ok is false of every other
// outcome. A rollback names no merchant: its sale does.
func SubjectOf(out voucher.Outcome) (s Subject, ok bool) {
	for _, e := range out.Events {
		switch e := e.(type) {
		case voucher.Redeemed:
			return Subject{out.ID, out.ID, e.Merchant, Order, e.Details}, true
		case voucher.HoldCaptured:
			return Subject{out.ID, out.ID, e.Merchant, Order, e.Details}, true
		case voucher.RolledBack:
			return Subject{out.ID, e.Redemption, voucher.Address{}, Return, e.Details}, true
		}
	}
	return Subject{}, false
}

// Check is nil for the record of a subject. The error is a *pricing.RefusalError of a text
// that is no record of its kind, ErrForm or ErrOther.
func (s Subject) Check(r Record) error {
	canonical, err := s.Kind.canonical(r.Text)
	switch {
	case err != nil:
		return err
	case canonical != r.Text:
		return ErrForm
	case !s.signed(r):
		return ErrOther
	}
	return nil
}

// signed reports whether a text and its salt are what was signed.
func (s Subject) signed(r Record) bool {
	return !s.Details.IsZero() && sha256.Sum256(append(r.Salt[:], r.Text...)) == s.Details
}

// canonical is the one form of a record of a kind.
func (k Kind) canonical(text string) (string, error) {
	if k == Return {
		back, err := pricing.ReadReturn([]byte(text))
		return back.Canonical(), err
	}
	order, err := pricing.ReadRecord([]byte(text))
	return order.Canonical(), err
}
