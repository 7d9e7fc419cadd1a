package merchant

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tally/internal/api"
	"tally/internal/books"
	"tally/internal/cli"
	"tally/internal/money"
	"tally/internal/terminal"
	"tally/internal/terms"
	"tally/internal/voucher"
)

// CampaignCmd is the family of commands about campaigns.
type CampaignCmd struct {
	Create    campaignCreateCmd    `cmd:"" help:"Create a campaign from a file."`
	Check     campaignCheckCmd     `cmd:"" help:"Check a campaign file, without a server."`
	Schema    campaignSchemaCmd    `cmd:"" help:"Print the JSON Schema of campaign files."`
	Example   campaignExampleCmd   `cmd:"" help:"Print an example of a campaign file."`
	Show      campaignShowCmd      `cmd:"" help:"Show a campaign with its figures."`
	List      campaignListCmd      `cmd:"" help:"List campaigns, newest first."`
	Pause     campaignPauseCmd     `cmd:"" help:"Stop claims for now; holders may spend."`
	Resume    campaignResumeCmd    `cmd:"" help:"Let claims go on."`
	Close     campaignCloseCmd     `cmd:"" help:"Stop claims for good; holders may spend."`
	Supply    campaignSupplyCmd    `cmd:"" help:"Mint more, up to the cap."`
	Attestors campaignAttestorsCmd `cmd:"" help:"Whose tickets are good."`
	Audit     campaignAuditCmd     `cmd:"" help:"Recompute the books from the ledger; exit 1 if they do not balance."`
}

// CampaignFile is a campaign in a file, and who may sign its tickets.
type CampaignFile struct {
	Attestor []string `sep:"none" help:"Who may sign tickets, beside those that the file names. Repeat it." placeholder:"ADDRESS|KEY"`
	File     string   `content:"" arg:"" help:"The campaign file, YAML or JSON; - is stdin."`
}

type campaignCreateCmd struct {
	Root         `embed:""`
	CampaignFile `embed:""`
}

// Help shows an example.
func (campaignCreateCmd) Help() string {
	return `Try the file with "tally campaign check" first: its terms never change. With attestors every claim needs a ticket of
one of them, and the limits count persons instead of keys: see "tally ticket sign".

Examples:

    tally campaign create --as root buy-one-get-one.yaml
    tally campaign create --as root --attestor harbour-pay --attestor lotus-pay ten-cup-pass.yaml`
}

// Run creates a campaign.
func (c *campaignCreateCmd) Run(ctx context.Context, a *cli.App) error {
	in, err := c.load(a)
	if err != nil {
		return err
	}
	s, key, merchant, err := c.open(ctx, a)
	if err != nil {
		return err
	}
	in.Merchant = merchant.ID
	out, err := s.Merchant(key).CreateCampaign(ctx, in)
	if err != nil {
		return err
	}
	return a.Say(CampaignCreated{
		cli.Accepted(out), OfCampaign{voucher.CampaignOf(out.ID), terms.Title(in.Terms)}, Named{merchant.ID, merchant.Name}, listed(in),
	})
}

// listed is a campaign whose empty lists are written as such, as the API writes them.
func listed(in voucher.CreateCampaign) voucher.CreateCampaign {
	in.Attestors = append([]voucher.Address{}, in.Attestors...)
	in.Offsets = append([]voucher.Offset{}, in.Offsets...)
	in.Stores = append([]uint32{}, in.Stores...)
	return in
}

// CampaignCreated is the answer to a new campaign.
type CampaignCreated struct {
	cli.Accepted
	OfCampaign
	Named
	Create voucher.CreateCampaign `json:"create" help:"The campaign as the merchant signed it: CreateCampaign of the API's document."`
}

// Text shows the campaign.
func (c CampaignCreated) Text() terminal.Text {
	return c.With(append([]terminal.Field{{"campaign", c.Campaign}, c.Named.field()}, termFields(c.Create)...)...)
}

// Answers implements cli.Answerer.
func (*campaignCreateCmd) Answers() cli.Answer { return CampaignCreated{} }

// load reads a campaign file and lets the rules judge it.
func (c CampaignFile) load(a *cli.App) (voucher.CreateCampaign, error) {
	file, err := readCampaign(a, c.File)
	if err != nil {
		return voucher.CreateCampaign{}, err
	}
	for _, name := range c.Attestor {
		address, err := a.Address(name)
		if err != nil {
			return voucher.CreateCampaign{}, err
		}
		file.Attestors = append(file.Attestors, address.String())
	}
	in, err := file.Campaign(a.Now())
	return in, termsError(c.File, err)
}

// readCampaign reads a campaign file; "-" is stdin.
func readCampaign(a *cli.App, path string) (terms.File, error) {
	text, err := a.ReadFile(path, terms.MaxFile)
	if err != nil {
		return terms.File{}, err
	}
	file, err := terms.Parse(text)
	if err != nil {
		return file, cli.Misused("%s: %w", path, err)
	}
	return file, nil
}

