package merchant

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"tally/internal/api"
	"tally/internal/books/daybook"
	"tally/internal/cli"
	"tally/internal/client"
	"tally/internal/exact"
	"tally/internal/money"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

type reportCmd struct {
	As          string `required:"" help:"The merchant's root key, one that may roll back, an operator's or an auditor's; or a till's, with its --store." placeholder:"KEY"`
	Of          string `help:"The merchant, if --as is not its first root key: its address, or the name of a key." placeholder:"ADDRESS|KEY"`
	From        string `help:"The first day, as 2026-12-01, by the clocks of the stores. Without it, the first of all." placeholder:"DAY"`
	To          string `help:"The last day, as 2026-12-31, by the clocks of the stores. Without it, today." placeholder:"DAY"`
	Store       uint32 `help:"Only this store's." placeholder:"N"`
	By          string `default:"day,store" help:"What sums are kept apart by: day, store, till and campaign, with commas between them; an empty text for one sum a currency." placeholder:"NAMES"`
	Lines       bool   `help:"Show the lines instead of the sums."`
	Outstanding bool   `help:"Also count what holders can still spend, campaign by campaign. The server recounts the ledger for it."`
	CSV         string `name:"csv" help:"Write sums, or lines, for a spreadsheet: to a file, or - for standard output. Money is in minor units, so that no spreadsheet takes a point for a comma." placeholder:"FILE"`
	Separator   string `enum:"comma,semicolon,tab" default:"comma" help:"What stands between the columns of the CSV: comma, semicolon or tab. Spreadsheets where a comma stands in front of cents expect a semicolon."`
}

// Help shows an example.
func (reportCmd) Help() string {
	return `Sales are redemptions and captures, returns are rollbacks. A return has the store and the till of its sale, and counts on
the day on which it came back. What it gave back of a discount is in proportion to its units, rounded down. Days begin at
midnight of the store's clock: of its zone in the campaign's terms, or of the campaign's. Every sum is that of the lines,
which --lines shows, each with the id of its command; tally receipt proves that one is on the ledger. Where the server keeps
records of orders, a line says whether it has that of its command: tally order show fetches it.

Examples:

    tally merchant report --as root --from 2026-12-01 --to 2026-12-31
    tally merchant report --as root --by store,campaign --outstanding
    tally merchant report --as root --from 2026-12-01 --to 2026-12-01 --lines --csv sales.csv --separator semicolon`
}

// ReportSum is a sum of a report.
type ReportSum struct {
	daybook.Sum  `schema:"ReportSum"`
	CampaignName string `json:"campaign_name,omitempty" help:"The campaign's name, where sums are kept apart by campaign."`
}

// ReportLine is a line of a report.
type ReportLine struct {
	daybook.Line `schema:"ReportLine"`
	CampaignName string `json:"campaign_name,omitempty" help:"The campaign's name."`
}

// ReportOwed is what is outstanding of one campaign.
type ReportOwed struct {
	Campaign     string           `json:"campaign" help:"The campaign, cmp_…"`
	CampaignName string           `json:"campaign_name,omitempty" help:"The campaign's name."`
	Instant      string           `json:"instant" help:"RFC 3339, in the campaign's zone: of this count."`
	Currency     voucher.Currency `json:"currency" help:"Of most."`
	Vouchers     uint64           `json:"vouchers" help:"How many can be spent."`
	Units        uint64           `json:"units" help:"How many units of them can be spent, or are held."`
	Most         uint64           `json:"most" help:"The discount that they can take at most, in minor units of money."`
}

// ReportAnswer is a merchant's day-book. --json has the lines and the sums, whichever
// are shown.
type ReportAnswer struct {
	Merchant     voucher.Address `json:"merchant" help:"The merchant."`
	MerchantName string          `json:"merchant_name,omitempty" help:"The merchant's name."`
	From         string          `json:"from,omitempty" help:"The first day, if one was given."`
	To           string          `json:"to,omitempty" help:"The last day, if one was given."`
	Totals       []daybook.Sum   `json:"totals" help:"Sums by currency alone."`
	Sums         []ReportSum     `json:"sums" help:"Sums, kept apart by what --by says."`
	Lines        []ReportLine    `json:"lines" help:"What all sums are sums of, newest command first."`
	Outstanding  []ReportOwed    `json:"outstanding,omitempty" help:"What holders can still spend, with --outstanding."`
	File         string          `json:"file,omitempty" help:"The CSV file that was written."`

	by    daybook.By
	shown bool // lines, not sums
}

