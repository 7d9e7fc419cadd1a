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
	Campaign  Campaign
	Extension uint64 // seconds by which the merchant's suspensions put its expiry off
}

// Campaign is a voucher's campaign, if the ledger has it.
type Campaign struct {
	voucher.Campaign
	There bool
}

// Holdings are vouchers as the ledger has them, each with its campaign and that one's
// extension, and with what is held of it where held says that it may be held. A
// ledger that is a ledger.Viewer is asked for all of them at once.
func (t *Teller) Holdings(ctx context.Context, refs []voucher.Ref, held func(voucher.Voucher) bool) ([]Holding, error) {
	all := make([]Holding, len(refs))
	if viewer, ok := t.ledger.(ledger.Viewer); ok {
		return all, viewer.View(ctx, func(s voucher.State) error { return viewHoldings(s, refs, all) })
	}
	return all, t.readHoldings(ctx, refs, held, all)
}

// campaignOf is what holdings of one campaign have in common.
type campaignOf struct {
	campaign  Campaign
	extension uint64
}

// once reads what holdings have in common, for each campaign once.
func once(read func(voucher.CampaignID) (campaignOf, error)) func(voucher.CampaignID) (campaignOf, error) {
	known := map[voucher.CampaignID]campaignOf{}
	return func(id voucher.CampaignID) (campaignOf, error) {
		if of, ok := known[id]; ok {
			return of, nil
		}
		of, err := read(id)
		if err == nil {
			known[id] = of
		}
		return of, err
	}
}

// viewHoldings reads holdings of a state, in which something may not be there yet.
func viewHoldings(s voucher.State, refs []voucher.Ref, all []Holding) error {
	merchants := map[voucher.Address]voucher.Merchant{}
	campaign := once(func(id voucher.CampaignID) (of campaignOf, err error) {
		if of.campaign.Campaign, of.campaign.There, err = voucher.ReadCampaign(s, id); err != nil || !of.campaign.There {
			return of, err
		}
		m, known := merchants[of.campaign.Merchant]
		if !known {
			if m, _, err = voucher.ReadMerchant(s, of.campaign.Merchant); err != nil {
				return of, err
			}
			merchants[of.campaign.Merchant] = m
		}
		of.extension, err = voucher.ExtensionOf(s, m, id)
		return of, err
	})
	for i, ref := range refs {
		of, err := campaign(ref.Campaign)
		if err != nil {
			return err
		}
		all[i].Campaign, all[i].Extension = of.campaign, of.extension
		if all[i].Voucher, _, err = voucher.ReadVoucher(s, ref); err != nil {
			return err
		}
		if all[i].Hold, err = voucher.ReadHold(s, ref); err != nil {
			return err
		}
	}
	return nil
}

// readHoldings reads them one after the other.
func (t *Teller) readHoldings(ctx context.Context, refs []voucher.Ref, held func(voucher.Voucher) bool, all []Holding) error {
	campaign := once(func(id voucher.CampaignID) (of campaignOf, err error) {
		if of.campaign.Campaign, of.campaign.There, err = t.ledger.Campaign(ctx, id); err == nil {
			of.extension, err = t.ledger.Extension(ctx, of.campaign.Merchant, id)
		}
		return of, err
	})
	for i, ref := range refs {
		now, _, err := t.ledger.Voucher(ctx, ref)
		if err == nil && held(now) {
			now, all[i].Hold, _, err = t.VoucherAndHold(ctx, ref)
		}
		if err != nil {
			return err
		}
		of, err := campaign(ref.Campaign)
		if err != nil {
			return err
		}
		all[i].Voucher, all[i].Campaign, all[i].Extension = now, of.campaign, of.extension
	}
	return nil
}
