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
	At       int64  `help:"Instant of the books, in Unix seconds. Without it, that of the last command." placeholder:"SECONDS"`
	Zoneinfo string `help:"Directory of compiled time zones to hold the campaigns' offset tables against, as /usr/share/zoneinfo. Without it, those that this program was built with." placeholder:"DIR" type:"path"`
}

// account is what a history comes to while it is replayed.
type account struct {
	Account

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
	return &account{Account: a, zones: zones, books: books.New(kept.sold), tables: offsets.New()}, nil
}

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
	defer func() { err = errors.Join(err, in.Close()) }()
	kept, err := openState()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, kept.close()) }()
	counted, err := a.open(kept)
	if err != nil {
		return err
	}
	bar := p.progress(size)
	defer bar.Finish() //nolint:errcheck // it only draws
	return verify(bufio.NewReader(io.TeeReader(in, bar)), kept, counted)
}

// count adds what a command did.
func (a *account) count(e ledger.Entry) error {
	if err := a.books.Count(e.Outcome); err != nil {
		return err
	}
	a.tables.Count(e.Outcome.Events)
	a.last = e.Outcome.Time
	return nil
}

// accounted is the account of a history, as reports have it.
type accounted struct {
	Books   []books.Report    `json:"books"`
	Tzdata  string            `json:"tzdata,omitempty"`
	Offsets []offsets.Finding `json:"offsets,omitempty"`

	at int64
}

// close makes up the books of every campaign, and looks at their offset tables.
func (a *account) close(kept *state) (made accounted, err error) {
	made.at = cmp.Or(a.At, int64(a.last)) //nolint:gosec // at most voucher.MaxInstant
	for _, id := range a.books.Campaigns() {
		b, err := a.books.Report(kept, id, uint64(made.at)) //nolint:gosec // after 1970
		if err != nil {
			return made, err
		}
		if !b.Holds {
			return made, fmt.Errorf("%w: %s: %s", errBooks, id, b.Broken)
		}
		made.Books = append(made.Books, b)
	}
	made.Tzdata, made.Offsets = a.zones.Name(), a.tables.Check(a.zones)
	return made, nil
}

// account prints an account for a person.
func (p *program) account(a accounted) {
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
			p.lines(fmt.Sprintf("           ask the merchant of %s: %s", f.Campaign, f.Why))
		}
	}
	for _, b := range a.Books {
		p.lines(fmt.Sprintf("books      %s at %s: %d vouchers minted = %d unclaimed + %d live + %d spent + %d expired + %d void", b.Campaign,
			at(uint64(a.at)), b.Vouchers.Minted, b.Vouchers.Unclaimed, b.Vouchers.Live, b.Vouchers.Spent, b.Vouchers.Expired, b.Vouchers.Void), //nolint:gosec // after 1970
			fmt.Sprintf("           %d units issued = %d available + %d held + %d redeemed + %d forfeited + %d expired + %d void",
				b.Units.Issued, b.Units.Available, b.Units.Held, b.Units.Redeemed, b.Units.Forfeited, b.Units.Expired, b.Units.Void),
			fmt.Sprintf("           %d units redeemed - %d given back = %d net", b.Sales.Units.Gross, b.Sales.Units.Returned, b.Sales.Units.Net),
			fmt.Sprintf("           %s of discounts - %s given back = %s net", money.Text(b.Sales.Discount.Gross, b.Sales.Currency),
				money.Text(b.Sales.Discount.Returned, b.Sales.Currency), money.Text(b.Sales.Discount.Net, b.Sales.Currency)))
	}
}