// termsError words an error about the campaign file at a path.
func termsError(path string, err error) error {
	var ledger *terms.LedgerError
	switch {
	case errors.As(err, &ledger):
		r, _ := api.Refusal(ledger.Kind)
		return cli.Misused("%s: %w %s", path, err, strings.TrimSuffix(r.Remedy, "."))
	case errors.Is(err, terms.ErrRefused):
		return cli.Misused("%s: %w", path, err)
	default:
		return err
	}
}

type campaignCheckCmd struct {
	CampaignFile `embed:""`
}

// Help shows an example.
func (campaignCheckCmd) Help() string {
	return "Nothing is signed and no server is asked. The examples of the file are computed: carts, and what the offer of the\n" +
		"terms has to make of them. An offer that promises more than the ledger lets through is refused, and so is a condition\n" +
		"with an expression (cel) that cannot be read, or that costs too much.\n\n" +
		"Example:\n\n    tally campaign check buy-one-get-one.yaml"
}

// Run checks a campaign file.
func (c *campaignCheckCmd) Run(a *cli.App) error {
	in, err := c.load(a)
	if err != nil {
		return err
	}
	return a.Say(CampaignChecked{listed(in), terms.Conditions(in)})
}

// CampaignChecked is the answer to a campaign file that is in order.
type CampaignChecked struct {
	voucher.CreateCampaign `schema:"CreateCampaign"`
	Conditions             []terms.Condition `json:"conditions" help:"Of each member of the file: member, enforced_by, what, how."`
}

// Text shows the campaign.
func (c CampaignChecked) Text() terminal.Text {
	t := conditionsTable(c.Conditions)
	t.Fields = append([]terminal.Field{{"campaign file", "in order"}}, termFields(c.CreateCampaign)...)
	if held := heldByNobody(c.Conditions); held != "" {
		t.Fields = append(t.Fields, terminal.Field{"enforced by nobody", held})
	}
	return t
}

// conditionsTable lists who enforces what.
func conditionsTable(list []terms.Condition) terminal.Text {
	t := terminal.Text{Titles: []any{"MEMBER", "ENFORCED BY", "HOW"}}
	for _, c := range list {
		t.Rows = append(t.Rows, []any{c.Member, string(c.By), c.How})
	}
	return t
}

// heldByNobody names the members that nobody enforces, but for the name.
func heldByNobody(list []terms.Condition) string {
	var names []string
	for _, c := range list {
		if c.By == terms.Nobody && c.Member != "name" {
			names = append(names, c.Member)
		}
	}
	return strings.Join(names, ", ")
}

// Answers implements cli.Answerer.
func (*campaignCheckCmd) Answers() cli.Answer { return CampaignChecked{} }

// termFields are a campaign's terms in words.
func termFields(in voucher.CreateCampaign) []terminal.Field {
	fields := []terminal.Field{
		{"name", terms.Title(in.Terms)},
		{"terms", in.Terms},
		{"vouchers", fmt.Sprintf("%d, %d of them open to claims; at most %d ever", in.Supply, in.Open, in.Cap)},
		{"units", fmt.Sprintf("%d in each", in.Units)},
		{"discount", discountWords(in)},
		{"claims", spell(in.ClaimFrom, in.ClaimUntil, in.Offsets) + limitWords(in)},
		{"valid", spell(in.ValidFrom, in.ValidUntil, in.Offsets)},
	}
	if in.ValidDays > 0 {
		fields = append(fields, terminal.Field{"valid days", fmt.Sprintf("%d after the claim, to the end of the local day", in.ValidDays)})
	}
	stores := "every one of the merchant"
	if len(in.Stores) > 0 {
		stores = strings.Trim(fmt.Sprint(in.Stores), "[]")
	}
	fields = append(fields, terminal.Field{"stores", stores})
	if len(in.Attestors) > 0 {
		fields = append(fields, terminal.Field{"tickets", "wanted, by one of " + terminal.Cell(in.Attestors)})
	}
	return fields
}

func discountWords(in voucher.CreateCampaign) string {
	if in.StoredValue {
		return "as much as it holds, in " + in.Currency.String()
	}
	return "up to " + money.Text(in.MaxDiscount, in.Currency) + " a unit"
}

func limitWords(in voucher.CreateCampaign) string {
	holder, words := "key", ""
	if len(in.Attestors) > 0 {
		holder = "person"
	}
	if in.PerHolder > 0 {
		words += fmt.Sprintf(", %d a %s", in.PerHolder, holder)
	}
	if in.PerDay > 0 {
		words += fmt.Sprintf(", %d a day", in.PerDay)
	}
	return words
}

// spell writes a stretch of time as clocks in the campaign's zone show it.
func spell(from, until uint64, table []voucher.Offset) string {
	return terminal.Clock(from, table) + " to " + terminal.Clock(until, table)
}

type campaignShowCmd struct {
	As string             `help:"A key that may see the figures: the merchant's root, one that may issue, or an operator's." placeholder:"KEY"`
	ID voucher.CampaignID `arg:"" help:"The campaign's id, cmp_…"`
}

// Help shows an example.
func (campaignShowCmd) Help() string {
	return "Example:\n\n    tally campaign show cmp_000102030405060708090a0b0c0d0e0f"
}

