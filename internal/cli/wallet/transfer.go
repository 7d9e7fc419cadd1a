package wallet

import (
	"context"

	"tally/internal/cli"
	"tally/internal/intent"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

// TransferCmd gives a voucher away.
type TransferCmd struct {
	As      string `required:"" help:"The owner's key." placeholder:"KEY"`
	To      string `required:"" help:"The new owner: an address, or the name of a key." placeholder:"ADDRESS|KEY"`
	Voucher string `arg:"" help:"The voucher's id, vch_…"`
}

// Help shows an example.
func (TransferCmd) Help() string {
	return `If the campaign allows it. Codes that the old owner signed are void from then on.

Example:

    tally transfer --as wallet-1 --to 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed vch_000102030405060708090a0b0c0d0e0f0000002a`
}

// Run gives a voucher away.
func (c *TransferCmd) Run(ctx context.Context, a *cli.App) error {
	ref, err := cli.ParseRef(c.Voucher)
	if err != nil {
		return err
	}
	to, err := a.Address(c.To)
	if err != nil {
		return err
	}
	s, key, err := a.ConnectAs(ctx, c.As)
	if err != nil {
		return err
	}
	if to == intent.Address(key) {
		return cli.Misused("--to names the key of --as: the voucher would stay where it is")
	}
	of := cli.NewTitles(s.Client).Campaign(ctx, ref.Campaign)
	out, err := s.Wallet(key).Transfer(ctx, ref, to)
	if err != nil {
		return err
	}
	return a.Say(TransferAnswer{cli.Accepted(out), ref.String(), ref.Campaign, of.Name, to})
}

// TransferAnswer is the answer to a gift.
type TransferAnswer struct {
	cli.Accepted
	Voucher      string             `json:"voucher" help:"The voucher, vch_…"`
	Campaign     voucher.CampaignID `json:"campaign" help:"Its campaign."`
	CampaignName string             `json:"campaign_name,omitempty" help:"The campaign's name."`
	Owner        voucher.Address    `json:"owner" help:"Whose it is from now on."`
}

// Text shows the voucher.
func (t TransferAnswer) Text() terminal.Text {
	return t.With(terminal.Field{"voucher", t.Voucher}, terminal.Field{"campaign", cli.Titled(t.CampaignName, t.Campaign)}, terminal.Field{"owner", t.Owner})
}

// Answers implements cli.Answerer.
func (*TransferCmd) Answers() cli.Answer { return TransferAnswer{} }
