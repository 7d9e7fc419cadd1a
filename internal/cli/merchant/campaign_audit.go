package merchant

import (
	"context"
	"fmt"

	"tally/internal/books"
	"tally/internal/cli"
	"tally/internal/client"
	"tally/internal/money"
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
	of := cli.NewTitles(reader).Campaign(ctx, c.ID)
	if err := a.Say(AuditAnswer{r, of.Name, of.Clock(r.At)}); err != nil {
		return err
	}
	if what := Imbalance(r); what != "" {
		return cli.Failed("the books do not balance: %s", what)
	}
	return nil
}

// AuditAnswer is a campaign's books.
type AuditAnswer struct {
	books.Report `schema:"Conservation"`
	CampaignName string `json:"campaign_name,omitempty" help:"The campaign's name."`
	Instant      string `json:"instant" help:"RFC 3339: the instant of the books, at, in the campaign's zone."`
}

// Text shows the books.
func (r AuditAnswer) Text() terminal.Text {
	return terminal.Text{Fields: append([]terminal.Field{
		{"campaign", cli.Titled(r.CampaignName, r.Campaign)}, {"at", r.Instant},
	}, AuditFields(r.Report)...)}
}

// Answers implements cli.Answerer.
func (*campaignAuditCmd) Answers() cli.Answer { return AuditAnswer{} }

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
		{"vouchers", fmt.Sprintf("%d minted = %d unclaimed + %d live + %d spent + %d expired + %d void",
			v.Minted, v.Unclaimed, v.Live, v.Spent, v.Expired, v.Void)},
		{"units", fmt.Sprintf("%d issued = %d available + %d held + %d redeemed + %d forfeited + %d expired + %d void",
			u.Issued, u.Available, u.Held, u.Redeemed, u.Forfeited, u.Expired, u.Void)},
		{"redeemed", unitFlow(r.Sales.Units)},
		{"discounts", discountFlow(r.Sales)},
		{"verdict", verdict},
	}
}

func unitFlow(f books.Flow) string {
	return fmt.Sprintf("%d units gross - %d given back = %d net", f.Gross, f.Returned, f.Net)
}

func discountFlow(s books.Sales) string {
	return fmt.Sprintf("%s gross - %s given back = %s net",
		money.Text(s.Discount.Gross, s.Currency), money.Text(s.Discount.Returned, s.Currency), money.Text(s.Discount.Net, s.Currency))
}

// Imbalance is what does not add up, or nothing. The server's word is not enough:
// the figures are added up again.
func Imbalance(r books.Report) string {
	if !r.Holds {
		return r.Broken
	}
	return r.Imbalance()
}
