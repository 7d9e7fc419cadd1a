package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"

	"tally/internal/audit/pack"
	"tally/internal/books"
	"tally/internal/ledger"
	"tally/internal/money"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

// errAttestors says that a part of a history breaks a rule that can be seen in it.
var errAttestors = fmt.Errorf("more than %d attestors vouched for claims of one campaign: no ledger of these rules has that", voucher.MaxNamed)

// campaignFlow is what the commands of a pack did in one campaign.
type campaignFlow struct {
	Claimed   uint64            `json:"claimed"`           // vouchers
	Issued    uint64            `json:"issued"`            // vouchers of lists: promised, and there once they are used
	Delivered uint64            `json:"delivered"`         // issued vouchers that appeared
	Voided    uint64            `json:"voided"`            // vouchers
	Appeared  uint64            `json:"unitsAppeared"`     // of claimed and delivered vouchers
	Orders    uint64            `json:"orders"`            // redemptions and captures
	Rollbacks uint64            `json:"rollbacks"`         // commands
	Sales     books.Sales       `json:"sales"`             // gross - given back = net, in units and in money
	Unknown   uint64            `json:"unitsUnknown"`      // given back of sales that are not in the pack: they are in no sum
	Vouched   map[string]uint64 `json:"vouched,omitempty"` // claims, by the attestor who vouched for them
}

// campaignStatement is all that a report says of a campaign.
type campaignStatement struct {
	Campaign     string           `json:"campaign"`
	CampaignName string           `json:"campaignName,omitempty"`
	Merchant     *voucher.Address `json:"merchant,omitempty"`
	MerchantName string           `json:"merchantName,omitempty"`
	Minted       uint32           `json:"minted"`
	campaignFlow
	Books *campaignBooks `json:"books,omitempty"` // of a whole history
}

// returnLine is what a rollback gave back to one voucher, as a line of a report.
type returnLine struct {
	Time         uint64          `json:"time"`
	Instant      string          `json:"instant"` // RFC 3339, in the campaign's zone
	Campaign     string          `json:"campaign"`
	CampaignName string          `json:"campaignName,omitempty"`
	Voucher      string          `json:"voucher"`
	Units        uint64          `json:"units"`
	As           string          `json:"as"`                 // restored or forfeited
	Currency     string          `json:"currency,omitempty"` // of discount
	Discount     uint64          `json:"discount"`           // given back, in minor units of money
	Unknown      bool            `json:"discountUnknown,omitempty"`
	Author       voucher.Address `json:"author"` // who signed the rollback
	Redemption   voucher.Hash    `json:"redemption"`
	Command      voucher.Hash    `json:"command"`
	Leaf         int64           `json:"leaf"`
}

// statement is the view of --report. The sums of each campaign are in the state, so that
// any number of campaigns takes the same memory.
type statement struct {
	of      *account
	returns *spool[returnLine]
	layout  *terminal.Layout
	sheet   bool
}

func openStatement(of *account, sheet bool) (*statement, error) {
	returns, err := openSpool[returnLine](of.kept)
	return &statement{of, returns, terminal.NewLayout(returnTitles()), sheet}, err
}

func (v *statement) open(pack.Report) error { return nil }

func (v *statement) close() error { return v.returns.close() }

const flowNames = "verify/flow/"

// add adds what a command did to the sums of each of its campaigns.
func (v *statement) add(index int64, e ledger.Entry) error {
	back, err := v.of.givenBack(e.Outcome.Events)
	if err != nil {
		return err
	}
	sum := books.Summarise(e.Outcome.Events)
	for _, id := range sum.Campaigns {
		var f campaignFlow
		if _, err := v.of.kept.getJSON(flowNames+id.String(), &f); err != nil {
			return err
		}
		if err := f.count(id, e.Outcome.Events); err != nil {
			return err
		}
		f.returned(id, back)
		if err := v.of.kept.putJSON(flowNames+id.String(), f); err != nil {
			return err
		}
	}
	for _, b := range back {
		if err := v.addReturn(index, e.Outcome, *sum.Redemption, b); err != nil {
			return err
		}
	}
	return nil
}

// addReturn adds a line.
func (v *statement) addReturn(index int64, o voucher.Outcome, redemption voucher.Hash, b returned) error {
	c, _, err := v.of.campaign(b.ref.Campaign)
	if err != nil {
		return err
	}
	l := returnLine{
		Time: o.Time, Instant: c.clock(o.Time), Campaign: b.ref.Campaign.String(), CampaignName: c.Title, Voucher: b.ref.String(), Units: b.Units,
		As: "restored", Currency: b.Currency, Discount: b.Discount, Unknown: b.Unknown, Redemption: redemption, Command: o.ID, Leaf: index,
	}
	if b.Forfeit {
		l.As = "forfeited"
	}
	for _, e := range o.Events {
		if e, ok := e.(voucher.RolledBack); ok {
			l.Author = e.Author
		}
	}
	v.layout.Measure(l.row())
	return v.returns.add(l)
}

