package merchant

import (
	"cmp"
	"context"
	"fmt"

	"tally/internal/api"
	"tally/internal/books"
	"tally/internal/cli"
	"tally/internal/client"
	"tally/internal/money"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

type salesCmd struct {
	As    string `required:"" help:"The merchant's root key, one that may roll back, an operator's or an auditor's; or a till's, with its --store." placeholder:"KEY"`
	Of    string `help:"The merchant, if --as is not its first root key: its address, or the name of a key." placeholder:"ADDRESS|KEY"`
	Store uint32 `help:"Only this store's. Rollbacks name no store, so they are in the list of all." placeholder:"N"`
}

// Help shows an example.
func (salesCmd) Help() string {
	return `A rollback is a line of its own, with what it gave back of the discount: in proportion to its units.

Examples:

    tally merchant sales --as root
    tally merchant sales --as till-central --of root --store 1`
}

// SaleItem is one line of a merchant's list.
type SaleItem struct {
	Did        string           `json:"did" help:"redeemed, held, captured or rolled back."`
	Command    voucher.Hash     `json:"command" help:"The command's id."`
	Instant    string           `json:"instant" help:"RFC 3339, in the zone of the first voucher's campaign: when the ledger judged it."`
	Store      uint32           `json:"store,omitempty" help:"The store; left out of a rollback."`
	Amount     uint64           `json:"amount" help:"The order before discounts, in minor units of money; 0 of a rollback."`
	Discount   uint64           `json:"discount" help:"What was taken off, or given back by a rollback, in minor units of money; of a hold, at most."`
	Currency   voucher.Currency `json:"currency" help:"Of both."`
	Units      uint64           `json:"units" help:"What was taken, held or given back, of all vouchers."`
	Campaign   string           `json:"campaign" help:"Of the first voucher, cmp_…"`
	Name       string           `json:"campaign_name,omitempty" help:"The campaign's name."`
	Vouchers   []string         `json:"vouchers" help:"The vouchers, vch_…"`
	Redemption *voucher.Hash    `json:"redemption,omitempty" help:"What a rollback gave back of."`
}

// SaleItems are a merchant's list, newest first.
type SaleItems []SaleItem

// Text lists the lines.
func (list SaleItems) Text() terminal.Text {
	t := terminal.Text{Titles: []any{"TIME", "WHAT", "STORE", "UNITS", "ORDER", "DISCOUNT", "CAMPAIGN", "COMMAND"}}
	for _, s := range list {
		store, order, units, discount := any(s.Store), money.Text(s.Amount, s.Currency), fmt.Sprint(s.Units), money.Text(s.Discount, s.Currency)
		if s.Redemption != nil {
			store, order, units, discount = "", "", "-"+units, "-"+discount
		}
		t.Rows = append(t.Rows, []any{s.Instant, s.Did, store, units, order, discount, cmp.Or(s.Name, s.Campaign), s.Command})
	}
	return t
}

// Answers implements cli.Answerer.
func (*salesCmd) Answers() cli.Answer { return SaleItems{} }

// Run lists a merchant's sales.
func (c *salesCmd) Run(ctx context.Context, a *cli.App) error {
	merchant, err := a.Address(cmp.Or(c.Of, c.As))
	if err != nil {
		return err
	}
	reader, err := a.ClientAs(ctx, c.As)
	if err != nil {
		return err
	}
	list, err := cli.Pages(ctx, a, "redemptions", func(ctx context.Context, cursor string) (api.Page[voucher.Outcome], error) {
		return reader.Redemptions(ctx, merchant, c.Store, cursor)
	})
	if err != nil {
		return err
	}
	of := bookkeeper{reader, cli.NewTitles(reader), map[voucher.Hash]*given{}}
	items := make(SaleItems, len(list))
	for i, out := range list {
		if items[i], err = of.item(ctx, out); err != nil {
			return err
		}
	}
	return a.Say(items)
}

// bookkeeper writes lines of a merchant's list. It asks for each page of a redemption's
// rollbacks once, and for no page that it does not need.
type bookkeeper struct {
	reader *client.Client
	titles *cli.Titles
	given  map[voucher.Hash]*given // by redemption
}

// given is what the rollbacks of one redemption gave back, as far as they were read.
type given struct {
	currency voucher.Currency
	discount map[voucher.Hash]uint64 // by rollback
	cursor   string
	whole    bool
}

func (b bookkeeper) item(ctx context.Context, out voucher.Outcome) (s SaleItem, err error) {
	sum := books.Summarise(out.Events)
	s = SaleItem{
		Did: did(out.Events), Command: out.ID, Store: sum.Store, Amount: sum.Amount, Discount: sum.Discount, Currency: sum.Currency,
		Units: sum.Units, Vouchers: []string{}, Redemption: sum.Redemption,
	}
	for _, ref := range sum.Vouchers {
		s.Vouchers = append(s.Vouchers, ref.String())
	}
	if s.Redemption != nil {
		if err := b.rollback(ctx, &s); err != nil {
			return s, err
		}
	}
	if len(sum.Campaigns) == 0 {
		return s, fmt.Errorf("command %s is of no campaign", out.ID)
	}
	of := b.titles.Campaign(ctx, sum.Campaigns[0])
	s.Campaign, s.Name, s.Instant = sum.Campaigns[0].String(), of.Name, of.Clock(out.Time)
	return s, nil
}

// did is what a command was, in a word.
func did(events voucher.Events) string {
	for _, e := range events {
		switch e.(type) {
		case voucher.Redeemed:
			return "redeemed"
		case voucher.OrderHeld:
			return "held"
		case voucher.HoldCaptured:
			return "captured"
		case voucher.RolledBack:
			return "rolled back"
		}
	}
	return ""
}

// rollback finds what a rollback gave back in money.
func (b bookkeeper) rollback(ctx context.Context, s *SaleItem) error {
	of := b.given[*s.Redemption]
	if of == nil {
		of = &given{discount: map[voucher.Hash]uint64{}}
		b.given[*s.Redemption] = of
	}
	for {
		discount, read := of.discount[s.Command]
		if read || of.whole {
			s.Currency, s.Discount = of.currency, s.Discount+discount
			return nil
		}
		if err := of.page(ctx, b.reader, *s.Redemption); err != nil {
			return err
		}
	}
}

// page reads one page more of a redemption's rollbacks.
func (g *given) page(ctx context.Context, reader *client.Client, redemption voucher.Hash) error {
	info, err := reader.Returned(ctx, redemption, g.cursor)
	if err != nil {
		return err
	}
	if info.HasMore && (info.NextCursor == "" || info.NextCursor == g.cursor) {
		return fmt.Errorf("%w: the list of rollbacks does not go on", client.ErrNoAnswer)
	}
	g.currency, g.cursor, g.whole = info.Currency, info.NextCursor, !info.HasMore
	for _, back := range info.Rollbacks {
		for _, line := range back.Lines {
			g.discount[back.Command] += line.GivenBack
		}
	}
	return nil
}
