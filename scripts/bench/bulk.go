package main

import (
	"context"
	"fmt"
	"time"

	"tally/internal/voucher"
	"tally/scripts/bench/load"
	"tally/scripts/bench/shop"
)

const deliveryClients = 200

// bulk measures what a merchant does at once: the mint of a campaign, and an
// issue to the wallets of a list. Some of those wallets ask for their vouchers.
func (b *bench) bulk(ctx context.Context) ([]Table, error) {
	s, server, err := b.opened(ctx)
	if err != nil {
		return nil, err
	}
	clients := load.New(server.URL, most)
	defer clients.Close()
	i := issuing{bench: b, shop: s, clients: clients}
	if err := i.list(); err != nil {
		return nil, err
	}
	for run := range b.runs {
		if err := i.measure(ctx, run); err != nil {
			return nil, err
		}
	}
	return []Table{i.table()}, nil
}

// issuing is the runs of bulk.
type issuing struct {
	*bench

	shop    *shop.Seeded
	clients *load.Clients
	owners  []voucher.Address

	mint, root, send []float64 // milliseconds
	deliveries       []load.Result
}

// list makes the list of owners.
func (i *issuing) list() error {
	i.owners = make([]voucher.Address, i.sizes.bulk.owners)
	return shop.Each(len(i.owners), func(n int) error {
		i.owners[n] = shop.Wallet(n).Address
		return nil
	})
}

// measure is one run.
func (i *issuing) measure(ctx context.Context, run int) error {
	supply := uint32(i.sizes.bulk.supply)
	if err := i.clients.Connect(ctx, 1); err != nil {
		return err
	}
	campaign, took, err := create(ctx, i.shop, i.clients, fmt.Sprint("Bulk ", run), supply, 0)
	if err != nil {
		return err
	}
	i.mint = append(i.mint, ms(took))
	issue, err := i.issue(ctx, campaign)
	if err != nil {
		return err
	}
	deliveries, err := i.deliver(ctx, issue)
	if err != nil {
		return err
	}
	i.deliveries = append(i.deliveries, deliveries)
	i.say("run %d: mint %.1f ms, issue %.1f ms, %.0f deliveries/s", run+1, i.mint[run], i.send[run], deliveries.PerSecond(load.Accepted))
	return nil
}

// issue computes the list's root, and sends the promise.
func (i *issuing) issue(ctx context.Context, campaign voucher.CampaignID) (voucher.Hash, error) {
	began := time.Now()
	root := voucher.IssueRoot(i.owners)
	i.root = append(i.root, ms(time.Since(began)))
	request, id, err := i.shop.IssueRequest(campaign, root, uint32(len(i.owners)))
	if err != nil {
		return id, err
	}
	took, err := timed(ctx, i.clients, request)
	i.send = append(i.send, ms(took))
	return id, err
}

// deliver has some of the owners, spread over the list, ask for theirs.
func (i *issuing) deliver(ctx context.Context, issue voucher.Hash) (r load.Result, err error) {
	requests := make([]load.Request, i.sizes.bulk.deliveries)
	each := len(i.owners) / len(requests)
	err = shop.Each(len(requests), func(n int) (err error) {
		requests[n], err = i.shop.Delivery(issue, i.owners, uint32(n*each))
		return err
	})
	if err != nil {
		return r, err
	}
	if err := i.clients.Connect(ctx, deliveryClients); err != nil {
		return r, err
	}
	r, err = load.Run(ctx, deliveryClients, len(requests), func(ctx context.Context, n int) (load.Told, error) {
		return i.clients.Tell(ctx, requests[n])
	})
	if err == nil {
		err = check(r, len(requests), len(requests))
	}
	return r, err
}

func (i *issuing) table() Table {
	n, cells := len(i.owners), rates(i.deliveries)
	return Table{
		Name:    "mint and issue",
		Notes:   []string{fmt.Sprintf("over HTTP; of each issue %d vouchers, spread over the list, were delivered to their owners, at %d clients", i.sizes.bulk.deliveries, deliveryClients)},
		Columns: []string{"what", "figure", "unit"},
		Rows: [][]any{
			{fmt.Sprintf("mint of %d vouchers", i.sizes.bulk.supply), spreadOf(i.mint), "ms"},
			{fmt.Sprintf("root of a list of %d wallets", n), spreadOf(i.root), "ms"},
			{fmt.Sprintf("issue to the %d wallets", n), spreadOf(i.send), "ms"},
			{"deliveries", cells[0], "a second"},
			{"deliveries, p50", cells[1], "ms"},
			{"deliveries, p99", cells[2], "ms"},
			{"deliveries, unknown", cells[7], ""},
		},
	}
}
