package merchant

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"tally/internal/api"
	"tally/internal/cli"
	"tally/internal/client"
	"tally/internal/exact"
	"tally/internal/money"
	"tally/internal/pricing"
	"tally/internal/pricing/cond"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

// ReturnCmd takes items of an order back.
type ReturnCmd struct {
	As        string       `required:"" help:"The merchant's root key, or a key that may roll back." placeholder:"KEY"`
	Merchant  string       `required:"" help:"The merchant: its address, or the name of its root key." placeholder:"ADDRESS|KEY"`
	Order     string       `content:"" required:"" help:"The file of the order's record, as the till kept it." placeholder:"FILE"`
	OrderSalt voucher.Hash `required:"" help:"The salt of the order's record." placeholder:"0x…"`
	Item      []string     `sep:"none" required:"" help:"What comes back: the id of a line, a colon, and how many pieces. Repeat it for other lines." placeholder:"LINE:N"`
	Earlier   string       `content:"" help:"The file of the latest return of this order, if there was one." placeholder:"FILE"`
	Out       string       `required:"" help:"The file that gets the record of this return. The next return of the order needs it." placeholder:"FILE"`
	Salt      voucher.Hash `help:"The salt of this record, to send the same again." placeholder:"0x…"`
	ID        voucher.Hash `arg:"" help:"The redemption's or capture's id, 0x…"`

	cli.Depositing `embed:""`
}

// Help shows an example.
func (ReturnCmd) Help() string {
	return `Computes what the customer gets back: the refund in money, and the units that return to vouchers, as the terms say. The
units are given back on the ledger, with a hash of this return's record. Where no unit returns yet, the record is all there
is. Once all items are back, all that was paid is refunded and every unit has returned, whatever the order of returns was.

The order's record is checked first, against what the till signed and against the terms. The record of this return is
written before the ledger is asked; where the ledger refuses, the file is taken away again. With --deposit the server
keeps the record, too, where a unit returns: it belongs to the rollback.

Example, of one cup of the line "2":

    tally return --as root --merchant root --order order.json --order-salt 0x0001…1e1f --item 2:1 --out return-1.json 0x2021…3e3f
    tally return --as root --merchant root --order order.json --order-salt 0x0001…1e1f --item 1:1 --earlier return-1.json --out return-2.json --deposit 0x2021…3e3f`
}

// ReturnAnswer is the answer to a return.
type ReturnAnswer struct {
	Redemption voucher.Hash     `json:"redemption" help:"The redemption or capture of the order."`
	Refund     uint64           `json:"refund" help:"What the customer gets back in money, in minor units."`
	Currency   voucher.Currency `json:"currency" help:"Of the refund."`
	Units      []ReturnUnits    `json:"units" help:"What returns to vouchers, a voucher each: voucher, units."`
	File       string           `json:"file" help:"The file with this return's record."`
	Record     string           `json:"record" help:"This return's record, in its canonical form."`
	Salt       voucher.Hash     `json:"salt" help:"The salt of the record. Keep it: without it nobody can prove the record."`
	Outcome    *voucher.Outcome `json:"outcome,omitempty" schema:"Outcome" help:"Of the rollback; left out where no unit returns."`
	cli.Deposit
}

func (r *ReturnAnswer) add(units []pricing.Back) {
	for _, u := range units {
		r.Units = append(r.Units, ReturnUnits{u.Ref.String(), u.Units})
	}
}

// ReturnUnits is what returns to one voucher.
type ReturnUnits struct {
	Voucher string `json:"voucher"`
	Units   uint64 `json:"units"`
}

// Text shows what the customer gets back.
func (r ReturnAnswer) Text() terminal.Text {
	fields := []terminal.Field{{"refund", money.Text(r.Refund, r.Currency)}}
	for _, u := range r.Units {
		fields = append(fields, terminal.Field{"voucher", fmt.Sprintf("%s: %d units back", u.Voucher, u.Units)})
	}
	if r.Outcome == nil {
		fields = append(fields, terminal.Field{"vouchers", "no unit returns yet; the ledger was not asked"})
	} else {
		fields = append(fields, terminal.Field{"command", r.Outcome.ID}, terminal.Field{"position", r.Outcome.Position})
	}
	fields = append(fields, terminal.Field{"of", r.Redemption}, terminal.Field{"file", r.File}, terminal.Field{"salt", r.Salt})
	return terminal.Text{Fields: append(fields, r.Fields()...)}
}

