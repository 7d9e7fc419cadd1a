package refusal

import (
	"context"
	"fmt"

	"tally/internal/voucher"
	"tally/internal/zone"
)

// campaign is the reason of a refusal by what a campaign is, and is at now.
func (l look) campaign(ctx context.Context, kind voucher.Kind) string {
	if in, ok := l.command.(voucher.Signed[voucher.CreateCampaign]); ok {
		return voucher.Contradiction(in.Intent, l.now)
	}
	id, named := l.campaignID()
	if !named {
		return ""
	}
	c, known, err := l.reader.Campaign(ctx, id)
	switch {
	case err != nil:
		return ""
	case kind == voucher.KindUnknownCampaign:
		return fmt.Sprintf("campaign: %s is none of this merchant on this ledger", id)
	case !known:
		return ""
	case kind == voucher.KindCampaignInactive:
		return "campaign: " + id.String() + " is " + map[uint8]string{voucher.CampaignPaused: "paused", voucher.CampaignClosed: "closed for good"}[c.Status]
	case kind == voucher.KindOutsideWindow:
		return fmt.Sprintf("campaign: claims are taken from %s to %s; the ledger's clock shows %s", zone.Clock(c.ClaimFrom, c.Offsets), zone.Clock(c.ClaimUntil, c.Offsets), zone.Clock(l.now, c.Offsets))
	case kind == voucher.KindSupplyExceeded:
		return l.supply(c)
	default:
		return l.terms(c)
	}
}

// campaignID is the campaign that a command names, or that of its first line.
func (l look) campaignID() (voucher.CampaignID, bool) {
	if id, ok := field[voucher.CampaignID](l.command, "Campaign"); ok {
		return id, true
	}
	if lines := l.lines(); len(lines) > 0 {
		return lines[0].ref.Campaign, true
	}
	return voucher.CampaignID{}, false
}

// supply says which number of a change or an issue is too great or too small.
func (l look) supply(c voucher.Campaign) string {
	if in, ok := l.command.(voucher.Signed[voucher.Issue]); ok {
		return fmt.Sprintf("count: at most %d is wanted, what the supply of %d leaves beside the %d that are open to claims and the %d that were issued, not %d",
			c.Supply-c.Open-c.Issued, c.Supply, c.Open, c.Issued, in.Intent.Count)
	}
	change, ok := l.command.(voucher.Signed[voucher.ChangeCampaign])
	if !ok {
		return ""
	}
	switch in, kept := change.Intent, c.Supply-c.Open; {
	case in.Supply > c.Cap:
		return fmt.Sprintf("supply: at most %d, the cap of the terms, is wanted, not %d", c.Cap, in.Supply)
	case in.Open > in.Supply:
		return fmt.Sprintf("open: at most %d, the supply, is wanted, not %d", in.Supply, in.Open)
	case in.Open < c.Open:
		return fmt.Sprintf("open: at least %d is wanted, not %d: what is open to claims stays so", c.Open, in.Open)
	default:
		return fmt.Sprintf("supply: at least %d is wanted, not %d: the %d that are kept for issues stay so", uint64(in.Open)+uint64(kept), in.Supply, kept)
	}
}

// terms says what of a change contradicts a campaign.
func (l look) terms(c voucher.Campaign) string {
	if _, ok := field[voucher.Address](l.command, "Attestor"); ok {
		return "attestor: this campaign asks for no tickets, so it has no attestors"
	}
	return fmt.Sprintf("offsets: at most %d are wanted, each later than the ledger's clock and than the last of the %d that the campaign has", voucher.MaxOffsets, len(c.Offsets))
}

// claim is the reason of a refusal by what a holder has claimed.
func (l look) claim(ctx context.Context, kind voucher.Kind) string {
	in, ok := l.command.(voucher.ClaimCommand)
	if !ok {
		return ""
	}
	c, known, err := l.reader.Campaign(ctx, in.Claim.Campaign)
	if err != nil || !known {
		return ""
	}
	switch kind { //nolint:exhaustive // those of Reason
	case voucher.KindLimitReached:
		return fmt.Sprintf("campaign: %d is the most that one holder may claim of it", c.PerHolder)
	case voucher.KindDayLimitReached:
		return fmt.Sprintf("campaign: %d is the most that one holder may claim of it in a day; by its clock it is %s", c.PerDay, zone.Clock(l.now, c.Offsets))
	case voucher.KindTicketInvalid:
		return fmt.Sprintf("ticket: one for the wallet %s and this campaign is wanted, signed by an attestor that the campaign names now, and not past its deadline by the ledger's clock, which shows %s", address(in.Claim.Wallet), clock(l.now))
	default:
		holder, err := l.reader.Holder(ctx, in.Claim.Campaign, in.Claim.Wallet)
		return wanted("ordinal", uint64(holder.Claims), uint64(in.Claim.Ordinal), err)
	}
}
