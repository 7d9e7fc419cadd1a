package order

import (
	"errors"
	"fmt"

	"tally/internal/ledger"
	"tally/internal/pricing"
	"tally/internal/pricing/clock"
	"tally/internal/pricing/cond"
	"tally/internal/voucher"
)

// ErrNoTerms says that a campaign's terms are wanted and were not given.
var ErrNoTerms = errors.New("the terms of a campaign are missing")

// History is what is known of the campaigns of an order, and of its buyer's other sales.
// Count adds commands to it that were proven elsewhere.
type History struct {
	whole     bool // every command of the ledger was counted
	campaigns map[voucher.CampaignID]*campaign
	sale      Sale
	others    []moment // other sales of the buyer at the merchant
	language  *cond.Language
}

// campaign is what a merchant signed about a campaign.
type campaign struct {
	create  voucher.CreateCampaign
	offsets []voucher.Offset
	terms   *pricing.Terms
	hash    voucher.Hash
}

// moment is when a ledger accepted something.
type moment struct {
	position voucher.Position
	time     uint64
}

// NewHistory is the empty history of a sale.
func NewHistory(sale Sale) *History {
	return &History{campaigns: map[voucher.CampaignID]*campaign{}, sale: sale, language: cond.New()}
}

// Whole says that every command of the ledger was counted, from the first one on.
func (h *History) Whole() { h.whole = true }

// Count adds an accepted command. The error is a pricing.RefusalError of terms that these
// rules cannot read; it concerns only campaigns of the sale.
func (h *History) Count(e ledger.Entry) error {
	for _, event := range e.Outcome.Events {
		switch event := event.(type) {
		case voucher.CampaignCreated:
			if err := h.create(event); err != nil {
				return err
			}
		case voucher.CampaignChanged:
			if c, ok := h.campaigns[event.Campaign]; ok {
				c.offsets = append(c.offsets, event.Offsets...)
			}
		}
	}
	other, err := saleOf(e.Outcome)
	if err == nil && other.Owner == h.sale.Owner && other.Merchant == h.sale.Merchant && other.Position != h.sale.Position {
		h.others = append(h.others, moment{other.Position, other.Time})
	}
	return nil
}

// create keeps a campaign if the sale has a voucher of it.
func (h *History) create(e voucher.CampaignCreated) error {
	wanted := false
	for _, sold := range h.sale.Vouchers {
		wanted = wanted || sold.Ref.Campaign == e.Campaign
	}
	if !wanted {
		return nil
	}
	terms, err := h.language.ReadTerms([]byte(e.Create.Terms))
	if err != nil {
		return fmt.Errorf("the terms of %s: %w", e.Campaign, err)
	}
	h.campaigns[e.Campaign] = &campaign{
		create: e.Create, offsets: e.Create.Offsets, terms: &terms, hash: voucher.TermsHash(e.Create.Terms),
	}
	return nil
}

// bought reports whether the buyer had bought at the merchant when the order's facts
// were asked: before the ledger stood at asOf, or so long before the order was
// priced that an older answer was no answer any more.
func (h *History) bought(asOf voucher.Position, at uint64) bool {
	for _, m := range h.others {
		if m.position.Before(asOf) || m.time+clock.MaxApart <= at {
			return true
		}
	}
	return false
}
