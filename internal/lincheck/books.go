package lincheck

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"tally/internal/books"
	"tally/internal/voucher"
)

// ErrUnbalanced says that a campaign's books are not what clients were told.
var ErrUnbalanced = errors.New("the books are not what was told")

// Balance holds a campaign's books, which the server recounts from its ledger,
// against the sums of what was accepted. It wants a history whose unknown
// outcomes were settled, as Load.Run leaves it.
func (h History) Balance(c Campaign, said books.Report) error {
	if !said.Holds {
		return fmt.Errorf("%w: campaign %s: %s", ErrUnbalanced, c.ID, said.Broken)
	}
	want := h.told(c)
	if said.Units != want.Units || said.Vouchers != want.Vouchers {
		return fmt.Errorf("%w: campaign %s: they say %+v %+v, clients were told %+v %+v",
			ErrUnbalanced, c.ID, said.Vouchers, said.Units, want.Vouchers, want.Units)
	}
	return nil
}

// purse is what clients were told of one voucher.
type purse struct{ left, redeemed, held uint64 }

// told is the books of a campaign by the outcomes of accepted commands, in the
// order of their positions. In such a campaign nothing expires or is void.
func (h History) told(c Campaign) (said books.Report) {
	purses := map[uint32]*purse{}
	for _, out := range h.inOrder(c.ID) {
		for _, e := range out.Events {
			if ref, _, ok := voucher.VoucherOf(e); ok {
				if purses[ref.Serial] == nil {
					purses[ref.Serial] = &purse{left: c.Units}
				}
				purses[ref.Serial].count(e)
			}
		}
	}
	for _, p := range purses {
		said.Units.Issued += c.Units
		said.Units.Redeemed += p.redeemed
		said.Units.Held += p.held
		said.Units.Available += p.left - p.held
		if p.left == 0 {
			said.Vouchers.Spent++
		} else {
			said.Vouchers.Live++
		}
	}
	said.Vouchers.Minted = uint64(c.Supply)
	said.Vouchers.Unclaimed = uint64(c.Supply) - said.Vouchers.Live - said.Vouchers.Spent
	return said
}

func (p *purse) count(e voucher.Event) {
	switch e := e.(type) {
	case voucher.VoucherRedeemed:
		p.left, p.redeemed, p.held = p.left-e.Units, p.redeemed+e.Units, 0
	case voucher.VoucherReturned:
		p.left, p.redeemed = p.left+e.Units, p.redeemed-e.Units
	case voucher.VoucherHeld:
		p.held = e.Units
	case voucher.VoucherReleased:
		p.held = 0
	}
}

// inOrder is every accepted command of a campaign once, in the ledger's order.
func (h History) inOrder(c voucher.CampaignID) []voucher.Outcome {
	outcomes := slices.Collect(maps.Values(History{Operations: h.of(c)}.accepted()))
	slices.SortFunc(outcomes, func(a, b voucher.Outcome) int {
		if a.Position.Before(b.Position) {
			return -1
		}
		return 1
	})
	return outcomes
}
