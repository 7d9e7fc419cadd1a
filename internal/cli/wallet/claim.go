package wallet

import (
	"context"

	"tally/internal/cli"
	"tally/internal/client"
	"tally/internal/intent"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

// ClaimCmd claims a voucher.
type ClaimCmd struct {
	As       string             `required:"" help:"The wallet's key." placeholder:"KEY"`
	Ticket   string             `content:"" help:"The ticket of an attestor, where the campaign asks for one: a file, or - for stdin." placeholder:"FILE"`
	Campaign voucher.CampaignID `arg:"" help:"The campaign's id, cmp_…"`
}

// Help shows an example.
func (ClaimCmd) Help() string {
	return `A campaign that names attestors wants a ticket, which vouches that the wallet is one person's: "tally ticket sign".

Examples:

    tally claim --as alice cmp_000102030405060708090a0b0c0d0e0f
    tally claim --as alice --ticket alice.ticket cmp_000102030405060708090a0b0c0d0e0f`
}

// Run claims a voucher.
func (c *ClaimCmd) Run(ctx context.Context, a *cli.App) error {
	s, key, err := a.ConnectAs(ctx, c.As)
	if err != nil {
		return err
	}
	of := cli.NewTitles(s.Client).Campaign(ctx, c.Campaign)
	ticket, err := c.ticket(a, s, of, intent.Address(key))
	if err != nil {
		return err
	}
	wallet := s.Wallet(key)
	ordinal, err := wallet.NextClaim(ctx, c.Campaign)
	if err != nil {
		return err
	}
	out, err := wallet.Claim(ctx, c.Campaign, ordinal, ticket)
	if err != nil {
		return err
	}
	return a.Say(claimAnswer(out, of))
}

// ClaimAnswer is the answer to a claim.
type ClaimAnswer struct {
	cli.Accepted
	Voucher      string             `json:"voucher" help:"The voucher, vch_…"`
	Campaign     voucher.CampaignID `json:"campaign" help:"Its campaign."`
	CampaignName string             `json:"campaign_name,omitempty" help:"The campaign's name."`
	Owner        voucher.Address    `json:"owner" help:"Whose it is."`
	Units        uint64             `json:"units" help:"What it holds."`
	Expires      string             `json:"expires" help:"RFC 3339, in the campaign's zone: the first instant too late to spend it."`
}

// Text shows the voucher.
func (c ClaimAnswer) Text() terminal.Text {
	return c.With(terminal.Field{"voucher", c.Voucher}, terminal.Field{"campaign", cli.Titled(c.CampaignName, c.Campaign)},
		terminal.Field{"owner", c.Owner}, terminal.Field{"units", c.Units}, terminal.Field{"expires", c.Expires})
}

// Answers implements cli.Answerer.
func (*ClaimCmd) Answers() cli.Answer { return ClaimAnswer{} }

// ticket reads the ticket, if there is one, and sees that it is this claim's:
// the ledger would say no more than that it is not.
func (c *ClaimCmd) ticket(a *cli.App, s *client.Session, of cli.Campaign, wallet voucher.Address) (*client.Ticket, error) {
	if c.Ticket == "" {
		return nil, nil //nolint:nilnil // most campaigns ask for none
	}
	t, err := readTicket(a, c.Ticket)
	if err != nil {
		return nil, err
	}
	switch {
	case t.Ledger != s.Domain.Ledger():
		return nil, cli.Misused("the ticket is for another ledger, %s", t.Ledger)
	case t.Ticket.Campaign != c.Campaign:
		return nil, cli.Misused("the ticket is for another campaign, %s", t.Ticket.Campaign)
	case t.Ticket.Wallet != wallet:
		return nil, cli.Misused("the ticket is for another wallet, %s", t.Ticket.Wallet)
	case t.Ticket.Deadline < voucher.Unix(s.Now()):
		return nil, cli.Misused("the ticket was good until %s: ask its attestor for a new one", of.Clock(t.Ticket.Deadline))
	default:
		return &t, nil
	}
}

func claimAnswer(out voucher.Outcome, of cli.Campaign) ClaimAnswer {
	answer := ClaimAnswer{Accepted: cli.Accepted(out), CampaignName: of.Name}
	for _, e := range out.Events {
		if e, ok := e.(voucher.VoucherClaimed); ok {
			v := e.Voucher.Unpack()
			answer.Voucher, answer.Campaign = voucher.Ref{Campaign: e.Campaign, Serial: e.Serial}.String(), e.Campaign
			answer.Owner, answer.Units, answer.Expires = v.Owner, v.Units, of.Clock(v.Expiry)
		}
	}
	return answer
}
