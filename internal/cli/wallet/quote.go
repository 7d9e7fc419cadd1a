package wallet

import (
	"context"
	"fmt"

	"tally/internal/api"
	"tally/internal/cli"
	"tally/internal/client"
	"tally/internal/intent"
	"tally/internal/money"
	"tally/internal/pricing"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

// QuoteCmd says what vouchers take off a cart.
type QuoteCmd struct {
	As                string   `required:"" help:"The wallet's key; the till's, with --code." placeholder:"KEY"`
	Merchant          string   `required:"" help:"The merchant: its address, or the name of its root key." placeholder:"ADDRESS|KEY"`
	Store             uint32   `required:"" help:"The store." placeholder:"N" type:"store"`
	Voucher           []string `sep:"none" help:"A voucher of the wallet, vch_…. Repeat it. Without any, all that it holds of the merchant." placeholder:"vch_…"`
	Code              string   `content:"" help:"The code that was shown at the till: itself, a file, or -." placeholder:"CODE|FILE|-"`
	All               bool     `help:"All of the vouchers, or none."`
	Locale            string   `help:"The language of the reasons: en, ja, zh-Hans or zh-Hant." default:"en" placeholder:"LOCALE"`
	cli.Circumstances `embed:""`
	Cart              string `content:"" arg:"" help:"The cart, a JSON file; - is stdin."`
}

// Help shows an example.
func (QuoteCmd) Help() string {
	return `It says which vouchers take off most together, and of each other one why it is not used. Nothing is signed, and
nothing promised: a quote is good as long as nothing changes. What the server says is computed once more here, from the
terms that the merchant signed.

Examples:

    tally quote --as wallet-1 --merchant root --store 1 cart.json
    tally quote --as till-central --merchant root --store 1 --code - cart.json < code`
}

// Run asks for a quote.
func (c *QuoteCmd) Run(ctx context.Context, a *cli.App) error {
	if c.Code != "" && len(c.Voucher) > 0 {
		return cli.Misused("--code has its vouchers: leave --voucher out")
	}
	merchant, err := a.Address(c.Merchant)
	if err != nil {
		return err
	}
	cart, err := a.ReadCart(c.Cart)
	if err != nil {
		return err
	}
	s, key, reader, err := a.Reading(ctx, c.As)
	if err != nil {
		return err
	}
	ask := c.Circumstances.Ask(merchant, c.Store, cart)
	ask.Locale = c.Locale
	if c.All {
		ask.Mode = string(pricing.ModeAll)
	}
	if err := c.whose(a, s, intent.Address(key), &ask); err != nil {
		return err
	}
	quoted, err := s.Price(ctx, reader, ask)
	if err != nil {
		return err
	}
	return a.Say(quoteAnswer(quoted))
}

// whose names the vouchers that are asked about.
func (c *QuoteCmd) whose(a *cli.App, s *client.Session, wallet voucher.Address, ask *api.QuoteRequest) error {
	if c.Code == "" {
		ask.Wallet, ask.Vouchers = &wallet, c.Voucher
		return nil
	}
	code, err := a.ReadCode(s.Domain, c.Code)
	if err != nil {
		return err
	}
	ask.Code, err = s.Domain.Text(code)
	return err
}

// QuoteAnswer is the answer to a quote.
type QuoteAnswer struct {
	api.Quote `schema:"Quote"`
	Currency  voucher.Currency `json:"currency" help:"Of every amount."`
	Lines     []QuotedLine     `json:"lines" help:"Of each line of the cart: line, sku, quantity, amount, reduced by the merchant, and off by vouchers."`
}

// QuotedLine is a line of the cart, and what vouchers take off it.
type QuotedLine struct {
	Line     string `json:"line"`
	SKU      string `json:"sku,omitempty"`
	Quantity uint64 `json:"quantity"`
	Amount   uint64 `json:"amount"`
	Reduced  uint64 `json:"reduced"`
	Off      uint64 `json:"off"`
}

func quoteAnswer(q client.Quoted) QuoteAnswer {
	answer := QuoteAnswer{Quote: q.Quote, Currency: q.Order.Cart.Currency}
	off := map[string]uint64{}
	for _, taken := range q.Order.Vouchers {
		for _, share := range taken.Shares {
			off[share.Line] += share.Amount
		}
	}
	for _, l := range q.Order.Cart.Lines {
		answer.Lines = append(answer.Lines, QuotedLine{l.ID, l.SKU, l.Quantity, l.Amount, l.Reduced, off[l.ID]})
	}
	return answer
}

// Text shows what is used, why the rest is not, and the lines.
func (q QuoteAnswer) Text() terminal.Text {
	sum := func(n uint64) string { return money.Text(n, q.Currency) }
	t := terminal.Text{Fields: []terminal.Field{{"order", sum(q.Totals.Amount)}}}
	field := func(name string, value any) { t.Fields = append(t.Fields, terminal.Field{name, value}) }
	for _, v := range q.Chosen {
		does := "off"
		if v.Tender {
			does = "paid"
		}
		field("used", fmt.Sprintf("%s: %s %s, for %d of %d units", v.Voucher, sum(v.Discount), does, v.Units, v.Had))
	}
	for _, list := range []struct {
		name string
		of   []api.QuoteUnused
	}{{"almost", q.Almost}, {"usable", q.Usable}, {"not", q.No}} {
		for _, v := range list.of {
			for _, reason := range v.Reasons {
				field(list.name, v.Voucher+": "+reason.Text)
			}
		}
	}
	for _, v := range q.TillDecides {
		field("store decides", fmt.Sprintf("%s: up to %s for each of %d units", v.Voucher, sum(v.MaxDiscount), v.Units))
	}
	if !q.Exact {
		field("at most", sum(q.AtMostMore)+" more could be taken off by other vouchers")
	}
	if q.Partial {
		field("more", "the wallet has more vouchers than were tried: name some with --voucher")
	}
	field("discount", sum(q.Totals.Discount))
	if q.Totals.Tender > 0 {
		field("paid", sum(q.Totals.Tender))
	}
	field("due", fmt.Sprintf("%s, with %s of tax", sum(q.Totals.Due), sum(q.Totals.Tax)))
	t.Titles = []any{"LINE", "ARTICLE", "PIECES", "PRICE", "REDUCED", "OFF"}
	for _, l := range q.Lines {
		t.Rows = append(t.Rows, []any{l.Line, l.SKU, l.Quantity, sum(l.Amount), sum(l.Reduced), sum(l.Off)})
	}
	return t
}

// Answers implements cli.Answerer.
func (*QuoteCmd) Answers() cli.Answer { return QuoteAnswer{} }
