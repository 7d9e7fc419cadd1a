package merchant

import (
	"context"
	"crypto/sha256"

	"tally/internal/api"
	"tally/internal/cli"
	"tally/internal/client"
	"tally/internal/money"
	"tally/internal/pricing"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

// OrderCmd is the family of commands about the records that a server keeps.
type OrderCmd struct {
	Deposit orderDepositCmd `cmd:"" help:"Have the server keep the record of an order or of a return."`
	Show    orderShowCmd    `cmd:"" help:"Fetch a record that was deposited, and check it."`
	Erase   orderEraseCmd   `cmd:"" help:"Have the server erase a record, for good."`
}

type orderDepositCmd struct {
	As     string       `required:"" help:"The till's key, one that may roll back, or the merchant's root." placeholder:"KEY"`
	Record string       `content:"" required:"" help:"The file of the record: of the order, or of the return." placeholder:"FILE|-"`
	Salt   voucher.Hash `required:"" help:"The salt that was kept with the record." placeholder:"0x…"`
	ID     voucher.Hash `arg:"" help:"The redemption's or capture's id, 0x…; of a return, the rollback's."`
}

// Help shows an example.
func (orderDepositCmd) Help() string {
	return `The server takes a record only if the ledger has its hash, so nobody deposits another one. With
--deposit, tally till, redeem, hold capture and return do this by themselves. Given again it is the same deposit.

Example:

    tally order deposit --as till-central --record order.json --salt 0x0001…1e1f 0x2021…3e3f`
}

// OrderDeposited is the answer to a deposit.
type OrderDeposited struct {
	Command   voucher.Hash `json:"command" help:"The redemption, capture or rollback."`
	Kind      string       `json:"kind" help:"order or return."`
	Bytes     int          `json:"bytes" help:"Of the record."`
	Deposited bool         `json:"deposited" help:"True where it is new, false where the server had it."`
}

// Text shows what the server keeps.
func (o OrderDeposited) Text() terminal.Text {
	words := "deposited now"
	if !o.Deposited {
		words = "was there already"
	}
	return terminal.Text{Fields: []terminal.Field{{"record", o.Kind + ", " + words}, {"bytes", o.Bytes}, {"of", o.Command}}}
}

// Answers implements cli.Answerer.
func (*orderDepositCmd) Answers() cli.Answer { return OrderDeposited{} }

// Run deposits a record.
func (c *orderDepositCmd) Run(ctx context.Context, a *cli.App) error {
	text, err := a.ReadRecord(c.Record)
	if err != nil {
		return err
	}
	reader, err := a.ClientAs(ctx, c.As)
	if err != nil {
		return err
	}
	kept, added, err := reader.Deposit(ctx, c.ID, text, c.Salt)
	if err != nil {
		return err
	}
	return a.Say(OrderDeposited{kept.Command, kept.Kind, kept.Bytes, added})
}

type orderShowCmd struct {
	As     string       `required:"" help:"The merchant's root key, one that may roll back, a till's of the store, or the wallet's." placeholder:"KEY"`
	Record string       `help:"The file that gets the record, for tally-verify order and tally return; - is standard output." placeholder:"FILE|-"`
	ID     voucher.Hash `arg:"" help:"The redemption's or capture's id, 0x…; of a return, the rollback's."`
}

// Help shows an example.
func (orderShowCmd) Help() string {
	return `The record and its salt are held against the hash that the till, or the merchant, signed. "tally merchant report --lines"
lists the ids of a time.

Example, of an order whose price is checked without a server afterwards:

    tally order show --as root --record order.json 0x2021…3e3f
    tally receipt --as root --out sale.receipt 0x2021…3e3f
    tally-verify --pins pins.json order --receipt sale.receipt --campaign campaign.receipt --record order.json --salt 0x0001…1e1f`
}

// OrderShown is a record that was deposited.
type OrderShown struct {
	api.RecordInfo `schema:"RecordInfo"`
	File           string           `json:"file,omitempty" help:"The file with the record."`
	Currency       voucher.Currency `json:"currency,omitzero" help:"Of an order."`
	Due            *uint64          `json:"due,omitempty" help:"What the customer paid for an order beside vouchers, in minor units."`
	Refund         *uint64          `json:"refund,omitempty" help:"What the customer got back of a return in money, in minor units."`
}

// Text shows what the record says in short.
func (o OrderShown) Text() terminal.Text {
	fields := []terminal.Field{{"record", o.Kind}}
	if o.Due != nil {
		fields = append(fields, terminal.Field{"due", money.Text(*o.Due, o.Currency)})
	}
	if o.Refund != nil {
		fields = append(fields, terminal.Field{"refund", *o.Refund})
	}
	if o.File != "" {
		fields = append(fields, terminal.Field{"file", o.File})
	}
	return terminal.Text{Fields: append(fields, terminal.Field{"salt", o.Salt}, terminal.Field{"of", o.Command})}
}

// Answers implements cli.Answerer.
func (*orderShowCmd) Answers() cli.Answer { return OrderShown{} }

// Run fetches a record.
func (c *orderShowCmd) Run(ctx context.Context, a *cli.App) error {
	reader, err := a.ClientAs(ctx, c.As)
	if err != nil {
		return err
	}
	info, err := reader.Record(ctx, c.ID)
	if err != nil {
		return err
	}
	if err := c.check(ctx, reader, info); err != nil {
		return err
	}
	shown := OrderShown{RecordInfo: info, File: c.Record}
	if order, err := pricing.ReadRecord([]byte(info.Record)); err == nil {
		shown.Currency, shown.Due = order.Cart.Currency, &order.Totals.Due
	} else if back, err := pricing.ReadReturn([]byte(info.Record)); err == nil {
		shown.Refund = &back.Refund
	}
	if c.Record == "-" {
		return a.WriteFile(c.Record, []byte(info.Record))
	}
	if c.Record != "" {
		if err := a.WriteSecret(c.Record, []byte(info.Record)); err != nil {
			return err
		}
	}
	return a.Say(shown)
}

// check holds a record against what was signed.
func (c *orderShowCmd) check(ctx context.Context, reader *client.Client, info api.RecordInfo) error {
	out, err := reader.Command(ctx, c.ID)
	if err != nil {
		return err
	}
	signed := detailsOf(out)
	for _, e := range out.Events {
		if back, ok := e.(voucher.RolledBack); ok {
			signed = back.Details
		}
	}
	if signed.IsZero() || sha256.Sum256(append(info.Salt[:], info.Record...)) != signed {
		return cli.Failed("the server's record of %s is not the one whose hash was signed", c.ID)
	}
	return nil
}

type orderEraseCmd struct {
	As string       `required:"" help:"The merchant's root key, or one that may roll back." placeholder:"KEY"`
	ID voucher.Hash `arg:"" help:"The redemption's or capture's id, 0x…; of a return, the rollback's."`
}

// Help shows an example.
func (orderEraseCmd) Help() string {
	return `The ledger keeps the hash, so receipts and packs hold as before; without record and salt the hash tells nobody what was
bought. What tills and wallets keep of the order is theirs to erase. The server takes the same record no more.

Example:

    tally order erase --as root 0x2021…3e3f`
}

// OrderErased is the answer to an erasure.
type OrderErased struct {
	Erased voucher.Hash `json:"erased" help:"The redemption, capture or rollback whose record the server has no more."`
}

// Text shows what was erased.
func (o OrderErased) Text() terminal.Text {
	return terminal.Text{Fields: []terminal.Field{{"erased", "the record of " + o.Erased.String()}}}
}

// Answers implements cli.Answerer.
func (*orderEraseCmd) Answers() cli.Answer { return OrderErased{} }

// Run erases a record.
func (c *orderEraseCmd) Run(ctx context.Context, a *cli.App) error {
	reader, err := a.ClientAs(ctx, c.As)
	if err != nil {
		return err
	}
	if err := reader.EraseRecord(ctx, c.ID); err != nil {
		return err
	}
	return a.Say(OrderErased{c.ID})
}