// Answers implements cli.Answerer.
func (*ReturnCmd) Answers() cli.Answer { return ReturnAnswer{} }

// Run takes items back.
func (c *ReturnCmd) Run(ctx context.Context, a *cli.App) error {
	merchant, err := a.Address(c.Merchant)
	if err != nil {
		return err
	}
	items, err := parseItems(c.Item)
	if err != nil {
		return err
	}
	record, earlier, err := c.records(a)
	if err != nil {
		return err
	}
	s, key, reader, err := a.Reading(ctx, c.As)
	if err != nil {
		return err
	}
	vouchers, err := c.vouchers(ctx, reader, record)
	if err != nil {
		return err
	}
	back, err := pricing.GiveBack(record, vouchers, earlier, items)
	if err != nil {
		return cli.Misused("%w", err)
	}
	text := back.Canonical()
	salt, details := a.Salted(text, c.Salt)
	answer := ReturnAnswer{
		Redemption: c.ID, Refund: back.Refund, Currency: record.Cart.Currency, Units: []ReturnUnits{}, File: c.Out, Record: text, Salt: salt,
	}
	answer.add(back.Units)
	in := voucher.Rollback{Merchant: merchant, Redemption: c.ID, Details: details}
	if in.Returns, err = c.returns(ctx, reader, record, vouchers, back); err != nil {
		return err
	}
	made, err := c.keep(a, text)
	if err != nil {
		return err
	}
	if len(in.Returns) > 0 {
		out, err := s.Merchant(key).Rollback(ctx, in)
		if err != nil && made {
			return c.undone(err)
		}
		if err != nil {
			return err
		}
		answer.Outcome = &out
	}
	if c.Deposit {
		answer.Deposit = c.deposit(ctx, a, reader, answer)
	}
	return a.Say(answer)
}

// deposit has the server keep the record of a return.
func (c *ReturnCmd) deposit(ctx context.Context, a *cli.App, reader *client.Client, r ReturnAnswer) cli.Deposit {
	if r.Outcome == nil {
		return a.NotDeposited("no_rollback", "No unit returns, so there is no rollback that the server could keep the record with. Keep the file.")
	}
	return a.Deposit(ctx, reader, r.Outcome.ID, cli.Kept{As: c.As, File: c.Out, Text: r.Record, Salt: r.Salt})
}

// Owes is what the server is to keep.
func (c *ReturnCmd) Owes() (as, file string, ok bool) { return c.As, c.Out, c.Deposit }

// keep writes the record of this return. made says that the file is new. One that is
// there stays, and may have nothing else in it.
func (c *ReturnCmd) keep(a *cli.App, text string) (made bool, err error) {
	info, err := os.Stat(c.Out)
	switch {
	case c.Out != "-" && errors.Is(err, fs.ErrNotExist):
		return true, a.WriteFile(c.Out, []byte(text+"\n"))
	case c.Out == "-", err == nil && !info.Mode().IsRegular(): // a device may have no end to read
		return false, a.WriteFile(c.Out, []byte(text+"\n"))
	}
	raw, err := a.ReadFile(c.Out, pricing.MaxRecord)
	if err != nil {
		return false, err
	}
	if string(raw) != text+"\n" {
		return false, cli.Misused("%s is there already, with something else in it", c.Out)
	}
	return false, nil
}

// undone takes the record of a return away that the ledger refused.
func (c *ReturnCmd) undone(err error) error {
	var refused *api.Problem
	var unknown *client.UnknownError
	if errors.As(err, &refused) && !errors.As(err, &unknown) {
		return errors.Join(err, os.Remove(c.Out))
	}
	return err
}

