package merchant

import (
	"context"

	"tally/internal/api"
	"tally/internal/cli"
	"tally/internal/terminal"
	"tally/internal/terms"
	"tally/internal/voucher"
)

// Changed is the campaign that a change is about.
type Changed struct {
	As string             `required:"" help:"The merchant's root key." placeholder:"KEY"`
	ID voucher.CampaignID `arg:"" help:"The campaign's id, cmp_…"`
}

// change signs what the campaign is now with an edit.
func (c Changed) change(ctx context.Context, a *cli.App, edit func(*voucher.ChangeCampaign)) error {
	s, err := a.Connect(ctx)
	if err != nil {
		return err
	}
	info, err := s.Client.Campaign(ctx, c.ID)
	if err != nil {
		return err
	}
	key, err := a.Signer(c.As)
	if err != nil {
		return err
	}
	in := voucher.ChangeCampaign{
		Merchant: info.Create.Merchant, Campaign: c.ID, Version: info.Version,
		Status: statusOf(info), Supply: info.Supply, Open: info.Open,
	}
	edit(&in)
	out, err := s.Merchant(key).ChangeCampaign(ctx, in)
	if err != nil {
		return err
	}
	return a.Say(CampaignChange{
		cli.Accepted(out), OfCampaign{c.ID, terms.Title(info.Create.Terms)}, statusWord(in.Status), in.Supply, in.Open,
	})
}

// CampaignChange is the answer to a change of a campaign.
type CampaignChange struct {
	cli.Accepted
	OfCampaign
	Now    string `json:"campaign_status" help:"What the campaign is from now on: active, paused or closed."`
	Supply uint32 `json:"supply" help:"How many vouchers there are."`
	Open   uint32 `json:"open" help:"How many of them are open to claims."`
}

// Text shows the campaign.
func (c CampaignChange) Text() terminal.Text {
	return c.With(c.field(), terminal.Field{"status", c.Now}, terminal.Field{"supply", c.Supply}, terminal.Field{"open", c.Open})
}

// Answers implements cli.Answerer.
func (Changed) Answers() cli.Answer { return CampaignChange{} }

func statusOf(info api.CampaignInfo) uint8 {
	for _, status := range []uint8{voucher.CampaignActive, voucher.CampaignPaused, voucher.CampaignClosed} {
		if statusWord(status) == info.Status {
			return status
		}
	}
	return 0 // which the ledger refuses
}

func statusWord(status uint8) string {
	return map[uint8]string{
		voucher.CampaignActive: "active", voucher.CampaignPaused: "paused", voucher.CampaignClosed: "closed",
	}[status]
}

type campaignPauseCmd struct {
	Changed `embed:""`
}

// Help shows an example.
func (campaignPauseCmd) Help() string {
	return "Example:\n\n    tally campaign pause --as root cmp_000102030405060708090a0b0c0d0e0f"
}

// Run pauses a campaign.
func (c *campaignPauseCmd) Run(ctx context.Context, a *cli.App) error {
	return c.change(ctx, a, func(in *voucher.ChangeCampaign) { in.Status = voucher.CampaignPaused })
}

type campaignResumeCmd struct {
	Changed `embed:""`
}

// Help shows an example.
func (campaignResumeCmd) Help() string {
	return "Example:\n\n    tally campaign resume --as root cmp_000102030405060708090a0b0c0d0e0f"
}

// Run resumes a campaign.
func (c *campaignResumeCmd) Run(ctx context.Context, a *cli.App) error {
	return c.change(ctx, a, func(in *voucher.ChangeCampaign) { in.Status = voucher.CampaignActive })
}

type campaignCloseCmd struct {
	Changed `embed:""`
}

// Help shows an example.
func (campaignCloseCmd) Help() string {
	return "This cannot be undone.\n\nExample:\n\n    tally campaign close --as root cmp_000102030405060708090a0b0c0d0e0f"
}

// Run closes a campaign.
func (c *campaignCloseCmd) Run(ctx context.Context, a *cli.App) error {
	return c.change(ctx, a, func(in *voucher.ChangeCampaign) { in.Status = voucher.CampaignClosed })
}

type campaignSupplyCmd struct {
	Changed `embed:""`
	Supply  uint32  `required:"" help:"How many vouchers there are from now on." placeholder:"N"`
	Open    *uint32 `help:"How many of them are open to claims; if not set, all that is added is." placeholder:"N"`
}

// Help shows an example.
func (campaignSupplyCmd) Help() string {
	return "Example:\n\n    tally campaign supply --as root --supply 1000 cmp_000102030405060708090a0b0c0d0e0f"
}

// Run mints more.
func (c *campaignSupplyCmd) Run(ctx context.Context, a *cli.App) error {
	return c.change(ctx, a, func(in *voucher.ChangeCampaign) {
		kept := in.Supply - in.Open // for issues
		in.Supply = c.Supply
		if c.Open != nil {
			in.Open = *c.Open
		} else if c.Supply >= kept {
			in.Open = c.Supply - kept
		}
	})
}