// Text shows totals, what is outstanding, and a table.
func (r ReportAnswer) Text() terminal.Text {
	fields := []terminal.Field{{"merchant", cli.Titled(r.MerchantName, r.Merchant)}}
	if r.From != "" || r.To != "" {
		fields = append(fields, terminal.Field{"days", cmp.Or(r.From, "the first") + " to " + cmp.Or(r.To, "today")})
	}
	for _, t := range r.Totals {
		fields = append(fields, terminal.Field{"sales", fmt.Sprintf("%s in %d orders", money.Text(t.Amount, t.Currency), t.Orders)},
			terminal.Field{"units", counted(t.Units)}, terminal.Field{"discounts", flow(t.Discount, t.Currency)})
	}
	if len(r.Totals) == 0 {
		fields = append(fields, terminal.Field{"sales", "none"})
	}
	if kept, of := r.deposits(); of > 0 {
		fields = append(fields, terminal.Field{"records", fmt.Sprintf("%d of %d commands have theirs with the server", kept, of)})
	}
	for _, o := range r.Outstanding {
		fields = append(fields, terminal.Field{"outstanding", fmt.Sprintf("%s: %d units of %d vouchers, at most %s, at %s",
			cli.Titled(o.CampaignName, o.Campaign), o.Units, o.Vouchers, money.Text(o.Most, o.Currency), o.Instant)})
	}
	if r.File != "" {
		fields = append(fields, terminal.Field{"file", r.File})
	}
	text := terminal.Text{Fields: fields}
	switch {
	case r.File != "":
	case r.shown && len(r.Lines) > 0:
		text.Titles, text.Rows = r.lineTable()
	case !r.shown && len(r.Sums) > 0 && r.by != daybook.By{}:
		text.Titles, text.Rows = r.sumTable()
	}
	return text
}

// deposits counts the commands whose record the server keeps, of all that it can tell of.
func (r ReportAnswer) deposits() (kept, of int) {
	seen := map[voucher.Hash]bool{}
	for _, l := range r.Lines {
		if l.Deposited == nil || seen[l.Command] {
			continue
		}
		seen[l.Command] = true
		of++
		if *l.Deposited {
			kept++
		}
	}
	return kept, of
}

func counted(f daybook.Flow) string {
	return fmt.Sprintf("%d gross, %d given back, %d net", f.Gross, f.Returned, f.Net)
}

func flow(f daybook.Flow, c voucher.Currency) string {
	return money.Text(f.Gross, c) + " gross, " + money.Text(f.Returned, c) + " given back, " + signed(f.Net, c) + " net"
}

func signed(amount int64, c voucher.Currency) string {
	if amount < 0 {
		return "-" + money.Text(uint64(-amount), c)
	}
	return money.Text(uint64(amount), c)
}

// Answers implements cli.Answerer.
func (*reportCmd) Answers() cli.Answer { return ReportAnswer{} }

// Run writes a report.
func (c *reportCmd) Run(ctx context.Context, a *cli.App) error {
	by, err := daybook.ParseBy(c.By)
	if err != nil {
		return cli.Misused("--by: %w", err)
	}
	days, err := c.days()
	if err != nil {
		return err
	}
	merchant, err := a.Address(cmp.Or(c.Of, c.As))
	if err != nil {
		return err
	}
	reader, err := a.ClientAs(ctx, c.As)
	if err != nil {
		return err
	}
	titles := cli.NewTitles(reader)
	r := ReportAnswer{Merchant: merchant, MerchantName: titles.Merchant(ctx, merchant), From: c.From, To: c.To, by: by, shown: c.Lines}
	lines, err := days.read(ctx, a, reader, merchant, c.Store)
	if err != nil {
		return err
	}
	if err := r.enter(ctx, titles, lines, by); err != nil {
		return err
	}
	if c.Outstanding {
		if r.Outstanding, err = outstanding(ctx, a, reader, merchant); err != nil {
			return err
		}
	}
	if c.CSV == "" {
		return a.Say(r)
	}
	return c.write(a, r)
}

// enter enters lines and their sums.
func (r *ReportAnswer) enter(ctx context.Context, titles *cli.Titles, lines []daybook.Line, by daybook.By) error {
	name := func(campaign string) string {
		id, err := voucher.ParseCampaignID(campaign)
		if err != nil {
			return ""
		}
		return titles.Campaign(ctx, id).Name
	}
	r.Lines, r.Sums = make([]ReportLine, len(lines)), []ReportSum{}
	for i, l := range lines {
		r.Lines[i] = ReportLine{l, name(l.Campaign)}
	}
	sums, err := daybook.Sums(lines, by)
	if err != nil {
		return cli.Failed("%w", err)
	}
	for _, s := range sums {
		r.Sums = append(r.Sums, ReportSum{s, name(s.Campaign)})
	}
	r.Totals, err = daybook.Sums(lines, daybook.By{})
	return err
}

