package teller

import (
	"context"

	"tally/internal/ledger"
	"tally/internal/voucher"
)

// Holding is a voucher of a list, as the ledger has it.
type Holding struct {
	Voucher   voucher.Voucher
	Hold      voucher.Hold
	Extension uint64 // seconds by which the merchant's suspensions put its expiry off
}

// Holdings are vouchers as the ledger has them, each with the extension of its
// campaign, and with what is held of it where held says that it may be held. A
// ledger that is a ledger.Viewer is asked for all of them at once.
func (t *Teller) Holdings(ctx context.Context, refs []voucher.Ref, held func(voucher.Voucher) bool) ([]Holding, error) {
	all := make([]Holding, len(refs))
	if viewer, ok := t.ledger.(ledger.Viewer); ok {
		return all, viewer.View(ctx, func(s voucher.State) error { return viewHoldings(s, refs, all) })
	}
	return all, t.readHoldings(ctx, refs, held, all)
}

// viewHoldings reads holdings of a state, in which something may not be there yet.
func viewHoldings(s voucher.State, refs []voucher.Ref, all []Holding) error {
	for i, ref := range refs {
		campaign, there, err := voucher.ReadCampaign(s, ref.Campaign)
		if err != nil {
			return err
		}
		if there {
			if all[i].Extension, err = voucher.ReadExtension(s, campaign.Merchant, ref.Campaign); err != nil {
				return err
			}
		}
		if all[i].Voucher, _, err = voucher.ReadVoucher(s, ref); err != nil {
			return err
		}
		if all[i].Hold, err = voucher.ReadHold(s, ref); err != nil {
			return err
		}
	}
	return nil
}

// readHoldings reads them one after the other, each campaign's extension once.
func (t *Teller) readHoldings(ctx context.Context, refs []voucher.Ref, held func(voucher.Voucher) bool, all []Holding) error {
	extensions := map[voucher.CampaignID]uint64{}
	for i, ref := range refs {
		now, _, err := t.ledger.Voucher(ctx, ref)
		if err == nil && held(now) {
			now, all[i].Hold, _, err = t.VoucherAndHold(ctx, ref)
		}
		if err != nil {
			return err
		}
		all[i].Voucher = now
		extension, known := extensions[ref.Campaign]
		if !known {
			campaign, _, err := t.ledger.Campaign(ctx, ref.Campaign)
			if err != nil {
				return err
			}
			if extension, err = t.ledger.Extension(ctx, campaign.Merchant, ref.Campaign); err != nil {
				return err
			}
			extensions[ref.Campaign] = extension
		}
		all[i].Extension = extension
	}
	return nil
}
