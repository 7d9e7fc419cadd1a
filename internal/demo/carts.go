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

// The carts of the story: two cups and a topping, one cup alone; two large teas, a cup in ringgit,
// and a matcha in yen.
const (
	twoCups = `{"currency":"HKD","total":5550,"lines":[
		{"id":"1","sku":"OOLONG-M","tags":["drink"],"unit":2850,"quantity":1,"amount":2850},
		{"id":"2","sku":"MILK-TEA","tags":["drink"],"unit":2400,"quantity":1,"amount":2400},
		{"id":"3","of":"2","sku":"PEARL","unit":300,"quantity":1,"amount":300}]}`
	oneCup   = `{"currency":"HKD","lines":[{"id":"1","sku":"OOLONG-M","tags":["drink"],"unit":2850,"quantity":1,"amount":2850}]}`
	twoTeas  = `{"currency":"HKD","lines":[{"id":"1","sku":"OOLONG-L","tags":["drink"],"unit":3200,"quantity":2,"amount":6400}]}`
	cupOfDan = `{"currency":"MYR","lines":[{"id":"1","sku":"MILK-TEA","tags":["drink"],"unit":1150,"quantity":1,"amount":1150}]}`
	matcha   = `{"currency":"JPY","lines":[{"id":"1","sku":"MATCHA-M","tags":["drink"],"unit":480,"quantity":1,"amount":480}]}`
)

// pricedSale is a sale whose price the terms made, and what its till kept.
type pricedSale struct {
	what   string // in the story's words
	of     *published
	store  uint32
	id     voucher.Hash
	record pricing.Record
	salt   voucher.Hash
}

// checkout is somebody at a till, with a code for a voucher and a cart.
type checkout struct {
	what, name string // Carol's two teas, carol
	of         *published
	store      uint32
	cart, key  string
}

// code is signed for one unit of the voucher.
func (s *story) code(c checkout) (intent.Code, error) {
	return s.signer(c.name).SignOffer(client.Offer([]voucher.Ref{c.of.held[c.name]}, 1, s.app.Now(), voucher.RedeemLife*time.Second))
}

// sell has a till sell a cart as tally redeem --cart does: by a quote that is computed anew before the
// till signs its record.
func (s *story) sell(ctx context.Context, c checkout) (sale redemption, record pricing.Record, err error) {
	code, err := s.code(c)
	if err != nil {
		return sale, record, err
	}
	quoted, err := s.quote(ctx, code, c.store, c.cart)
	if err != nil {
		return sale, record, err
	}
	half, ok := client.Half(quoted.Order, code.Offer)
	if !ok {
		return sale, record, &wrong{"a price with the voucher of the code", "a price without it"}
	}
	kept := pricedSale{what: c.what, of: c.of, store: c.store, record: quoted.Order}
	kept.salt, half.Details = cli.Salted(quoted.Order.Canonical(), voucher.Hash{})
	if sale, err = s.join(code, half, c.key); err != nil {
		return sale, record, err
	}
	if _, err := s.session.Send(ctx, sale.Command); err != nil {
		return sale, record, err
	}
	kept.id = sale.ID
	s.keep(kept)
	return sale, quoted.Order, nil
}

// keep keeps what a till keeps of a sale, and counts what was taken.
func (s *story) keep(sold pricedSale) {
	s.priced = append(s.priced, sold)
	for _, taken := range sold.record.Vouchers {
		sold.of.took(taken.Units, taken.Discount)
	}
}

// sellCart sells Erin's two cups; of one cup alone her coupon is almost good.
func (s *story) sellCart(ctx context.Context) (string, error) {
	if err := s.claimFor(ctx, "erin", s.second, nil); err != nil {
		return "", err
	}
	cups := checkout{"Erin's two cups", "erin", s.second, central, twoCups, "demo-cart"}
	code, err := s.code(cups)
	if err != nil {
		return "", err
	}
	alone, err := s.quote(ctx, code, central, oneCup)
	if err != nil {
		return "", err
	}
	if len(alone.Almost) != 1 {
		return "", &wrong{"one coupon that almost applies", fmt.Sprintf("%d of them", len(alone.Almost))}
	}
	_, record, err := s.sell(ctx, cups)
	if err != nil {
		return "", err
	}
	return priceTable(record) + "\none cup alone: " + alone.Almost[0].Reasons[0].Text, nil
}

// quote is what a code takes off a cart at a store, for the till that was shown it.
func (s *story) quote(ctx context.Context, code intent.Code, store uint32, cart string) (client.Quoted, error) {
	text, err := s.session.Domain.Text(code)
	if err != nil {
		return client.Quoted{}, err
	}
	reader, err := s.as(tillOf(store))
	if err != nil {
		return client.Quoted{}, err
	}
	return s.session.Price(ctx, reader, api.QuoteRequest{Merchant: s.who("root"), Store: store, Code: text, Cart: []byte(cart)})
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

// replayPrices checks each price from what can be kept for ever: two receipts, the record and its
// salt. A record with another number is found out.
func (s *story) replayPrices(ctx context.Context) (string, error) {
	var dues []string
	var found error
	for _, sold := range s.priced {
		history, err := s.history(ctx, sold)
		if err != nil {
			return "", err
		}
		ledger := s.session.Domain.Ledger()
		if _, err := order.Check(history, ledger, sold.record, sold.salt, zone.BuiltIn()); err != nil {
			return "", fmt.Errorf("%s: %w", sold.what, err)
		}
		dues = append(dues, fmt.Sprintf("%s, %s due", sold.what, money.Text(sold.record.Totals.Due, sold.record.Cart.Currency)))
		if sold.record.Totals.Due < 100 {
			continue
		}
		forged := sold.record
		forged.Totals.Due -= 100
		if _, found = order.Check(history, ledger, forged, sold.salt, zone.BuiltIn()); found == nil {
			return "", &wrong{"a forged record that is found out", "it holds"}
		}
	}
	var named *pricing.DifferenceError
	if !errors.As(found, &named) {
		return "", &wrong{"a wrong number that is named", fmt.Sprint(found)}
	}
	return strings.Join(dues, "\n") + "\na forged record is found out: " + named.Error(), nil
}

// history is what the receipts of a sale and of its campaign prove.
func (s *story) history(ctx context.Context, sold pricedSale) (*order.History, error) {
	info, err := s.session.Client.Ledger(ctx)
	if err != nil {
		return nil, err
	}
	pinned := auditor.Told(info)
	sale, err := s.proven(ctx, tillOf(sold.store), sold.id, pinned)
	if err != nil {
		return nil, err
	}
	created, err := s.proven(ctx, "root", sold.of.created, pinned)
	if err != nil {
		return nil, err
	}
	of, err := order.SaleOf(sale)
	if err != nil {
		return nil, err
	}
	history := order.NewHistory(of)
	return history, history.Count(created)
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