// stretch is the days of a report, "" where they have no end.
type stretch struct{ from, to string }

func (c *reportCmd) days() (stretch, error) {
	for flag, day := range map[string]string{"--from": c.From, "--to": c.To} {
		if _, err := exact.Day(day); day != "" && err != nil {
			return stretch{}, cli.Misused("%w", exact.Within(flag, err))
		}
	}
	if c.From != "" && c.To != "" && c.From > c.To {
		return stretch{}, cli.Misused("--from is a day after --to")
	}
	return stretch{c.From, c.To}, nil
}

// clocksApart is how far the day of a store's clock may be from that of UTC.
const clocksApart = 24 * time.Hour

// instants are the instants that the days can have anywhere.
func (s stretch) instants() (from, until uint64) {
	until = voucher.MaxInstant
	if day, err := exact.Day(s.from); err == nil {
		from = voucher.Unix(day.Add(-clocksApart))
	}
	if day, err := exact.Day(s.to); err == nil {
		until = min(until, max(from+1, voucher.Unix(day.Add(24*time.Hour+clocksApart))))
	}
	return from, until
}

// read reads the lines of the days.
func (s stretch) read(ctx context.Context, a *cli.App, reader *client.Client, m voucher.Address, store uint32) ([]daybook.Line, error) {
	from, until := s.instants()
	lines, err := cli.Pages(ctx, a, "lines", func(ctx context.Context, cursor string) (api.Page[daybook.Line], error) {
		p, err := reader.Report(ctx, m, from, until, store, cursor)
		return api.Page[daybook.Line]{Data: p.Lines, NextCursor: p.NextCursor, HasMore: p.HasMore}, err
	})
	return slices.DeleteFunc(lines, func(l daybook.Line) bool { return l.Day < s.from || s.to != "" && l.Day > s.to }), err
}

// outstanding has the books of each campaign recounted.
func outstanding(ctx context.Context, a *cli.App, reader *client.Client, m voucher.Address) ([]ReportOwed, error) {
	campaigns, err := cli.Pages(ctx, a, "campaigns", func(ctx context.Context, cursor string) (api.Page[api.CampaignInfo], error) {
		return reader.MerchantCampaigns(ctx, m, cursor)
	})
	if err != nil {
		return nil, err
	}
	list := []ReportOwed{}
	progress := a.Progress("campaigns recounted", int64(len(campaigns)))
	defer progress.End()
	for i, info := range campaigns {
		id, err := voucher.ParseCampaignID(info.ID)
		if err != nil {
			return nil, fmt.Errorf("%w: %s is no campaign", client.ErrNoAnswer, info.ID)
		}
		books, err := reader.Audit(ctx, id)
		if err != nil {
			return nil, err
		}
		owed, err := daybook.Owed(books, info.Create.MaxDiscount)
		if err != nil {
			return nil, cli.Failed("%s: %w", info.ID, err)
		}
		of := cli.NewCampaign(info.Create)
		list = append(list, ReportOwed{owed.Campaign, of.Name, of.Clock(owed.At), owed.Currency, owed.Vouchers, owed.Units, owed.Most})
		progress.Set(int64(i + 1))
	}
	return list, nil
}

// write writes the CSV.
func (c *reportCmd) write(a *cli.App, r ReportAnswer) error {
	sheet, err := c.sheet(r)
	if err != nil {
		return err
	}
	if err := a.WriteFile(c.CSV, sheet); err != nil || c.CSV == "-" {
		return err
	}
	r.File = c.CSV
	return a.Say(r)
}

// sheet is the CSV, with the mark by which spreadsheets know UTF-8.
func (c *reportCmd) sheet(r ReportAnswer) ([]byte, error) {
	titles, rows := r.sumSheet()
	if c.Lines {
		titles, rows = r.lineSheet()
	}
	file := bytes.NewBufferString("\ufeff")
	csv := terminal.NewSeparated(file, map[string]rune{"comma": ',', "semicolon": ';', "tab": '\t'}[c.Separator])
	for _, row := range slices.Insert(rows, 0, titles) {
		if err := csv.Row(row); err != nil {
			return nil, err
		}
	}
	err := csv.Flush()
	return file.Bytes(), err
}
