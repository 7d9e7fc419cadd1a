package till

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"regexp"

	"tally/internal/api"
	"tally/internal/cli"
	"tally/internal/client"
	"tally/internal/intent"
	"tally/internal/voucher"
)

// Order is a sale for which a till accepts a code.
type Order struct {
	As       string           `required:"" help:"The till's key." placeholder:"KEY"`
	Merchant string           `required:"" help:"The merchant: its address, or the name of its root key." placeholder:"ADDRESS|KEY"`
	Store    uint32           `required:"" help:"The till's store." placeholder:"N" type:"store"`
	Code     string           `content:"" required:"" help:"The code that was shown: itself, a file, or - for stdin, where no other user sees it." placeholder:"CODE|FILE|-"`
	Amount   string           `help:"The order before discounts, 64.00 for one." placeholder:"MONEY"`
	Currency voucher.Currency `help:"The order's currency, an ISO 4217 code." placeholder:"HKD"`
	Discount []string         `sep:"none" help:"What a voucher takes off. Repeat it: one for each voucher of the code, in its order." placeholder:"MONEY"`
	Units    []uint64         `sep:"none" help:"Units to take of a voucher, if not the fewest that are good for its discount. Repeat it as --discount." placeholder:"N"`
	Named    `embed:""`
}

// RedeemCmd accepts a code.
type RedeemCmd struct {
	Order          `embed:""`
	cli.Basket     `embed:""`
	cli.Depositing `embed:""`
}

// Help shows an example.
func (RedeemCmd) Help() string {
	return `Without --units it takes as many units of a voucher as its discount needs, by the campaign's greatest discount of one
unit, and no more, whatever the code offers.

Given again with the same code, figures, --key and --salt it is the same sale and has the same outcome.

With --cart instead of --amount, --currency and --discount the terms of the vouchers make the price, and tally computes
it once more before the till signs it. Keep the order record and the salt: with a receipt they prove the price, see
"tally-verify order". A record that is there already, with its --salt, is sold as it is: so a wallet that signed a quoted
order hands both to the till. With --deposit the server keeps record and salt, too.

Examples:

    tally redeem --as till-central --merchant root --store 1 --code - --amount 64.00 --currency HKD --discount 32.00 < code
    tally redeem --as till-central --merchant root --store 1 --code - --cart cart.json --record order.json < code
    tally redeem --as till-central --merchant root --store 1 --code - --cart cart.json --record order.json --deposit < code`
}

// Run accepts a code.
func (c *RedeemCmd) Run(ctx context.Context, a *cli.App) error {
	if c.Basket.Given() {
		return c.sell(ctx, a)
	}
	if c.Deposit {
		return errNoRecord()
	}
	return c.accept(ctx, a, client.Till.Redeem, c.sale)
}

// Owes is what the server is to keep.
func (c *RedeemCmd) Owes() (as, file string, ok bool) {
	return c.As, c.Record, c.Deposit && c.Basket.Given()
}

// accept has a till accept the order's code, in one of its ways: to spend, or to
// reserve. figures are the store's.
func (c *Order) accept(
	ctx context.Context, a *cli.App,
	way func(client.Till, context.Context, intent.Code, voucher.Accept, string) (voucher.Outcome, error),
	figures func(voucher.Address, voucher.Redeem, func(voucher.CampaignID) cli.Campaign) (sale, error),
) error {
	merchant, err := a.Address(c.Merchant)
	if err != nil {
		return err
	}
	s, err := a.Connect(ctx)
	if err != nil {
		return err
	}
	code, err := a.ReadCode(s.Domain, c.Code)
	if err != nil {
		return err
	}
	titles := cli.NewTitles(s.Client)
	sale, err := figures(merchant, code.Offer, func(id voucher.CampaignID) cli.Campaign { return titles.Campaign(ctx, id) })
	if err != nil {
		return err
	}
	till, err := a.Signer(c.As)
	if err != nil {
		return err
	}
	sale.text = c.Details
	sale.key, sale.salt, sale.half.Details, err = c.Named.name(a)
	if err != nil {
		return err
	}
	merchantName := titles.Merchant(ctx, merchant)
	out, err := way(s.Till(till), ctx, code, sale.half, sale.key)
	if err != nil {
		return err
	}
	return a.Say(saleAnswer(out, sale, merchant, merchantName, clockOf(ctx, titles, out)))
}

// sale is what a store fixes of a redemption.
type sale struct {
	key    string // of idempotency
	text   string // the order's details
	record string // the file of the order record
	salt   voucher.Hash
	half   voucher.Accept // but for offer, till and reference
}

// sale reads the store's figures and holds them against the lines of the code.
func (c *Order) sale(merchant voucher.Address, offer voucher.Redeem, campaign func(voucher.CampaignID) cli.Campaign) (s sale, err error) {
	lines := len(offer.Lines)
	if c.Amount == "" || c.Currency == (voucher.Currency{}) {
		return s, cli.Misused("--amount and --currency are wanted")
	}
	if len(c.Discount) != lines || len(c.Units) != 0 && len(c.Units) != lines {
		return s, cli.Misused("the code offers %d vouchers (%s): give --discount once for each, in this order, and --units so or not at all",
			lines, lineWords(offer))
	}
	s.half = voucher.Accept{Merchant: merchant, Store: c.Store, Currency: c.Currency}
	if s.half.Amount, err = cli.ParseAmount(c.Amount, c.Currency); err != nil {
		return s, err
	}
	for i, line := range offer.Lines {
		part := voucher.Part{}
		if part.Discount, err = cli.ParseAmount(c.Discount[i], c.Currency); err != nil {
			return s, err
		}
		if len(c.Units) > 0 {
			part.Units = c.Units[i]
		} else if part.Units, err = needed(campaign(line.Campaign), line, part.Discount); err != nil {
			return s, err
		}
		s.half.Parts = append(s.half.Parts, part)
	}
	return s, nil
}

func lineWords(offer voucher.Redeem) string {
	text := ""
	for i, line := range offer.Lines {
		if i > 0 {
			text += ", "
		}
		text += fmt.Sprintf("%s: %d units", line.Ref(), line.Units)
	}
	return text
}

// Named is how a till names a sale of its own, and what it keeps of it.
type Named struct {
	Key     string       `help:"Your own name of the sale: sent again it never counts twice. Made up if not given." placeholder:"IDEMPOTENCY-KEY"`
	Details string       `help:"Order details: the ledger keeps a hash of them and of a random salt." placeholder:"TEXT"`
	Salt    voucher.Hash `help:"The salt of the details, to send the same sale again." placeholder:"0x…"`
}

// name is the sale's key, made up if none was given, and the salted hash of its
// details. The salt keeps readers of the ledger from guessing the details.
func (n Named) name(a *cli.App) (key string, salt, details voucher.Hash, err error) {
	key = n.Key
	if key == "" {
		var random [16]byte
		_, _ = rand.Read(random[:]) // never fails, by its documentation
		key = hex.EncodeToString(random[:])
	}
	if !regexp.MustCompile(`^[!#-~]{1,255}$`).MatchString(key) {
		return key, salt, details, cli.Misused("--key %q: 1 to %d ASCII characters without spaces and quotation marks", key, api.MaxKey)
	}
	salt, details = a.Salted(n.Details, n.Salt)
	return key, salt, details, nil
}
