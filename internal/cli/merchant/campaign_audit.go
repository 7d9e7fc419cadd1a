package merchant

import (
	"context"
	"fmt"
	"time"

	"tally/internal/books"
	"tally/internal/cli"
	"tally/internal/client"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

type campaignAuditCmd struct {
	As string             `required:"" help:"The merchant's root key, one that may issue, or an operator's." placeholder:"KEY"`
	ID voucher.CampaignID `arg:"" help:"The campaign's id, cmp_…"`

	Position *voucher.Position `help:"The books as they were just after this position, as outcomes and receipts have it. Without it, as of now." placeholder:"BLOCK.TX.ITEM"`
}

// Help shows an example.
func (campaignAuditCmd) Help() string {
	return `The server counts every voucher and unit from the ledger's first entry on. Vouchers: minted = unclaimed +
live + spent + expired + void. Units: issued = available + held + redeemed + forfeited + expired + void.

Example:

    tally campaign audit --as tea-chain cmp_000102030405060708090a0b0c0d0e0f
    tally campaign audit --as tea-chain --position 812.3.0 cmp_000102030405060708090a0b0c0d0e0f`
}

// Run audits a campaign.
func (c *campaignAuditCmd) Run(ctx context.Context, a *cli.App) error {
	reader, err := a.ClientAs(ctx, c.As)
	if err != nil {
		return err
	}
	r, err := c.report(ctx, reader)
	if err != nil {
		return err
	}
	if err := a.Answer(r, AuditFields(r)...); err != nil {
		return err
	}
	if what := Imbalance(r); what != "" {
		return cli.Failed("the books do not balance: %s", what)
	}
	return nil
}

func (c *campaignAuditCmd) report(ctx context.Context, reader *client.Client) (books.Report, error) {
	if c.Position == nil {
		return reader.Audit(ctx, c.ID)
	}
	return reader.AuditAt(ctx, c.ID, *c.Position)
}

// AuditFields are a campaign's books in words.
func AuditFields(r books.Report) []terminal.Field {
	v, u := r.Vouchers, r.Units
	verdict := "the books balance"
	if !r.Holds {
		verdict = "the books do NOT balance: " + r.Broken
	}
	return []terminal.Field{
		{"campaign", r.Campaign}, {"at", voucher.Time(r.At).Format(time.RFC3339)},
		{"vouchers", fmt.Sprintf("%d minted = %d unclaimed + %d live + %d spent + %d expired + %d void",
			v.Minted, v.Unclaimed, v.Live, v.Spent, v.Expired, v.Void)},
		{"units", fmt.Sprintf("%d issued = %d available + %d held + %d redeemed + %d forfeited + %d expired + %d void",
			u.Issued, u.Available, u.Held, u.Redeemed, u.Forfeited, u.Expired, u.Void)},
		{"verdict", verdict},
	}
}

// Imbalance is what does not add up, or nothing. The server's word is not enough:
// the figures are added up again.
func Imbalance(r books.Report) string {
	if !r.Holds {
		return r.Broken
	}
	return r.Imbalance()
}
