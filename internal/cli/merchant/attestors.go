package merchant

import (
	"context"

	"tally/internal/api"
	"tally/internal/cli"
	"tally/internal/terminal"
	"tally/internal/terms"
	"tally/internal/voucher"
)

// campaignAttestorsCmd is the family of commands about whose tickets are good for a campaign.
type campaignAttestorsCmd struct {
	Add    attestorsAddCmd    `cmd:"" help:"Let one more sign tickets."`
	Revoke attestorsRevokeCmd `cmd:"" help:"Refuse one's tickets from now on; claims made before stand."`
	List   attestorsListCmd   `cmd:"" help:"List a campaign's attestors."`
}

// Attestors is the attestor of a campaign that a change is about.
type Attestors struct {
	As       string             `required:"" help:"The merchant's root key." placeholder:"KEY"`
	Attestor string             `required:"" help:"The attestor: an address, or the name of a key." placeholder:"ADDRESS|KEY"`
	ID       voucher.CampaignID `arg:"" help:"The campaign's id, cmp_…"`
}

func (c Attestors) put(ctx context.Context, a *cli.App, allowed bool) error {
	attestor, err := a.Address(c.Attestor)
	if err != nil {
		return err
	}
	s, key, err := a.ConnectAs(ctx, c.As)
	if err != nil {
		return err
	}
	info, err := s.Client.Campaign(ctx, c.ID)
	if err != nil {
		return err
	}
	version, err := s.Client.AttestorVersion(ctx, c.ID, attestor)
	if err != nil {
		return err
	}
	out, err := s.Merchant(key).PutAttestor(ctx, voucher.PutAttestor{
		Merchant: info.Create.Merchant, Campaign: c.ID, Version: version, Attestor: attestor, Allowed: allowed,
	})
	if err != nil {
		return err
	}
	return a.Say(AttestorChange{cli.Accepted(out), OfCampaign{c.ID, terms.Title(info.Create.Terms)}, attestor, allowed})
}

// OfCampaign is a campaign with its name.
type OfCampaign struct {
	Campaign     voucher.CampaignID `json:"campaign" help:"The campaign."`
	CampaignName string             `json:"campaign_name,omitempty" help:"Its name."`
}

func (c OfCampaign) field() terminal.Field {
	return terminal.Field{"campaign", cli.Titled(c.CampaignName, c.Campaign)}
}

// AttestorChange is the answer to a change of whose tickets are good.
type AttestorChange struct {
	cli.Accepted
	OfCampaign
	Attestor voucher.Address `json:"attestor" help:"The attestor."`
	Allowed  bool            `json:"allowed" help:"Whether its tickets are good from now on."`
}

// Text shows the attestor.
func (c AttestorChange) Text() terminal.Text {
	return c.With(c.field(), terminal.Field{"attestor", c.Attestor}, terminal.Field{"tickets", ticketWords(c.Allowed)})
}

// Answers implements cli.Answerer.
func (*attestorsAddCmd) Answers() cli.Answer { return AttestorChange{} }

// Answers implements cli.Answerer.
func (*attestorsRevokeCmd) Answers() cli.Answer { return AttestorChange{} }

func ticketWords(allowed bool) string {
	if allowed {
		return "good"
	}
	return "refused"
}

type attestorsAddCmd struct {
	Attestors `embed:""`
}

// Help shows an example.
func (attestorsAddCmd) Help() string {
	return `For a campaign that asks for tickets; one that asks for none cannot start to.

Example:

    tally campaign attestors add --as root --attestor harbour-pay cmp_00112233445566778899aabbccddeeff`
}

// Run adds an attestor.
func (c *attestorsAddCmd) Run(ctx context.Context, a *cli.App) error { return c.put(ctx, a, true) }

type attestorsRevokeCmd struct {
	Attestors `embed:""`
}

// Help shows an example.
func (attestorsRevokeCmd) Help() string {
	return "Example:\n\n    tally campaign attestors revoke --as root --attestor harbour-pay cmp_00112233445566778899aabbccddeeff"
}

// Run revokes an attestor.
func (c *attestorsRevokeCmd) Run(ctx context.Context, a *cli.App) error { return c.put(ctx, a, false) }

type attestorsListCmd struct {
	ID voucher.CampaignID `arg:"" help:"The campaign's id, cmp_…"`
}

// Help shows an example.
func (attestorsListCmd) Help() string {
	return "Example:\n\n    tally campaign attestors list cmp_00112233445566778899aabbccddeeff"
}

// Run lists attestors.
func (c *attestorsListCmd) Run(ctx context.Context, a *cli.App) error {
	info, err := a.Client().Attestors(ctx, c.ID)
	if err != nil {
		return err
	}
	return a.Say(AttestorsAnswer{info})
}

// AttestorsAnswer lists a campaign's attestors.
type AttestorsAnswer struct {
	api.AttestorsInfo `schema:"Attestors"`
}

// Text lists attestors.
func (list AttestorsAnswer) Text() terminal.Text {
	t := terminal.Text{Titles: []any{"ATTESTOR", "TICKETS", "VERSION"}}
	for _, one := range list.Attestors {
		t.Rows = append(t.Rows, []any{one.Attestor, ticketWords(one.Allowed), one.Version})
	}
	return t
}

// Answers implements cli.Answerer.
func (*attestorsListCmd) Answers() cli.Answer { return AttestorsAnswer{} }
