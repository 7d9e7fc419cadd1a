package teller

import (
	"context"

	"tally/internal/ledger"
	"tally/internal/voucher"
)

const heldTries = 16 // readings of a voucher and its hold until both are of one moment

// Find finds the accepted outcome of a command: the index says where, the ledger
// what. ok is false where none was accepted so far. asked reports whether the ledger
// was asked for the id: what costs a stranger the same must do the same.
func (t *Teller) Find(ctx context.Context, id voucher.Hash) (out voucher.Outcome, ok, asked bool, err error) {
	if at, err := t.index.Outcome(ctx, id); err == nil {
		found, _ := t.outcomesAt(ctx, at) // what cannot be read is asked for by its id
		if out, ok := found[at]; ok && out.ID == id {
			return out, true, false, nil
		}
	}
	out, ok, err = t.ledger.Outcome(ctx, id)
	return out, ok, true, err
}

// Replays reports whether a command was accepted before, as far as the index knows:
// that it was is the ledger's word, that it was not is nobody's.
func (t *Teller) Replays(ctx context.Context, id voucher.Hash) bool {
	if _, err := t.index.Outcome(ctx, id); err != nil {
		return false
	}
	_, ok, err := t.Outcome(ctx, id)
	return err == nil && ok
}

// Outcome is Find without its last answer.
func (t *Teller) Outcome(ctx context.Context, id voucher.Hash) (out voucher.Outcome, ok bool, err error) {
	out, ok, _, err = t.Find(ctx, id)
	return out, ok, err
}

// VoucherAndHold looks a voucher and its latest hold up as they were together on the
// ledger, at a moment no earlier than whatever the index shows, which other
// servers feed, too. The error is ledger.ErrBusy where the voucher changes
// faster than it can be read.
func (t *Teller) VoucherAndHold(ctx context.Context, ref voucher.Ref) (v voucher.Voucher, h voucher.Hold, ok bool, err error) {
	if shown, err := t.index.Voucher(ctx, ref); err == nil {
		t.waitForLedger(ctx, shown.As)
	}
	if viewer, here := t.ledger.(ledger.Viewer); here {
		err = viewer.View(ctx, func(s voucher.State) (err error) {
			if v, ok, err = voucher.ReadVoucher(s, ref); err == nil {
				h, err = voucher.ReadHold(s, ref)
			}
			return err
		})
		return v, h, ok, err
	}
	for range heldTries {
		if v, ok, err = t.ledger.Voucher(ctx, ref); err != nil {
			return v, h, false, err
		}
		if h, err = t.ledger.Hold(ctx, ref); err != nil {
			return v, h, false, err
		}
		after, _, err := t.ledger.Voucher(ctx, ref)
		if err != nil || after == v {
			return v, h, ok, err
		}
	}
	return v, h, false, ledger.ErrBusy
}