// count adds what a command did, but for what it gave back.
func (f *campaignFlow) count(id voucher.CampaignID, events voucher.Events) error {
	sold := false
	var currency voucher.Currency
	for _, e := range events {
		switch e := e.(type) {
		case voucher.CampaignCreated:
			f.Sales.Currency = e.Create.Currency
		case voucher.Redeemed:
			currency = e.Currency
		case voucher.HoldCaptured:
			currency = e.Currency
		case voucher.CampaignIssued:
			f.Issued += uint64(e.Count)
		}
		ref, slot, ok := voucher.VoucherOf(e)
		if !ok || ref.Campaign != id {
			continue
		}
		switch e := e.(type) {
		case voucher.VoucherClaimed:
			f.Claimed++
			f.Appeared += slot.Unpack().Units
			if err := f.vouched(e.Attestor); err != nil {
				return err
			}
		case voucher.VoucherDelivered:
			f.Delivered++
			f.Appeared += slot.Unpack().Units
		case voucher.VoucherVoided:
			f.Voided++
		case voucher.VoucherRedeemed:
			f.Sales.Currency = currency // of a part, the campaign's creation may not be there
			f.Sales.Units.Gross += e.Units
			f.Sales.Discount.Gross += e.Discount
			sold = true
		}
	}
	if sold {
		f.Orders++
	}
	f.net()
	return nil
}

// vouched counts a claim for its attestor, if it had one.
func (f *campaignFlow) vouched(attestor voucher.Address) error {
	if attestor.IsZero() {
		return nil
	}
	if f.Vouched == nil {
		f.Vouched = map[string]uint64{}
	}
	f.Vouched[attestor.String()]++
	if len(f.Vouched) > voucher.MaxNamed {
		return errAttestors
	}
	return nil
}

// returned adds what a rollback gave back to vouchers of the campaign.
func (f *campaignFlow) returned(id voucher.CampaignID, back []returned) {
	mine := 0
	for _, b := range back {
		switch {
		case b.ref.Campaign != id:
			continue
		case b.Unknown:
			f.Unknown += b.Units
		default:
			f.Sales.Units.Returned += b.Units
			f.Sales.Discount.Returned += b.Discount
		}
		mine++
	}
	if mine > 0 {
		f.Rollbacks++
	}
	f.net()
}

func (f *campaignFlow) net() {
	f.Sales.Units.Net = f.Sales.Units.Gross - f.Sales.Units.Returned
	f.Sales.Discount.Net = f.Sales.Discount.Gross - f.Sales.Discount.Returned
}

// campaigns are the statements of all campaigns, by their ids.
func (v *statement) campaigns(made accounted) iter.Seq2[campaignStatement, error] {
	return func(yield func(campaignStatement, error) bool) {
		for flow, err := range v.of.kept.under(flowNames) {
			var s campaignStatement
			if err == nil {
				s, err = v.campaign(flow.name, flow.value, made)
			}
			if !yield(s, err) || err != nil {
				return
			}
		}
	}
}

// campaign is the statement of one campaign.
func (v *statement) campaign(name string, raw []byte, made accounted) (s campaignStatement, err error) {
	id, err1 := voucher.ParseCampaignID(name)
	err2 := json.Unmarshal(raw, &s.campaignFlow)
	c, known, err3 := v.of.campaign(id)
	if err := errors.Join(err1, err2, err3); err != nil {
		return s, undecidedError{fmt.Errorf("state: %w", err)}
	}
	s.Campaign, s.CampaignName, s.Minted = name, c.Title, c.Supply
	if known {
		s.Merchant = &c.Merchant
		if s.MerchantName, err = v.of.merchant(c.Merchant); err != nil {
			return s, err
		}
	}
	if at, found := slices.BinarySearchFunc(made.Books, name, func(b campaignBooks, name string) int { return cmp.Compare(b.Campaign, name) }); found {
		s.Books = &made.Books[at]
	}
	return s, nil
}

func (v *statement) show(p *program, r packReport) error {
	made := r.accounted
	switch {
	case v.sheet:
		return p.csv(statementTitles(), v.sheetRows(made))
	case p.JSON:
		r.Books = nil // each stands with its campaign
		return p.printWith(r, list{"campaigns", linesOf(v.campaigns(made))}, list{"returns", v.returns.lines()})
	}
	p.verdict(r)
	p.zones(made)
	for s, err := range v.campaigns(made) {
		if err != nil {
			return err
		}
		p.campaign(s)
	}
	p.lines("")
	if v.returns.n == 0 {
		p.lines("No rollback gave anything back.")
		return nil
	}
	p.lines("What rollbacks gave back:")
	return p.table(v.layout, rowsOf(v.returns.values(), returnLine.row))
}

// linesOf are values as lines of JSON.
func linesOf[T any](values iter.Seq2[T, error]) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for value, err := range values {
			var raw []byte
			if err == nil {
				raw, err = json.Marshal(value)
			}
			if !yield(raw, err) || err != nil {
				return
			}
		}
	}
}

