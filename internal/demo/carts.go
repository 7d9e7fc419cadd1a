package demo

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"tally/internal/api"
	"tally/internal/audit/order"
	"tally/internal/audit/pins"
	"tally/internal/audit/receipt"
	"tally/internal/cli"
	"tally/internal/cli/auditor"
	"tally/internal/client"
	"tally/internal/intent"
	"tally/internal/ledger"
	"tally/internal/money"
	"tally/internal/pricing"
	"tally/internal/voucher"
	"tally/internal/zone"
)

// The carts of the story: two cups and a topping, and one cup alone.
const (
	twoCups = `{"currency":"HKD","total":5550,"lines":[
		{"id":"1","sku":"OOLONG-M","tags":["drink"],"unit":2850,"quantity":1,"amount":2850},
		{"id":"2","sku":"MILK-TEA","tags":["drink"],"unit":2400,"quantity":1,"amount":2400},
		{"id":"3","of":"2","sku":"PEARL","unit":300,"quantity":1,"amount":300}]}`
	oneCup = `{"currency":"HKD","lines":[{"id":"1","sku":"OOLONG-M","tags":["drink"],"unit":2850,"quantity":1,"amount":2850}]}`
)

// pricedSale is a sale whose price the terms made, and what its till kept.
type pricedSale struct {
	id     voucher.Hash
	record pricing.Record
	salt   voucher.Hash
}

// sellCart has a till sell a cart as tally redeem --cart does: by a quote that is computed anew
// before the till signs its record.
func (s *story) sellCart(ctx context.Context) (string, error) {
	if err := s.claimFor(ctx, "erin", s.second, nil); err != nil {
		return "", err
	}
	code, err := s.signer("erin").SignOffer(client.Offer([]voucher.Ref{s.second.held["erin"]}, 1, s.app.Now(), voucher.RedeemLife*time.Second))
	if err != nil {
		return "", err
	}
	alone, err := s.quote(ctx, code, oneCup)
	if err != nil {
		return "", err
	}
	if len(alone.Almost) != 1 {
		return "", &wrong{"one coupon that almost applies", fmt.Sprintf("%d of them", len(alone.Almost))}
	}
	quoted, err := s.quote(ctx, code, twoCups)
	if err != nil {
		return "", err
	}
	half, ok := client.Half(quoted.Order, code.Offer)
	if !ok {
		return "", &wrong{"a price with the coupon of the code", "a price without it"}
	}
	s.priced = pricedSale{record: quoted.Order}
	s.priced.salt, half.Details = cli.Salted(quoted.Order.Canonical(), voucher.Hash{})
	sale, err := s.join(code, half, "demo-cart")
	if err != nil {
		return "", err
	}
	if _, err := s.session.Send(ctx, sale.Command); err != nil {
		return "", err
	}
	s.priced.id = sale.ID
	s.second.took(1, quoted.Totals.Discount)
	return priceTable(quoted.Order) + "\none cup alone: " + alone.Almost[0].Reasons[0].Text, nil
}

// quote is what a code takes off a cart at Central, for the till that was shown it.
func (s *story) quote(ctx context.Context, code intent.Code, cart string) (client.Quoted, error) {
	text, err := s.session.Domain.Text(code)
	if err != nil {
		return client.Quoted{}, err
	}
	reader, err := s.as(tillOf(central))
	if err != nil {
		return client.Quoted{}, err
	}
	return s.session.Price(ctx, reader, api.QuoteRequest{Merchant: s.who("root"), Store: central, Code: text, Cart: []byte(cart)})
}

// priceTable is a line for each of an order: the article, its price, and what is off.
func priceTable(r pricing.Record) string {
	off := map[string]uint64{}
	for _, taken := range r.Vouchers {
		for _, share := range taken.Shares {
			off[share.Line] += share.Amount
		}
	}
	sum := func(n uint64) string { return money.Text(n, r.Cart.Currency) }
	var text strings.Builder
	for _, l := range r.Cart.Lines {
		fmt.Fprintf(&text, "%d × %-8s %s, %s off\n", l.Quantity, l.SKU, sum(l.Amount), sum(off[l.ID]))
	}
	fmt.Fprintf(&text, "%s off, %s to pay: the till signed the hash of this order", sum(r.Totals.Discount), sum(r.Totals.Due))
	return text.String()
}

// replayPrice checks the price from what can be kept for ever: two receipts, the record and its
// salt. A record with another number is found out.
func (s *story) replayPrice(ctx context.Context) (string, error) {
	info, err := s.session.Client.Ledger(ctx)
	if err != nil {
		return "", err
	}
	pinned := auditor.Told(info)
	sale, err := s.proven(ctx, tillOf(central), s.priced.id, pinned)
	if err != nil {
		return "", err
	}
	created, err := s.proven(ctx, "root", s.second.created, pinned)
	if err != nil {
		return "", err
	}
	sold, err := order.SaleOf(sale)
	if err != nil {
		return "", err
	}
	history := order.NewHistory(sold)
	if err := history.Count(created); err != nil {
		return "", err
	}
	if _, err := order.Check(history, info.ID, s.priced.record, s.priced.salt, zone.BuiltIn()); err != nil {
		return "", err
	}
	forged := s.priced.record
	forged.Totals.Due -= 100
	_, err = order.Check(history, info.ID, forged, s.priced.salt, zone.BuiltIn())
	var found *pricing.DifferenceError
	if !errors.As(err, &found) {
		return "", &wrong{"a wrong number that is named", fmt.Sprint(err)}
	}
	return fmt.Sprintf("%s due, from receipt, record and salt; a forged record is found out:\n%s",
		money.Text(s.priced.record.Totals.Due, s.priced.record.Cart.Currency), found), nil
}

// proven is what a receipt proves of a command that somebody may read.
func (s *story) proven(ctx context.Context, name string, id voucher.Hash, pinned pins.Pins) (entry ledger.Entry, err error) {
	reader, err := s.as(name)
	if err != nil {
		return entry, err
	}
	err = eventually(ctx, readyAfter, func(ctx context.Context) error {
		raw, err := reader.Receipt(ctx, id)
		if err == nil {
			entry, _, err = receipt.Verify(raw, pinned)
		}
		return err
	})
	return entry, err
}
