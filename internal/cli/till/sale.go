package till

import (
	"fmt"

	"tally/internal/cli"
	"tally/internal/money"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

// SaleAnswer is the answer to a redemption, a hold or a capture.
type SaleAnswer struct {
	cli.Accepted
	Did          string           `json:"did" help:"redeemed, held or captured."`
	Merchant     voucher.Address  `json:"merchant" help:"The merchant."`
	MerchantName string           `json:"merchant_name,omitempty" help:"Its name."`
	Store        uint32           `json:"store" help:"The store."`
	Amount       uint64           `json:"amount" help:"The order before discounts, in minor units of money."`
	Discount     uint64           `json:"discount" help:"What all vouchers took off together, in minor units of money; of a hold, at most."`
	Currency     voucher.Currency `json:"currency" help:"Of both."`
	HeldUntil    string           `json:"held_until,omitempty" help:"RFC 3339: until when a hold reserves."`
	Lines        []SaleLine       `json:"lines" help:"Of each voucher: did (redeemed, held or freed), units, discount, units_left."`
	Key          string           `json:"key" help:"The sale's idempotency key: sent again with it, it never counts twice."`
	Details      string           `json:"details,omitempty" help:"The order's details, as they were given."`
	Salt         *voucher.Hash    `json:"salt,omitempty" help:"The salt of the details. Keep it with them: without it nobody can prove them."`
	Record       string           `json:"record,omitempty" help:"The file of the order record, whose hash with the salt the till signed."`
	cli.Deposit
}

// SaleLine is what a sale did to one voucher.
type SaleLine struct {
	Voucher  string  `json:"voucher"`
	Did      string  `json:"did"`
	Units    uint64  `json:"units"`
	Discount uint64  `json:"discount,omitempty"`
	Left     *uint64 `json:"units_left,omitempty"`
}

// The words for what a sale did.
const (
	didRedeem  = "redeemed"
	didHold    = "held"
	didCapture = "captured"
	didFree    = "freed"
)

// saleAnswer tells what was taken, from the ledger's events.
func saleAnswer(out voucher.Outcome, s sale, merchant voucher.Address, name string, clock func(uint64) string) SaleAnswer {
	answer := SaleAnswer{
		Accepted: cli.Accepted(out), Merchant: merchant, MerchantName: name, Currency: s.half.Currency, Key: s.key, Lines: []SaleLine{},
	}
	if !s.salt.IsZero() {
		answer.Details, answer.Salt, answer.Record = s.text, &s.salt, s.record
	}
	for _, e := range out.Events {
		switch e := e.(type) {
		case voucher.Redeemed:
			answer.Did, answer.Store, answer.Amount = didRedeem, e.Store, e.Amount
		case voucher.OrderHeld:
			answer.Did, answer.Store, answer.Amount, answer.HeldUntil = didHold, e.Store, e.Amount, clock(e.Until)
		case voucher.HoldCaptured:
			answer.Did, answer.Store, answer.Amount = didCapture, e.Store, e.Amount
		case voucher.VoucherHeld:
			answer.line(SaleLine{refOf(e).String(), didHold, e.Units, e.Discount, nil})
		case voucher.VoucherReleased:
			answer.line(SaleLine{voucher.Ref{Campaign: e.Campaign, Serial: e.Serial}.String(), didFree, e.Units, 0, nil})
		case voucher.VoucherRedeemed:
			left := e.Voucher.Unpack().Units
			answer.line(SaleLine{voucher.Ref{Campaign: e.Campaign, Serial: e.Serial}.String(), didRedeem, e.Units, e.Discount, &left})
		}
	}
	return answer
}

func (s *SaleAnswer) line(l SaleLine) {
	s.Lines = append(s.Lines, l)
	s.Discount += l.Discount
}

// Text shows a sale.
func (s SaleAnswer) Text() terminal.Text {
	fields := []terminal.Field{{s.Did, s.where()}, {"merchant", cli.Titled(s.MerchantName, s.Merchant)}}
	for _, l := range s.Lines {
		fields = append(fields, terminal.Field{"voucher", l.Voucher + ": " + l.words(s.Currency)})
	}
	fields = append(fields, terminal.Field{"key", s.Key})
	if s.Details != "" {
		fields = append(fields, terminal.Field{"details", s.Details})
	}
	if s.Record != "" {
		fields = append(fields, terminal.Field{"record", s.Record})
	}
	if s.Salt != nil {
		fields = append(fields, terminal.Field{"salt", *s.Salt})
	}
	return s.With(append(fields, s.Fields()...)...)
}

func (s SaleAnswer) where() string {
	order := "order " + money.Text(s.Amount, s.Currency) + ", " + money.Text(s.Discount, s.Currency) + " off"
	if s.HeldUntil != "" {
		return fmt.Sprintf("at store %d until %s, %s at most", s.Store, s.HeldUntil, order)
	}
	return fmt.Sprintf("at store %d, %s", s.Store, order)
}

func (l SaleLine) words(c voucher.Currency) string {
	switch l.Did {
	case didHold:
		return fmt.Sprintf("%d units reserved, up to %s off", l.Units, money.Text(l.Discount, c))
	case didFree:
		return fmt.Sprintf("%d units free again", l.Units)
	default:
		return fmt.Sprintf("%d units, %s off, %d units left", l.Units, money.Text(l.Discount, c), *l.Left)
	}
}

// Answers implements cli.Answerer.
func (*Order) Answers() cli.Answer { return SaleAnswer{} }

// Answers implements cli.Answerer.
func (*holdCaptureCmd) Answers() cli.Answer { return SaleAnswer{} }