// parseItems reads LINE:N. The id of a line may have colons.
func parseItems(texts []string) (items []pricing.Item, err error) {
	for _, text := range texts {
		at := strings.LastIndexByte(text, ':')
		if at < 1 {
			return nil, cli.Misused("--item: a line's id, a colon and a number of pieces are wanted, as 2:1")
		}
		n, err := exact.Whole(text[at+1:], 1, pricing.MaxCount)
		if err != nil {
			return nil, cli.Misused("--item: %w", err)
		}
		items = append(items, pricing.Item{Line: text[:at], Quantity: n})
	}
	return items, nil
}

// records reads the order's record, and what came back of it before.
func (c *ReturnCmd) records(a *cli.App) (record pricing.Record, earlier [][]pricing.Item, err error) {
	raw, err := a.ReadFile(c.Order, pricing.MaxRecord)
	if err != nil {
		return record, nil, err
	}
	if record, err = pricing.ReadRecord(raw); err != nil {
		return record, nil, cli.Misused("%s: %w", c.Order, err)
	}
	if c.Earlier == "" {
		return record, nil, nil
	}
	if raw, err = a.ReadFile(c.Earlier, pricing.MaxRecord); err != nil {
		return record, nil, err
	}
	last, err := pricing.ReadReturn(raw)
	switch {
	case err != nil:
		return record, nil, cli.Misused("%s: %w", c.Earlier, err)
	case last.Order != record.Hash():
		return record, nil, cli.Misused("%s is a return of another order", c.Earlier)
	}
	return record, append(last.Earlier, last.Items), nil
}

// vouchers are those of the order, as the ledger had them when the till signed this
// record with this salt.
func (c *ReturnCmd) vouchers(ctx context.Context, reader *client.Client, record pricing.Record) (list []pricing.Voucher, err error) {
	sold, err := reader.Redemption(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	if record.Details(c.OrderSalt) != detailsOf(sold) {
		return nil, cli.Misused("the till signed another record, or this one with another salt")
	}
	language := cond.New()
	for _, taken := range record.Vouchers {
		info, err := reader.Campaign(ctx, taken.Ref.Campaign)
		if err != nil {
			return nil, err
		}
		terms, err := language.ReadTerms([]byte(info.Create.Terms))
		if err != nil {
			return nil, cli.Failed("the terms of %s: %w", info.ID, err)
		}
		list = append(list, pricing.Sold(taken.Ref, taken.Had, info.Create, &terms))
	}
	return list, nil
}

// detailsOf is what a till signed of its order.
func detailsOf(sold voucher.Outcome) voucher.Hash {
	for _, e := range sold.Events {
		switch e := e.(type) {
		case voucher.Redeemed:
			return e.Details
		case voucher.HoldCaptured:
			return e.Details
		}
	}
	return voucher.Hash{}
}

// returns are what the ledger is asked to give back. It must have given back what the
// earlier returns say: then this one is neither the same again, nor made without one.
func (c *ReturnCmd) returns(
	ctx context.Context, reader *client.Client, record pricing.Record, vouchers []pricing.Voucher, back pricing.Return,
) (returns []voucher.Return, err error) {
	before := map[string]uint64{}
	for i, items := range back.Earlier {
		one, err := pricing.GiveBack(record, vouchers, back.Earlier[:i], items)
		if err != nil {
			return nil, cli.Misused("%w", err)
		}
		for _, u := range one.Units {
			before[u.Ref.String()] += u.Units
		}
	}
	now := map[string]pricing.Back{}
	for _, u := range back.Units {
		now[u.Ref.String()] = u
	}
	so, err := reader.Returned(ctx, c.ID, "")
	if err != nil {
		return nil, err
	}
	for _, line := range so.Lines {
		if line.Returned != before[line.Voucher] {
			return nil, cli.Failed("the ledger has given %d units of %s back, and the returns before this one gave %d: give the latest return's record as --earlier",
				line.Returned, line.Voucher, before[line.Voucher])
		}
		if u, ok := now[line.Voucher]; ok {
			returns = append(returns, voucher.Return{
				Campaign: u.Ref.Campaign, Serial: u.Ref.Serial, Units: u.Units, Taken: line.Taken, Returned: line.Returned,
			})
		}
	}
	return returns, nil
}
