package main

import (
	"fmt"
	"slices"

	"tally/internal/audit/pack"
	"tally/internal/books"
	"tally/internal/ledger"
	"tally/internal/money"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

// listed is one command of a pack, as one line of a list.
type listed struct {
	Leaf         int64             `json:"leaf"` // its index in the log
	Position     voucher.Position  `json:"position"`
	Time         uint64            `json:"time"`    // when the ledger judged it, Unix seconds
	Instant      string            `json:"instant"` // the same, RFC 3339, in the zone of the first campaign that is known, else in UTC
	Verb         string            `json:"verb"`
	Command      voucher.Hash      `json:"command"`
	Signers      []voucher.Address `json:"signers"`
	Campaigns    []string          `json:"campaigns,omitempty"`    // cmp_…
	CampaignName string            `json:"campaignName,omitempty"` // of the first
	Merchant     *voucher.Address  `json:"merchant,omitempty"`
	MerchantName string            `json:"merchantName,omitempty"`
	Store        uint32            `json:"store,omitempty"`
	Vouchers     []string          `json:"vouchers,omitempty"`        // vch_…
	Units        uint64            `json:"units"`                     // claimed, delivered, moved, taken, held, freed, given back or voided
	Currency     string            `json:"currency,omitempty"`        // of both amounts
	Amount       uint64            `json:"amount"`                    // of the order before discounts, in minor units of money
	Discount     uint64            `json:"discount"`                  // taken off, or given back by a rollback; of a hold, at most
	Unknown      bool              `json:"discountUnknown,omitempty"` // the sale that a rollback is about is not in the pack
	Redemption   *voucher.Hash     `json:"redemption,omitempty"`      // what a rollback gave back of
}

// verbOf is a command's verb; of a hold, which is a redeem, hold.
func verbOf(c voucher.Command, events voucher.Events) string {
	if slices.ContainsFunc(events, func(e voucher.Event) bool { _, held := e.(voucher.OrderHeld); return held }) {
		return "hold"
	}
	return c.Verb().String()
}

// line is a command that was counted, as one line of a list.
func (a *account) line(index int64, e ledger.Entry) (l listed, err error) {
	c, err := voucher.DecodeCommand(e.Command)
	if err != nil {
		return l, err
	}
	o := e.Outcome
	sum := books.Summarise(o.Events)
	l = listed{
		Leaf: index, Position: o.Position, Time: o.Time, Verb: verbOf(c, o.Events), Command: o.ID, Signers: voucher.Signers(c),
		Merchant: sum.Merchant, Store: sum.Store, Units: sum.Units, Amount: sum.Amount, Discount: sum.Discount, Redemption: sum.Redemption,
	}
	if sum.Currency != (voucher.Currency{}) {
		l.Currency = sum.Currency.String()
	}
	for _, ref := range sum.Vouchers {
		l.Vouchers = append(l.Vouchers, ref.String())
	}
	if err := a.name(&l, sum); err != nil {
		return l, err
	}
	back, err := a.givenBack(o.Events)
	for _, b := range back {
		l.Discount, l.Currency = l.Discount+b.Discount, b.Currency
		l.Unknown = l.Unknown || b.Unknown
	}
	return l, err
}

// name adds what campaigns and merchants are called, and the clock of the first campaign.
func (a *account) name(l *listed, sum books.Summary) error {
	var first campaign
	for i, id := range sum.Campaigns {
		c, known, err := a.campaign(id)
		if err != nil {
			return err
		}
		l.Campaigns = append(l.Campaigns, id.String())
		if i == 0 {
			first = c
		}
		if known && l.Merchant == nil {
			l.Merchant = &c.Merchant
		}
	}
	l.CampaignName, l.Instant = first.Title, first.clock(l.Time)
	if l.Merchant == nil {
		return nil
	}
	var err error
	l.MerchantName, err = a.merchant(*l.Merchant)
	return err
}

// about is what a line is about, for a person: its campaign, or else its merchant.
func (l listed) about() string {
	switch {
	case len(l.Campaigns) > 1:
		return fmt.Sprintf("%s +%d", l.campaign(), len(l.Campaigns)-1)
	case len(l.Campaigns) == 1:
		return l.campaign()
	case l.MerchantName != "":
		return "merchant " + terminal.Short(l.MerchantName, titlePlaces)
	case l.Merchant != nil:
		return "merchant " + terminal.Address(*l.Merchant)
	default:
		return ""
	}
}

func (l listed) campaign() string {
	if l.CampaignName == "" {
		return l.Campaigns[0]
	}
	return terminal.Short(l.CampaignName, titlePlaces)
}

// money is an amount of the line, for a person; nothing where there is no order.
func (l listed) money(amount uint64) string {
	var c voucher.Currency
	if l.Currency == "" || c.UnmarshalText([]byte(l.Currency)) != nil {
		return ""
	}
	return money.Text(amount, c)
}

// amounts are units, order and discount for a person. What a rollback gave back has a
// minus in front.
func (l listed) amounts() (units, order, discount string) {
	units, discount = fmt.Sprint(l.Units), l.money(l.Discount)
	if l.Units == 0 && len(l.Vouchers) == 0 {
		units = ""
	}
	switch {
	case l.Unknown:
		return "-" + units, "", "its sale is not in the pack"
	case l.Redemption != nil:
		return "-" + units, "", "-" + discount
	default:
		return units, l.money(l.Amount), discount
	}
}

func listTitles() []any {
	return []any{"LEAF", "POSITION", "TIME", "VERB", "CAMPAIGN", "STORE", "UNITS", "ORDER", "DISCOUNT", "COMMAND"}
}

func (l listed) row() []any {
	units, order, discount := l.amounts()
	return []any{l.Leaf, l.Position, l.Instant, l.Verb, l.about(), numberOr(l.Store), units, order, discount, l.Command}
}

// numberOr is a number, or nothing for 0.
func numberOr(n uint32) any {
	if n == 0 {
		return ""
	}
	return n
}

func sheetTitles() []any {
	return []any{
		"leaf", "position", "time", "verb", "campaign", "campaign name", "merchant", "merchant name", "store", "currency", "order",
		"units", "discount", "units given back", "discount given back", "vouchers", "command", "redemption", "signed by",
	}
}

// sheetRow is the line for a spreadsheet: what was given back has columns of its own, so
// that each column can be added up.
func (l listed) sheetRow() []any {
	var merchant, redemption, units, backUnits any = l.Merchant, "", l.Units, ""
	order, discount, back := l.plainMoney(l.Amount), l.plainMoney(l.Discount), ""
	if l.Redemption != nil {
		units, backUnits, order, discount, back, redemption = "", l.Units, "", "", discount, *l.Redemption
		if l.Unknown {
			back = "not in the pack"
		}
	}
	first := ""
	if len(l.Campaigns) > 0 {
		first = l.Campaigns[0]
	}
	return []any{
		l.Leaf, l.Position, l.Instant, l.Verb, first, l.CampaignName, merchant, l.MerchantName, numberOr(l.Store), l.Currency, order,
		units, discount, backUnits, back, l.Vouchers, l.Command, redemption, l.Signers,
	}
}

// plainMoney is an amount without its currency.
func (l listed) plainMoney(amount uint64) string {
	var c voucher.Currency
	if l.Currency == "" || c.UnmarshalText([]byte(l.Currency)) != nil {
		return ""
	}
	return money.Format(amount, c)
}

// listing is the view of --list.
type listing struct {
	of     *account
	lines  *spool[listed]
	layout *terminal.Layout
	sheet  bool
}

func openListing(of *account, sheet bool) (*listing, error) {
	lines, err := openSpool[listed](of.kept)
	return &listing{of, lines, terminal.NewLayout(listTitles()), sheet}, err
}

func (v *listing) open(pack.Report) error { return nil }

func (v *listing) add(index int64, e ledger.Entry) error {
	l, err := v.of.line(index, e)
	if err != nil {
		return err
	}
	v.layout.Measure(l.row())
	return v.lines.add(l)
}

func (v *listing) show(p *program, r packReport) error {
	switch {
	case v.sheet:
		return p.csv(sheetTitles(), rowsOf(v.lines.values(), listed.sheetRow))
	case p.JSON:
		return p.printWith(r, list{"entries", v.lines.lines()})
	default:
		p.verdict(r)
		p.lines("")
		return p.table(v.layout, rowsOf(v.lines.values(), listed.row))
	}
}

func (v *listing) close() error { return v.lines.close() }
