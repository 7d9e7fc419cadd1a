package cli

import (
	"context"
	"fmt"

	"tally/internal/client"
	"tally/internal/pricing"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

// Depositing is whether a command has the server keep the record that it makes.
type Depositing struct {
	Deposit bool `help:"Have the server keep the record, so that a lost machine loses no books. Where it does not, the command stands all the same."`
}

// Kept is a record on this machine that belongs to an accepted command.
type Kept struct {
	As   string // the key that deposits it
	File string
	Text string // canonical
	Salt voucher.Hash
}

// Deposit is what became of a record that the server was to keep. It has no members where
// nobody asked for it.
type Deposit struct {
	Deposited    *bool   `json:"deposited,omitempty" help:"Whether the server keeps the record. Only with --deposit."`
	NotDeposited *Undone `json:"not_deposited,omitempty" help:"Why it does not: code, title, detail."`
}

// Undone is why something beside the command was not done.
type Undone struct {
	Code   string `json:"code"`
	Title  string `json:"title"`
	Detail string `json:"detail,omitempty"`
}

// Fields are a line about the deposit.
func (d Deposit) Fields() []terminal.Field {
	switch {
	case d.Deposited == nil:
		return nil
	case *d.Deposited:
		return []terminal.Field{{"deposited", "the server keeps the record"}}
	default:
		return []terminal.Field{{"deposited", "no: " + d.NotDeposited.Code}}
	}
}

// Deposit has the server keep the record of a command that was accepted. It makes one try, and
// never fails: the command stands, and its giver is told how to send the record later.
func (a *App) Deposit(ctx context.Context, reader *client.Client, command voucher.Hash, r Kept) Deposit {
	_, _, err := reader.Patient(0, nil).Deposit(ctx, command, r.Text, r.Salt)
	if err == nil {
		return Deposit{Deposited: new(true)}
	}
	return a.notDeposited(command, r, err)
}

// NotDeposited says why a record cannot be deposited at all.
func (a *App) NotDeposited(code, title string) Deposit {
	a.note("the record is not deposited: %s", title)
	return Deposit{new(false), &Undone{Code: code, Title: title}}
}

func (a *App) notDeposited(command voucher.Hash, r Kept, err error) Deposit {
	f := AsExitError(err)
	why := Undone{f.Code, f.Title, f.Detail}
	if !client.DepositIsOver(err) {
		why.Detail = fmt.Sprintf("Send it later: tally order deposit --as %s --record %s --salt %s %s", r.As, r.File, r.Salt, command)
	}
	a.note("the command is accepted, and its record is not deposited: %s: %s %s", why.Code, why.Title, why.Detail)
	return Deposit{new(false), &why}
}

// depositor is a command that may have the server keep the record that it made.
type depositor interface {
	// Owes is the key and the file of the record that is to be deposited; ok is false where none is.
	Owes() (as, file string, ok bool)
}

// depositAgain is Deposit of a command that an earlier run signed: its record is in the file.
func (a *App) depositAgain(ctx context.Context, by any, out voucher.Outcome, salt string) Deposit {
	d, is := by.(depositor)
	if !is {
		return Deposit{}
	}
	as, file, owes := d.Owes()
	if !owes {
		return Deposit{}
	}
	kept, reader, err := a.keptBefore(ctx, as, file, salt)
	if err != nil {
		return a.notDeposited(out.ID, kept, err)
	}
	return a.Deposit(ctx, reader, out.ID, kept)
}

// keptBefore is the record that an earlier run wrote to a file, and a client of who deposits it.
func (a *App) keptBefore(ctx context.Context, as, file, salt string) (r Kept, reader *client.Client, err error) {
	r = Kept{As: as, File: file}
	if file == "-" {
		return r, nil, Misused("the record was printed, and is in no file")
	}
	if r.Salt, err = voucher.ParseHash(salt); err != nil {
		return r, nil, Misused("the record's salt: %w", err)
	}
	if r.Text, err = a.ReadRecord(file); err != nil {
		return r, nil, err
	}
	reader, err = a.ClientAs(ctx, as)
	return r, reader, err
}

// ReadRecord is the text of an order record, or of a return record, in a file: as it was signed.
func (a *App) ReadRecord(file string) (string, error) {
	raw, err := a.ReadFile(file, pricing.MaxRecord)
	if err != nil {
		return "", err
	}
	if back, err := pricing.ReadReturn(raw); err == nil {
		return back.Canonical(), nil
	}
	order, err := pricing.ReadRecord(raw)
	if err != nil {
		return "", Misused("%s: %w", file, err)
	}
	return order.Canonical(), nil
}
