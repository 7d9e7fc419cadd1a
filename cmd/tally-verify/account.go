package main

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"

	"tally/internal/audit/offsets"
	"tally/internal/audit/replay"
	"tally/internal/books"
	"tally/internal/ledger"
	"tally/internal/money"
	"tally/internal/voucher"
	"tally/internal/zone"
)

var errBooks = errors.New("the books do not balance")

// Account says how the account of a replayed history is made up.
type Account struct {
	At       uint64 `type:"instant" help:"Instant of the books, in Unix seconds. Without it, that of the last command." placeholder:"SECONDS"`
	Zoneinfo string `help:"Directory of compiled time zones to hold the campaigns' offset tables against, as /usr/share/zoneinfo. Without it, those that this program was built with." placeholder:"DIR" type:"path"`
}

// account is what a history comes to while it is replayed.
type account struct {
	Account

	names
	part   bool       // the history is not whole: the rules are not replayed
	sold   books.Sold // what redemptions took, at the command that was counted last
	zones  zone.Database
	books  *books.Books
	tables *offsets.Tables
	last   uint64 // when the last command was judged
}

// open starts an account of what a state is replayed into.
func (a Account) open(kept *state) (*account, error) {
	zones := zone.BuiltIn()
	if a.Zoneinfo != "" {
		var err error
		if zones, err = zone.Open(a.Zoneinfo); err != nil {
			return nil, misusedError{err}
		}
	}
	counted := &account{Account: a, names: names{kept}, sold: kept.sold, zones: zones, tables: offsets.New()}
	counted.books = books.New(func(redemption voucher.Hash, ref voucher.Ref) (books.Taken, error) {
		return counted.sold(redemption, ref)
	})
	return counted, nil
}

// ofPart says that a part of a history follows.
func (a *account) ofPart() { a.part, a.sold = true, partSales{a.kept}.sold }

// sold implements books.Sold: a replay keeps each sale in its state.
func (s *state) sold(redemption voucher.Hash, ref voucher.Ref) (t books.Taken, err error) {
	if t.Units, t.Discount, err = replay.Taken(s, redemption, ref); err != nil {
		return t, err
	}
	t.Returned, err = voucher.ReadReturned(s, redemption, ref)
	return t, err
}

// over has a file read from front to back, with its progress, beside an empty
// state and an account.
func (a Account) over(p *program, file string, verify func(in io.Reader, kept *state, counted *account) error) (err error) {
	in, size, err := openInput(file)
	if err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, closed(in)) }()
	kept, err := openState()
	if err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, kept.close()) }()
	counted, err := a.open(kept)
	if err != nil {
		return err
	}
	bar := p.progress(size)
	defer bar.finish()
	return verify(bufio.NewReader(io.TeeReader(in, bar)), kept, counted)
}

// count adds what a command did.
func (a *account) count(e ledger.Entry) error {
	if err := a.learn(e.Outcome.Events); err != nil {
		return err
	}
	if a.part {
		if err := (partSales{a.kept}).keep(e.Outcome); err != nil {
			return err
		}
	}
	if err := a.books.Count(e.Outcome); err != nil {
		return err
	}
	a.tables.Count(e.Outcome.Events)
	a.last = e.Outcome.Time
	return nil
}

// accounted is the account of a history, as reports have it.
type accounted struct {
	Books   []campaignBooks `json:"books"`
	Tzdata  string          `json:"tzdata,omitempty"`
	Offsets []zoneFinding   `json:"offsets,omitempty"`
}

// campaignBooks are the books of a campaign.
type campaignBooks struct {
	books.Report

	CampaignName string `json:"campaignName,omitempty"`
	Instant      string `json:"instant"` // at, RFC 3339, in the campaign's zone
}

// zoneFinding says whether the offsets that a campaign signed are those of its zone.
type zoneFinding struct {
	offsets.Finding

	CampaignName string `json:"campaignName,omitempty"`
}

// close makes up the books of every campaign, and looks at their offset tables.
func (a *account) close() (made accounted, err error) {
	for _, id := range a.books.Campaigns() {
		b, err := a.campaignBooks(id)
		if err != nil {
			return made, err
		}
		made.Books = append(made.Books, b)
	}
	made.Tzdata = a.zones.Name()
	for _, f := range a.tables.Check(a.zones) {
		id, err := voucher.ParseCampaignID(f.Campaign)
		if err != nil {
			return made, err
		}
		c, _, err := a.campaign(id)
		if err != nil {
			return made, err
		}
		made.Offsets = append(made.Offsets, zoneFinding{f, c.Title})
	}
	return made, nil
}

// campaignBooks makes up the books of one campaign. The error is errBooks where they do
// not balance.
func (a *account) campaignBooks(id voucher.CampaignID) (made campaignBooks, err error) {
	b, err := a.books.Report(a.kept, id, cmp.Or(a.At, a.last))
	if err != nil {
		return made, err
	}
	if !b.Holds {
		return made, fmt.Errorf("%w: %s: %s", errBooks, id, b.Broken)
	}
	c, _, err := a.campaign(id)
	return campaignBooks{b, c.Title, c.clock(b.At)}, err
}

// account prints an account for a person.
func (p *program) account(a accounted) {
	p.zones(a)
	for _, b := range a.Books {
		p.lines(fmt.Sprintf("books      %s at %s", titled(b.CampaignName, b.Campaign), b.Instant))
		for _, line := range bookLines(b.Report) {
			p.lines("           " + line)
		}
	}
}

// zones prints what the time zones of campaigns are held against.
func (p *program) zones(a accounted) {
	agree := 0
	for _, f := range a.Offsets {
		if f.Agrees {
			agree++
		}
	}
	if len(a.Offsets) > 0 {
		p.lines(fmt.Sprintf("time zones the offsets of %d of %d campaigns are those of %s", agree, len(a.Offsets), a.Tzdata))
	}
	for _, f := range a.Offsets {
		if !f.Agrees {
			p.lines(fmt.Sprintf("           ask the merchant of %s: %s", titled(f.CampaignName, f.Campaign), f.Why))
		}
	}
}

// bookLines are a campaign's books in words.
func bookLines(b books.Report) []string {
	v, u := b.Vouchers, b.Units
	return append([]string{
		fmt.Sprintf("%d vouchers minted = %d unclaimed + %d live + %d spent + %d expired + %d void", v.Minted, v.Unclaimed, v.Live, v.Spent, v.Expired, v.Void),
		fmt.Sprintf("%d units issued = %d available + %d held + %d redeemed + %d forfeited + %d expired + %d void",
			u.Issued, u.Available, u.Held, u.Redeemed, u.Forfeited, u.Expired, u.Void),
	}, saleLines(b.Sales)...)
}

// saleLines are what a campaign's redemptions took and its rollbacks gave back.
func saleLines(s books.Sales) []string {
	return []string{
		fmt.Sprintf("%d units redeemed - %d given back = %d net", s.Units.Gross, s.Units.Returned, s.Units.Net),
		fmt.Sprintf("%s of discounts - %s given back = %s net", money.Text(s.Discount.Gross, s.Currency),
			money.Text(s.Discount.Returned, s.Currency), money.Text(s.Discount.Net, s.Currency)),
	}
}

// closed closes what was read.
func closed(in io.Closer) error {
	if err := in.Close(); err != nil {
		return undecidedError{err}
	}
	return nil
}
