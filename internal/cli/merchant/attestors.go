package merchant

import (
	"context"

	"tally/internal/cli"
	"tally/internal/terminal"
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
	return a.Accepted(out, terminal.Field{"campaign", c.ID}, terminal.Field{"attestor", attestor}, terminal.Field{"tickets", ticketWords(allowed)})
}

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
	var rows [][]any
	for _, one := range info.Attestors {
		rows = append(rows, []any{one.Attestor, ticketWords(one.Allowed), one.Version})
	}
	return a.Table(info, []any{"attestor", "tickets", "version"}, rows)
}
