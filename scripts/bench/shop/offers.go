package shop

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"tally/internal/api"
	"tally/internal/ledger"
	"tally/internal/voucher"
	"tally/scripts/bench/load"
)

// OfferCount is how many vouchers each wallet of Offered holds, and CartLines how many
// lines its cart has.
const (
	OfferCount = 10
	CartLines  = 10
)

// Offered is a shop whose campaigns have offers: each of the first wallets holds one
// voucher of each.
type Offered struct {
	*Shop
	Campaigns [OfferCount]voucher.CampaignID
}

// SeedOffers opens the shop on a new ledger, and has the wallets claim. done is told how
// many vouchers were claimed, again and again.
func SeedOffers(ctx context.Context, l ledger.Ledger, wallets int, done func(int)) (*Offered, error) {
	o := &Offered{Shop: New(l.ID())}
	commands, err := o.Found()
	if err != nil {
		return nil, err
	}
	for i := range o.Campaigns {
		in := o.terms("Offer", uint32(wallets), uint32(wallets))
		if in.Terms, err = offerTerms(i); err != nil {
			return nil, err
		}
		create, err := signed(o.Shop, o.Merchant, in)
		if err != nil {
			return nil, err
		}
		o.Campaigns[i] = voucher.CampaignOf(o.Domain.ID(create))
		commands = append(commands, create)
	}
	for _, c := range commands { // one by one: each builds on the last one
		if err := submit(ctx, l, []voucher.Command{c}); err != nil {
			return nil, fmt.Errorf("open shop: %w", err)
		}
	}
	for i, campaign := range o.Campaigns {
		if err := o.claimAll(ctx, l, campaign, wallets); err != nil {
			return nil, fmt.Errorf("claim vouchers: %w", err)
		}
		done((i + 1) * wallets)
	}
	return o, nil
}

// claimAll has each wallet claim the voucher of its number.
func (o *Offered) claimAll(ctx context.Context, l ledger.Ledger, campaign voucher.CampaignID, wallets int) error {
	for first := 0; first < wallets; first += ledger.MaxBatch {
		batch := make([]voucher.Command, min(ledger.MaxBatch, wallets-first))
		err := Each(len(batch), func(i int) (err error) {
			batch[i], err = o.Claim(Wallet(first+i), campaign, uint32(first+i))
			return err
		})
		if err := errors.Join(err, submit(ctx, l, batch)); err != nil {
			return err
		}
	}
	return nil
}

// offerTerms are amounts, percentages and sets in turn. Every third one stands beside
// others of its kind, the rest alone.
func offerTerms(i int) (string, error) {
	offer, combine := fmt.Sprintf(`{"kind":"amount_off","amount":%d}`, 500+100*i), `,"combine":{"group":"a","with":["a"]}`
	switch i % 3 {
	case 1:
		offer, combine = fmt.Sprintf(`{"kind":"percent_off","bp":%d,"on":{"tags":["drink"]}}`, 500+50*i), ""
	case 2:
		offer, combine = `{"kind":"buy_get","buy":{"count":1,"on":{"tags":["drink"]}},"get":{"count":1,"bp":5000,"on":{"tags":["drink"]}}}`, ""
	}
	return voucher.CanonicalDocument(fmt.Appendf(nil, `{"name":"Offer %d","offer":%s,"when":[{"min_spend":{"amount":%d}}]%s}`, i, offer, 1000*i+1, combine))
}

// Quote asks what a wallet's vouchers take off a cart.
func (o *Offered) Quote(wallet int) (load.Request, error) {
	owner := Wallet(wallet)
	token, err := o.Token(owner)
	if err != nil {
		return load.Request{}, err
	}
	return o.quote(api.QuoteRequest{Wallet: &owner.Address}, token)
}

// QuoteSale is a till's question about a sale's code.
func (o *Offered) QuoteSale(sale Sale) (load.Request, error) {
	token, err := o.Token(o.Tills[0])
	if err != nil {
		return load.Request{}, err
	}
	return o.quote(api.QuoteRequest{Code: sale.Both.Code}, token)
}

func (o *Offered) quote(in api.QuoteRequest, token string) (load.Request, error) {
	in.Merchant, in.Store, in.Channel, in.Cart = o.Merchant.Address, 1, "counter", cart()
	body, err := json.Marshal(in)
	return load.Request{Method: http.MethodPost, Path: "/v1/quotes", Body: body, Token: token}, err
}

// cart is an order of ten lines, of 190.00 in all: every other line is a drink.
func cart() json.RawMessage {
	type line struct {
		ID       string   `json:"id"`
		SKU      string   `json:"sku"`
		Tags     []string `json:"tags"`
		Unit     uint64   `json:"unit"`
		Quantity uint64   `json:"quantity"`
		Amount   uint64   `json:"amount"`
	}
	lines := make([]line, CartLines)
	for i := range lines {
		unit := uint64(1000 + 100*i)
		lines[i] = line{fmt.Sprint(i + 1), fmt.Sprint("ARTICLE-", i), []string{[]string{"drink", "food"}[i%2]}, unit, 2, 2 * unit}
	}
	raw, _ := json.Marshal(map[string]any{"currency": "HKD", "lines": lines}) // texts and numbers have JSON
	return raw
}
