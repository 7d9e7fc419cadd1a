package merchant

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"tally/internal/api"
	"tally/internal/cli"
	"tally/internal/client"
	"tally/internal/terminal"
	"tally/internal/terms"
	"tally/internal/voucher"
)

// IssueCmd is the family of commands of a merchant that gives vouchers away by lists.
type IssueCmd struct {
	Send    issueSendCmd    `cmd:"" help:"Give a voucher to each wallet of a list."`
	Show    issueShowCmd    `cmd:"" help:"Show an issue."`
	Deliver issueDeliverCmd `cmd:"" help:"Let a wallet's vouchers of a list appear."`
}

type issueSendCmd struct {
	As       string             `required:"" help:"The merchant's root key, or a key that may issue." placeholder:"KEY"`
	Merchant string             `required:"" help:"The merchant: its address, or the name of its root key." placeholder:"ADDRESS|KEY"`
	Campaign voucher.CampaignID `arg:"" help:"The campaign's id, cmp_…"`
	List     string             `content:"" arg:"" help:"A CSV file with the wallets' addresses, or - for stdin."`
}

// Help shows an example.
func (issueSendCmd) Help() string {
	return `Whatever its length, the list is one command: the ledger keeps its hash. Keep the file: without it nobody can prove
who has which voucher. The first line is an address, or titles with one that is address, wallet or owner; a wallet may
stand in several lines. Spreadsheets' commas, semicolons and tabs are read, and UTF-8 and UTF-16. A line that is wrong
refuses the list.

Example:

    tally issue send --as root --merchant root cmp_000102030405060708090a0b0c0d0e0f wallets.csv`
}

// Run issues.
func (c *issueSendCmd) Run(ctx context.Context, a *cli.App) error {
	merchant, err := a.Address(c.Merchant)
	if err != nil {
		return err
	}
	owners, err := readOwners(a, c.List)
	if err != nil {
		return err
	}
	s, key, reader, err := a.Reading(ctx, c.As)
	if err != nil {
		return err
	}
	campaign, err := reader.Campaign(ctx, c.Campaign)
	if err != nil {
		return err
	}
	in := voucher.Issue{
		Merchant: merchant, Campaign: c.Campaign,
		Root: voucher.IssueRoot(owners), Count: uint32(len(owners)), //nolint:gosec // at most MaxOwners
	}
	if campaign.Issued != nil { // else the ledger refuses: the key may not issue
		in.First = *campaign.Issued
	}
	out, err := s.Merchant(key).Issue(ctx, in)
	if err != nil {
		return err
	}
	last := campaign.Create.Cap - 1 - in.First
	return a.Say(IssueSent{
		cli.Accepted(out), OfCampaign{c.Campaign, terms.Title(campaign.Create.Terms)}, in.Count, in.Root,
		voucher.Ref{Campaign: c.Campaign, Serial: last}.String(), voucher.Ref{Campaign: c.Campaign, Serial: last - (in.Count - 1)}.String(),
	})
}

// IssueSent is the answer to an issue, whose id is the command's.
type IssueSent struct {
	cli.Accepted
	OfCampaign
	Count uint32       `json:"count" help:"How many vouchers the list has."`
	Root  voucher.Hash `json:"root" help:"The hash of the list."`
	First string       `json:"first" help:"The voucher of the list's first line, vch_…"`
	Last  string       `json:"last" help:"The voucher of its last line; serials go down."`
}

// Text shows the issue.
func (i IssueSent) Text() terminal.Text {
	return i.With(terminal.Field{"issue", i.ID}, i.field(), terminal.Field{"vouchers", i.Count},
		terminal.Field{"first", i.First}, terminal.Field{"last", i.Last}, terminal.Field{"root", i.Root})
}

// Answers implements cli.Answerer.
func (*issueSendCmd) Answers() cli.Answer { return IssueSent{} }

type issueShowCmd struct {
	As string       `required:"" help:"The merchant's root key, or a key that may issue." placeholder:"KEY"`
	ID voucher.Hash `arg:"" help:"The issue's id, 0x…"`
}

// Help shows an example.
func (issueShowCmd) Help() string {
	return "Example:\n\n    tally issue show --as root 0x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
}

// Run shows an issue.
func (c *issueShowCmd) Run(ctx context.Context, a *cli.App) error {
	reader, err := a.ClientAs(ctx, c.As)
	if err != nil {
		return err
	}
	info, err := reader.Issue(ctx, c.ID)
	if err != nil {
		return err
	}
	answer := IssueAnswer{IssueInfo: info, Expires: info.Expires}
	if id, err := voucher.ParseCampaignID(info.Campaign); err == nil {
		of := cli.NewTitles(reader).Campaign(ctx, id)
		answer.CampaignName, answer.Expires = of.Name, of.Local(info.Expires)
	}
	return a.Say(answer)
}

// IssueAnswer is an issue with its campaign's name.
type IssueAnswer struct {
	api.IssueInfo `schema:"IssueInfo"`
	CampaignName  string `json:"campaign_name,omitempty" help:"The campaign's name."`
	Expires       string `json:"expires" help:"RFC 3339, in the campaign's zone: the first instant too late."`
}

// Text shows an issue.
func (i IssueAnswer) Text() terminal.Text {
	return terminal.Text{Fields: []terminal.Field{
		{"issue", i.ID}, {"campaign", cli.Titled(i.CampaignName, i.Campaign)}, {"vouchers", i.Count},
		{"first", i.First}, {"expires", i.Expires}, {"root", i.Root},
	}}
}

// Answers implements cli.Answerer.
func (*issueShowCmd) Answers() cli.Answer { return IssueAnswer{} }

