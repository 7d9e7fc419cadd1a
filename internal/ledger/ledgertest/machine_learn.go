package ledgertest

import (
	"slices"

	"tally/internal/voucher"
)

// Learn remembers what later commands may refer to.
func (g *Generator) Learn(c voucher.Command, o voucher.Outcome) {
	if o.Status != voucher.StatusAccepted || slices.Contains(g.ids, o.ID) {
		return
	}
	g.ids = append(g.ids, o.ID)
	switch c := c.(type) {
	case voucher.Signed[voucher.PutStore]:
		m := c.Intent.Merchant
		g.stores[m] = append(g.stores[m], c.Intent.Store)
	case voucher.Signed[voucher.Issue]:
		g.learnList(c.Intent, o.ID)
	case voucher.RedeemCommand:
		g.learnHold(c, o.ID)
	}
	for _, e := range o.Events {
		g.learnEvent(e, o.ID)
	}
}

func (g *Generator) learnEvent(e voucher.Event, of voucher.Hash) {
	switch e := e.(type) {
	case voucher.CampaignCreated:
		g.campaigns = append(g.campaigns, e.Campaign)
	case voucher.VoucherClaimed:
		g.vouchers = append(g.vouchers, voucher.Ref{Campaign: e.Campaign, Serial: e.Serial})
	case voucher.VoucherDelivered:
		g.vouchers = append(g.vouchers, voucher.Ref{Campaign: e.Campaign, Serial: e.Serial})
	case voucher.VoucherVoided:
		if e.Voucher.Unpack().Owner.IsZero() {
			g.vouchers = append(g.vouchers, voucher.Ref{Campaign: e.Campaign, Serial: e.Serial})
		}
	case voucher.VoucherRedeemed:
		g.sales = append(g.sales, sale{of, voucher.Ref{Campaign: e.Campaign, Serial: e.Serial}, e.Units})
	}
}

func (g *Generator) learnHold(c voucher.RedeemCommand, id voucher.Hash) {
	if c.Offer.HoldUntil == 0 {
		return
	}
	h := held{id: id, merchant: c.Accept.Merchant, till: c.Accept.Till, store: c.Accept.Store}
	for i, l := range c.Offer.Lines {
		h.parts = append(h.parts, Take(l.Ref(), c.Accept.Parts[i].Units, c.Accept.Parts[i].Discount))
	}
	g.holds = append(g.holds, h)
}

// learnList finds the owners of an issue among those that were drawn for it.
func (g *Generator) learnList(in voucher.Issue, id voucher.Hash) {
	if owners, ok := g.owners[in.Root]; ok {
		g.lists = append(g.lists, list{id, in.Campaign, in.First, owners})
	}
}