// Run shows a campaign.
func (c *campaignShowCmd) Run(ctx context.Context, a *cli.App) error {
	reader, err := a.ClientAs(ctx, c.As)
	if err != nil {
		return err
	}
	info, err := reader.Campaign(ctx, c.ID)
	if err != nil {
		return err
	}
	answer := campaignAnswer(ctx, cli.NewTitles(reader), info)
	answer.Conditions = terms.Conditions(info.Create) // the server says the same, if it is of this version
	if info.Figures != nil {
		if report, err := reader.Audit(ctx, c.ID); err == nil { // else the figures stand alone: what was given back takes a recount
			answer.Sales = &report.Sales
		}
	}
	return a.Say(answer)
}

func campaignAnswer(ctx context.Context, titles *cli.Titles, info api.CampaignInfo) CampaignAnswer {
	info.Create = listed(info.Create)
	return CampaignAnswer{
		CampaignInfo: info, CampaignName: terms.Title(info.Create.Terms), MerchantName: titles.Merchant(ctx, info.Create.Merchant),
	}
}

// CampaignAnswer is a campaign with its figures and its titles.
type CampaignAnswer struct {
	api.CampaignInfo `schema:"CampaignInfo"`
	CampaignName     string `json:"campaign_name,omitempty" help:"The campaign's name."`
	MerchantName     string `json:"merchant_name,omitempty" help:"The merchant's name."`

	Sales *books.Sales `json:"sales,omitempty" help:"Redeemed units and discounts, gross, given back and net, as the books have them: of campaign show, for those who may see figures."`
}

// Text shows a campaign.
func (c CampaignAnswer) Text() terminal.Text {
	fields := []terminal.Field{
		{"campaign", c.ID}, {"merchant", cli.Titled(c.MerchantName, c.Create.Merchant)}, {"status", c.Status}, {"version", c.Version},
	}
	if f := c.Figures; f != nil {
		fields = append(fields, terminal.Field{"claimed", fmt.Sprintf("%d of %d", f.Claimed, c.Open)}, terminal.Field{"spent", f.Spent},
			terminal.Field{"redeemed", unitFlow(f.Units)})
		if c.Sales != nil {
			fields = append(fields, terminal.Field{"discounts", discountFlow(*c.Sales)})
		} else {
			fields = append(fields, terminal.Field{"discounts", money.Text(f.Discount, c.Create.Currency) + " gross; tally campaign audit counts what was given back"})
		}
	}
	now := c.Create
	now.Supply, now.Open = c.Supply, c.Open
	t := conditionsTable(c.Conditions)
	t.Fields = append(fields, termFields(now)...)
	return t
}

// Answers implements cli.Answerer.
func (*campaignShowCmd) Answers() cli.Answer { return CampaignAnswer{} }

type campaignListCmd struct {
	As string `help:"A key that may see figures, as for show." placeholder:"KEY"`
}

// Help shows an example.
func (campaignListCmd) Help() string { return "Example:\n\n    tally campaign list" }

// Run lists campaigns.
func (c *campaignListCmd) Run(ctx context.Context, a *cli.App) error {
	reader, err := a.ClientAs(ctx, c.As)
	if err != nil {
		return err
	}
	list, err := cli.Pages(ctx, a, "campaigns", func(ctx context.Context, cursor string) (api.Page[api.CampaignInfo], error) {
		return reader.Campaigns(ctx, cursor)
	})
	if err != nil {
		return err
	}
	titles := cli.NewTitles(reader)
	answers := make(CampaignAnswers, len(list))
	for i, info := range list {
		answers[i] = campaignAnswer(ctx, titles, info)
	}
	return a.Say(answers)
}

// CampaignAnswers lists campaigns.
type CampaignAnswers []CampaignAnswer

// Text lists campaigns.
func (list CampaignAnswers) Text() terminal.Text {
	t := terminal.Text{Titles: []any{"CAMPAIGN", "STATUS", "SUPPLY", "NAME", "MERCHANT"}}
	if !slices.ContainsFunc(list, func(c CampaignAnswer) bool { return c.Figures != nil }) {
		for _, c := range list {
			t.Rows = append(t.Rows, []any{c.ID, c.Status, c.Supply, c.CampaignName, c.MerchantName})
		}
		return t
	}
	t.Titles = []any{"CAMPAIGN", "STATUS", "SUPPLY", "CLAIMED", "SPENT", "REDEEMED", "GIVEN BACK", "NET", "DISCOUNTS GROSS", "NAME", "MERCHANT"}
	for _, c := range list {
		row := []any{c.ID, c.Status, c.Supply, "-", "-", "-", "-", "-", "-", c.CampaignName, c.MerchantName}
		if f := c.Figures; f != nil {
			row[3], row[4], row[5], row[6], row[7] = f.Claimed, f.Spent, f.Units.Gross, f.Units.Returned, f.Units.Net
			row[8] = money.Text(f.Discount, c.Create.Currency)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// Answers implements cli.Answerer.
func (*campaignListCmd) Answers() cli.Answer { return CampaignAnswers{} }