// campaign prints the statement of a campaign for a person.
func (p *program) campaign(s campaignStatement) {
	p.lines("", titled(s.CampaignName, s.Campaign))
	if s.Merchant != nil {
		p.lines("merchant   " + titled(s.MerchantName, terminal.Address(*s.Merchant)))
	}
	p.lines(
		fmt.Sprintf("vouchers   %d claimed, %d issued by lists, %d of these delivered, %d voided; %d units in those that appeared",
			s.Claimed, s.Issued, s.Delivered, s.Voided, s.Appeared),
		fmt.Sprintf("sales      %d orders, %d rollbacks", s.Orders, s.Rollbacks),
	)
	for _, line := range saleLines(s.Sales) {
		p.lines("           " + line)
	}
	if s.Unknown > 0 {
		p.lines(fmt.Sprintf("           %d units were given back of sales that are not in the pack: they are in no sum", s.Unknown))
	}
	for _, attestor := range slices.Sorted(maps.Keys(s.Vouched)) {
		p.lines(fmt.Sprintf("vouched    by %s for %d claims", checksummed(attestor), s.Vouched[attestor]))
	}
	if s.Books == nil {
		p.lines("books      not made up: the pack is a part, and what is not in it is not counted")
		return
	}
	p.lines("books      at " + s.Books.Instant)
	for _, line := range bookLines(s.Books.Report)[:2] {
		p.lines("           " + line)
	}
}

// checksummed is an address in text, with its checksum.
func checksummed(address string) string {
	a, err := voucher.ParseAddress(address)
	if err != nil {
		return address
	}
	return terminal.Address(a)
}

func returnTitles() []any {
	return []any{"LEAF", "TIME", "CAMPAIGN", "VOUCHER", "UNITS", "DISCOUNT", "AS", "SIGNED BY", "REDEMPTION", "COMMAND"}
}

func (l returnLine) row() []any {
	campaign := l.Campaign
	if l.CampaignName != "" {
		campaign = terminal.Short(l.CampaignName, titlePlaces)
	}
	back := "its sale is not in the pack"
	if !l.Unknown {
		back = l.money() + " " + l.Currency
	}
	return []any{l.Leaf, l.Instant, campaign, l.Voucher, l.Units, back, l.As, l.Author, l.Redemption, l.Command}
}

// money is the amount without its currency.
func (l returnLine) money() string {
	var c voucher.Currency
	if l.Unknown || c.UnmarshalText([]byte(l.Currency)) != nil {
		return ""
	}
	return money.Format(l.Discount, c)
}

func statementTitles() []any {
	return []any{
		"campaign", "campaign name", "merchant", "merchant name", "what", "time", "vouchers", "units", "currency", "discount",
		"by", "voucher", "redemption", "command",
	}
}

// sheetRows are the report for a spreadsheet: a row for each figure of each campaign, and
// one for each voucher of each rollback.
func (v *statement) sheetRows(made accounted) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		for s, err := range v.campaigns(made) {
			for _, row := range s.sheetRows() {
				if !yield(row, err) || err != nil {
					return
				}
			}
		}
		rowsOf(v.returns.values(), returnLine.sheetRow)(yield)
	}
}

func (l returnLine) sheetRow() []any {
	return []any{
		l.Campaign, l.CampaignName, "", "", "rollback, " + l.As, l.Instant, "", l.Units, l.Currency, l.money(),
		l.Author, l.Voucher, l.Redemption, l.Command,
	}
}

// sheetRows are the figures of a campaign, each a row.
func (s campaignStatement) sheetRows() (rows [][]any) {
	row := func(what string, vouchers, units, currency, discount, by any) {
		rows = append(rows, []any{s.Campaign, s.CampaignName, s.Merchant, s.MerchantName, what, "", vouchers, units, currency, discount, by, "", "", ""})
	}
	c := s.Sales.Currency
	sale := func(what string, units, discount uint64) {
		if c == (voucher.Currency{}) {
			row(what, "", units, "", "", "")
			return
		}
		row(what, "", units, c.String(), money.Format(discount, c), "")
	}
	row("minted", s.Minted, "", "", "", "")
	row("issued by lists", s.Issued, "", "", "", "")
	row("claimed", s.Claimed, "", "", "", "")
	row("delivered", s.Delivered, "", "", "", "")
	row("appeared", s.Claimed+s.Delivered, s.Appeared, "", "", "")
	row("voided", s.Voided, "", "", "", "")
	sale("redeemed gross", s.Sales.Units.Gross, s.Sales.Discount.Gross)
	sale("given back", s.Sales.Units.Returned, s.Sales.Discount.Returned)
	sale("redeemed net", s.Sales.Units.Net, s.Sales.Discount.Net)
	if s.Unknown > 0 {
		row("given back of sales that are not in the pack", "", s.Unknown, "", "", "")
	}
	for _, attestor := range slices.Sorted(maps.Keys(s.Vouched)) {
		row("claims vouched for", s.Vouched[attestor], "", "", "", checksummed(attestor))
	}
	return rows
}
