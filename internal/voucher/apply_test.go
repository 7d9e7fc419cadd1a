package voucher_test

import (
	"testing"

	"tally/internal/voucher"
)

// later is a command that no rule knows.
type later struct{}

func (later) Verb() voucher.Verb { return 255 }

func (later) Intents() []any { return []any{voucher.Deliver{}} }

func (later) Signatures() []voucher.Signature { return nil }

// A command that no rule knows is refused, not ignored.
func TestApply_LaterCommandsAreUnsupported(t *testing.T) {
	newWorld(t).refuse(voucher.KindUnsupported, later{})
}

// Nobody holds a key of the zero address, which is what a signature recovers to
// that nobody made.
func TestApply_NobodySignsForTheZeroAddress(t *testing.T) {
	w := newWorld(t)
	campaign := w.campaign()
	w.refuse(voucher.KindBadSignature, w.claims(campaign, voucher.Address{}, 0), voucher.Address{})
	ref := voucher.Ref{Campaign: campaign}
	w.refuse(voucher.KindBadSignature, w.cancels(w.offers(voucher.Address{}, line(ref, 1))), voucher.Address{}, voucher.Address{})
}
