package till

import (
	"context"

	"tally/internal/cli"
	"tally/internal/client"
	"tally/internal/voucher"
)

type holdCaptureCmd struct {
	Holder   `embed:""`
	Amount   string           `help:"The order before discounts, 64.00 for one." placeholder:"MONEY"`
	Currency voucher.Currency `help:"The order's currency, an ISO 4217 code." placeholder:"HKD"`
	Discount []string         `sep:"none" help:"What a voucher takes off. Repeat it: one for each voucher of the hold, in its order." placeholder:"MONEY"`
	Units    []uint64         `sep:"none" help:"Units to take of a voucher, if not all that is held; 0 frees it. Repeat it as --discount." placeholder:"N"`
	Named    `embed:""`

	cli.Basket     `embed:""`
	cli.Depositing `embed:""`
}

// Help shows an example.
func (holdCaptureCmd) Help() string {
	return `What is not taken is free again. Given again with the same figures, --key and --salt it has the same outcome.

With --cart instead of --amount, --currency and --discount the terms of the vouchers make the price: the best lawful part of
what is held is taken. tally computes it by itself, from the terms that the merchant signed; a first purchase counts as
none here. Keep the order record and the salt: with a receipt they prove the price, see "tally-verify order".
With --deposit the server keeps both, too.

Examples:

    tally hold capture --as till-central --merchant root --store 1 --amount 64.00 --currency HKD --discount 32.00 0x0001…1e1f
    tally hold capture --as till-central --merchant root --store 1 --cart cart.json --record order.json 0x0001…1e1f`
}

// Run captures.
func (c *holdCaptureCmd) Run(ctx context.Context, a *cli.App) error {
	figures := c.figures
	if c.Basket.Given() {
		figures = c.priced
	}
	if err := c.exclusive(); err != nil {
		return err
	}
	s, till, h, err := c.open(ctx, a)
	if err != nil {
		return err
	}
	in, record, err := figures(ctx, a, s, h)
	if err != nil {
		return err
	}
	sold, named := sale{half: voucher.Accept{Currency: in.Currency}, text: c.Details}, c.Named
	if record != "" {
		sold.record, named.Details = c.Record, record
	}
	if sold.key, sold.salt, in.Details, err = named.name(a); err != nil {
		return err
	}
	out, err := s.Till(till).Capture(ctx, in, sold.key)
	if err != nil {
		return err
	}
	titles := cli.NewTitles(s.Client)
	answer := saleAnswer(out, sold, h.merchant, titles.Merchant(ctx, h.merchant), clockOf(ctx, titles, out))
	if c.Deposit {
		answer.Deposit = a.Deposit(ctx, h.reader, out.ID, cli.Kept{As: c.As, File: c.Record, Text: record, Salt: sold.salt})
	}
	return a.Say(answer)
}

// Owes is what the server is to keep.
func (c *holdCaptureCmd) Owes() (as, file string, ok bool) {
	return c.As, c.Record, c.Deposit && c.Basket.Given()
}

// exclusive refuses a cart beside figures, and neither of them.
func (c *holdCaptureCmd) exclusive() error {
	given := c.Amount != "" || c.Currency != (voucher.Currency{}) || len(c.Discount) > 0
	switch {
	case c.Basket.Given() && (given || len(c.Units) > 0 || c.Details != ""):
		return errBoth()
	case !c.Basket.Given() && (c.Amount == "" || c.Currency == (voucher.Currency{})):
		return cli.Misused("--amount and --currency are wanted, or --cart and --record")
	case !c.Basket.Given() && c.Deposit:
		return errNoRecord()
	default:
		return nil
	}
}

// figures is the capture of figures that the store gives, which have no order record.
func (c *holdCaptureCmd) figures(_ context.Context, _ *cli.App, _ *client.Session, h held) (in voucher.Capture, record string, err error) {
	in = voucher.Capture{Hold: c.ID, Merchant: h.merchant, Store: c.Store, Currency: c.Currency}
	if in.Amount, err = cli.ParseAmount(c.Amount, c.Currency); err != nil {
		return in, "", err
	}
	in.Takes, err = c.takes(h.vouchers)
	return in, "", err
}

// takes holds the figures against what is held.
func (c *holdCaptureCmd) takes(held []voucher.VoucherHeld) ([]voucher.Take, error) {
	if len(c.Discount) != len(held) || len(c.Units) != 0 && len(c.Units) != len(held) {
		return nil, cli.Misused("the hold has %d vouchers (tally hold show): give --discount once for each, in this order, and --units so or not at all",
			len(held))
	}
	takes := make([]voucher.Take, len(held))
	for i, of := range held {
		discount, err := cli.ParseAmount(c.Discount[i], c.Currency)
		if err != nil {
			return nil, err
		}
		takes[i] = voucher.Take{Campaign: of.Campaign, Serial: of.Serial, Units: of.Units, Discount: discount}
		if len(c.Units) > 0 {
			takes[i].Units = c.Units[i]
		}
	}
	return takes, nil
}
