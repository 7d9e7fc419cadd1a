package teller

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"tally/internal/index"
	"tally/internal/voucher"
)

// Orders lists a merchant's redemptions, holds and captures, newest first: at one of
// its stores, or at all where store is 0, and then with its rollbacks, which name no
// store. Each is what the ledger says it is, and the
// merchant's; the index says only which there are.
func (t *Teller) Orders(
	ctx context.Context, merchant voucher.Address, store uint32, cursor string, limit int,
) ([]voucher.Outcome, string, error) {
	said, next, err := t.index.Orders(ctx, merchant, store, cursor, limit)
	if err != nil {
		return nil, "", err
	}
	found, err := t.outcomesAt(ctx, said...)
	if err != nil {
		return nil, "", fmt.Errorf("%w: %w", index.ErrUnavailable, err)
	}
	list := make([]voucher.Outcome, 0, len(said))
	for _, p := range said {
		of, at, ok, err := t.orderOf(ctx, found[p]) // where the ledger has nothing, none
		if err != nil {
			return nil, "", err
		}
		if ok && of == merchant && (store == 0 || at == store) {
			list = append(list, found[p])
		}
	}
	return list, next, nil
}

// orderOf reports whether an outcome is an order or a rollback, and whose. The campaign
// says whose a rollback is: the rules let no other merchant give its units back.
func (t *Teller) orderOf(ctx context.Context, out voucher.Outcome) (merchant voucher.Address, store uint32, ok bool, err error) {
	if merchant, store, ok = index.Order(out); ok {
		return merchant, store, true, nil
	}
	for _, e := range out.Events {
		if e, ok := e.(voucher.VoucherReturned); ok {
			c, known, err := t.ledger.Campaign(ctx, e.Campaign)
			return c.Merchant, 0, known && err == nil, err
		}
	}
	return merchant, 0, false, nil
}

// History lists the commands that touched a voucher, newest first. What each did and
// who signed it is read from the ledger; the index says only where.
func (t *Teller) History(ctx context.Context, ref voucher.Ref, cursor string, limit int) ([]index.Touch, string, error) {
	said, next, err := t.index.History(ctx, ref, cursor, limit)
	if err != nil {
		return nil, "", err
	}
	at := make([]voucher.Position, len(said))
	for i, touch := range said {
		at[i] = touch.Position
	}
	entries, err := t.entries(ctx, at)
	if err != nil {
		return nil, "", fmt.Errorf("%w: %w", index.ErrUnavailable, err)
	}
	list := make([]index.Touch, 0, len(said))
	for _, touch := range said {
		entry, ok := entries[touch.Position]
		if !ok {
			return nil, "", fmt.Errorf("%w: %w", index.ErrUnavailable, errNotConfirmed)
		}
		for _, touched := range index.Touches(entry) {
			if touched.Ref == ref {
				list = append(list, touched)
			}
		}
	}
	return list, next, nil
}

// Wallet lists which vouchers a wallet may have or may have spent, newest first. What
// they are is the ledger's to say.
func (t *Teller) Wallet(ctx context.Context, wallet voucher.Address, cursor string, limit int) ([]voucher.Ref, string, error) {
	return t.index.Wallet(ctx, wallet, cursor, limit)
}

// Campaign is a campaign with its figures. Its terms hash to its id and its state is
// the ledger's; the figures are the index's. The error is index.ErrNotFound where the
// ledger has none.
func (t *Teller) Campaign(ctx context.Context, id voucher.CampaignID) (index.Campaign, error) {
	record, there, err := t.ledger.Campaign(ctx, id)
	if err != nil {
		return index.Campaign{}, err
	}
	if !there {
		return index.Campaign{}, index.ErrNotFound
	}
	c, err := t.index.Campaign(ctx, id)
	if errors.Is(err, index.ErrNotFound) || err == nil && !t.isOf(c, id) {
		err = fmt.Errorf("%w: %w", index.ErrUnavailable, errNotConfirmed)
	}
	if err != nil {
		return index.Campaign{}, err
	}
	c.Version, c.Status, c.Supply, c.Open = record.Version, record.Status, record.Supply, record.Open
	return c, nil
}

// isOf reports whether a campaign's terms are those that its id commits to.
func (t *Teller) isOf(c index.Campaign, id voucher.CampaignID) bool {
	return c.ID == id && voucher.CampaignOf(t.domain.Digest(c.Create)) == id
}

// Campaigns lists campaigns, newest first. Their terms hash to their ids; what has
// changed since, and the figures, are the index's.
func (t *Teller) Campaigns(ctx context.Context, cursor string, limit int) ([]index.Campaign, string, error) {
	list, next, err := t.index.Campaigns(ctx, cursor, limit)
	return t.dropForged(ctx, list), next, err
}

// MerchantCampaigns is Campaigns for one merchant.
func (t *Teller) MerchantCampaigns(
	ctx context.Context, merchant voucher.Address, cursor string, limit int,
) ([]index.Campaign, string, error) {
	list, next, err := t.index.MerchantCampaigns(ctx, merchant, cursor, limit)
	return slices.DeleteFunc(t.dropForged(ctx, list), func(c index.Campaign) bool { return c.Create.Merchant != merchant }), next, err
}

// dropForged leaves out campaigns whose terms do not hash to their id.
func (t *Teller) dropForged(ctx context.Context, list []index.Campaign) []index.Campaign {
	return slices.DeleteFunc(list, func(c index.Campaign) bool {
		right := t.isOf(c, c.ID)
		if !right {
			t.log.WarnContext(ctx, "the index has a campaign with other terms than its own", slog.String("id", c.ID.String()))
		}
		return !right
	})
}

// Merchant is what a merchant's page shows beside the ledger's record: names, stores
// and keys, for people to look at. Nobody may do anything because of it.
func (t *Teller) Merchant(ctx context.Context, id voucher.Address) (index.Merchant, error) {
	return t.index.Merchant(ctx, id)
}