type issueDeliverCmd struct {
	As    string       `required:"" help:"The owner's key, or one that may issue for the merchant." placeholder:"KEY"`
	Owner string       `help:"The owner, if not the key's: an address, or the name of a key." placeholder:"ADDRESS|KEY"`
	ID    voucher.Hash `arg:"" help:"The issue's id, 0x…"`
	List  string       `content:"" arg:"" help:"The list that was issued, as it was, or - for stdin."`
}

// Help shows an example.
func (issueDeliverCmd) Help() string {
	return `An issued voucher is its owner's from the issue on, and is listed in the wallet once it appeared. Those that appeared
already are left as they are. Stopped and given again, it goes on where it stopped.

Example:

    tally issue deliver --as wallet-1 0x0001…1e1f wallets.csv`
}

// Run lets issued vouchers appear.
func (c *issueDeliverCmd) Run(ctx context.Context, a *cli.App) error {
	owners, err := readOwners(a, c.List)
	if err != nil {
		return err
	}
	of := c.Owner
	if of == "" {
		of = c.As
	}
	owner, err := a.Address(of)
	if err != nil {
		return err
	}
	s, _, relay, err := a.Reading(ctx, c.As)
	if err != nil {
		return err
	}
	var places []uint32
	for i, each := range owners {
		if each == owner {
			places = append(places, uint32(i))
		}
	}
	if len(places) == 0 {
		return cli.Misused("%s is not on the list", owner)
	}
	work, err := a.Work("vouchers", len(places))
	if err != nil {
		return err
	}
	delivered, err := DeliveredInfos{}, error(nil)
	for _, i := range places[work.Done():] {
		var info DeliveredInfo
		if info, err = deliverOrSay(ctx, s, relay, c.ID, owners, i); err != nil {
			break
		}
		delivered = append(delivered, info)
		work.Step()
	}
	work.End()
	return delivered.tell(a, len(places)-work.Done(), err)
}

// deliverOrSay is Deliver, where a refusal is a part of the answer: the entries behind
// it are tried all the same.
func deliverOrSay(ctx context.Context, s *client.Session, relay *client.Client, issue voucher.Hash, owners []voucher.Address, index uint32) (DeliveredInfo, error) {
	info, err := Deliver(ctx, s, relay, issue, owners, index)
	var p *api.Problem
	var unknown *client.UnknownError
	if errors.As(err, &p) && !errors.As(err, &unknown) {
		if known, ok := api.Look(p.Code); ok && known.Effect == api.Refused {
			return DeliveredInfo{Index: index, Refused: p.Code}, nil
		}
	}
	return info, err
}

// tell says what was done, and what was not. stopped is why the rest was not tried.
func (list DeliveredInfos) tell(a *cli.App, rest int, stopped error) error {
	appeared, there, refused := 0, 0, 0
	for _, d := range list {
		switch {
		case d.Refused != "":
			refused++
		case d.Voucher == "":
			there++
		default:
			appeared++
		}
	}
	summary := fmt.Sprintf("%d appeared, %d were there already, %d were refused, %d were not tried.", appeared, there, refused, rest)
	var said error
	if len(list) > 0 || stopped == nil {
		said = a.Say(list)
	}
	switch {
	case stopped != nil:
		f := *cli.AsExitError(stopped)
		f.Detail = summary + " Give the same command again: it goes on there."
		return errors.Join(&f, said)
	case refused > 0:
		return errors.Join(&cli.ExitError{
			Code: refusedCode(list), Title: "Some were refused.", Detail: summary, Exit: cli.ExitRefused,
		}, said)
	default:
		return said
	}
}

func refusedCode(list DeliveredInfos) string {
	for _, d := range list {
		if d.Refused != "" {
			return d.Refused
		}
	}
	return ""
}

// DeliveredInfos are the entries of a list that appeared.
type DeliveredInfos []DeliveredInfo

// Text lists the entries.
func (list DeliveredInfos) Text() terminal.Text {
	t := terminal.Text{Titles: []any{"INDEX", "VOUCHER"}}
	for _, d := range list {
		words := cmp.Or(d.Voucher, "was there already")
		if d.Refused != "" {
			words = "refused: " + d.Refused
		}
		t.Rows = append(t.Rows, []any{d.Index, words})
	}
	return t
}

// Answers implements cli.Answerer.
func (*issueDeliverCmd) Answers() cli.Answer { return DeliveredInfos{} }

// DeliveredInfo is one entry of a list that its owner can see from now on.
type DeliveredInfo struct {
	Index   uint32 `json:"index" help:"The line of the list, from 0."`
	Voucher string `json:"voucher,omitempty" help:"The voucher, vch_…; left out where another command had let it appear."`
	Refused string `json:"refused,omitempty" help:"Why the ledger refused it."`
}

// Deliver lets one entry of an issued list appear. A voucher that is there already is
// no error.
func Deliver(ctx context.Context, s *client.Session, relay *client.Client, issue voucher.Hash, owners []voucher.Address, index uint32) (DeliveredInfo, error) {
	out, err := s.DeliverEntry(ctx, relay, issue, owners, index)
	var p *api.Problem
	if errors.As(err, &p) && p.Code == voucher.KindExists.String() {
		return DeliveredInfo{Index: index}, nil // by a redemption, say
	}
	if err != nil {
		return DeliveredInfo{}, fmt.Errorf("entry %d: %w", index, err)
	}
	info := DeliveredInfo{Index: index}
	for _, e := range out.Events {
		if e, ok := e.(voucher.VoucherDelivered); ok {
			info.Voucher = voucher.Ref{Campaign: e.Campaign, Serial: e.Serial}.String()
		}
	}
	return info, nil
}
