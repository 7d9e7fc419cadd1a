package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"tally/internal/voucher"
	"tally/scripts/bench/load"
	"tally/scripts/bench/shop"
	"tally/scripts/bench/stage"
)

const (
	dropClients = 200
	againAfter  = 20 * time.Millisecond // a claim that had no effect is sent again
)

// drop measures claims in a flash drop: more wallets than vouchers.
func (b *bench) drop(ctx context.Context) ([]Table, error) {
	s, server, err := b.opened(ctx)
	if err != nil {
		return nil, err
	}
	clients := load.New(server.URL, most)
	defer clients.Close()
	var runs []load.Result
	for run := range b.runs {
		requests, err := b.dropClaims(ctx, s, clients, run)
		if err != nil {
			return nil, err
		}
		result, err := load.Run(ctx, dropClients, len(requests), func(ctx context.Context, i int) (load.Told, error) {
			return insist(ctx, clients, requests[i])
		})
		if err == nil {
			err = check(result, b.sizes.drop.vouchers, len(requests))
		}
		if err != nil {
			return nil, err
		}
		b.say("run %d: %.0f claims/s", run+1, result.PerSecond(load.Accepted))
		runs = append(runs, result)
	}
	cells := rates(runs)
	answered := spreadOver(runs, func(r load.Result) float64 { return r.PerSecond(load.Accepted) + r.PerSecond(load.Refused) })
	return []Table{{
		Name:    "flash drop",
		Notes:   []string{fmt.Sprintf("%d wallets for %d vouchers, over HTTP, at %d clients; refused is sold out; index in memory", b.sizes.drop.wallets, b.sizes.drop.vouchers, dropClients)},
		Columns: []string{"answers/s", "claims/s", "p50 ms", "p99 ms", "accepted", "refused", "refused p50 ms", "refused p99 ms", "unknown"},
		Rows:    [][]any{append([]any{answered}, cells[:8]...)},
	}}, nil
}

// opened is a shop on a new ledger, and a tallyd there.
func (b *bench) opened(ctx context.Context) (*shop.Seeded, *stage.Server, error) {
	data, err := b.Dir("tallyd")
	if err != nil {
		return nil, nil, err
	}
	l, err := shop.Open(ctx, shop.Chain, data)
	if err != nil {
		return nil, nil, err
	}
	s, err := shop.Seed(ctx, l, 1, 0, func(int) {})
	if closed := l.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return nil, nil, err
	}
	server, err := b.Tallyd(ctx, data)
	return s, server, err
}

// dropClaims creates a campaign, and signs the claims of all wallets.
func (b *bench) dropClaims(ctx context.Context, s *shop.Seeded, clients *load.Clients, run int) ([]load.Request, error) {
	n := uint32(b.sizes.drop.vouchers)
	id, _, err := create(ctx, s, clients, fmt.Sprint("Drop ", run), n, n)
	if err != nil {
		return nil, err
	}
	requests := make([]load.Request, b.sizes.drop.wallets)
	err = shop.Each(len(requests), func(i int) (err error) {
		requests[i], err = s.ClaimRequest(shop.Wallet(i), id)
		return err
	})
	if err == nil {
		err = clients.Connect(ctx, dropClients)
	}
	return requests, err
}

// create publishes a campaign over HTTP, and tells how long that took.
func create(ctx context.Context, s *shop.Seeded, clients *load.Clients, name string, supply, open uint32) (id voucher.CampaignID, took time.Duration, err error) {
	request, id, err := s.CampaignRequest(name, supply, open)
	if err != nil {
		return id, 0, err
	}
	took, err = timed(ctx, clients, request)
	return id, took, err
}

// timed sends one request that has to be accepted.
func timed(ctx context.Context, clients *load.Clients, r load.Request) (time.Duration, error) {
	began := time.Now()
	status, answer, err := clients.Send(ctx, r)
	took := time.Since(began)
	if err == nil && status != http.StatusCreated {
		err = fmt.Errorf("%w: status %d: %.300s", load.ErrAnswer, status, answer)
	}
	return took, err
}

// insist sends a claim until it is answered: one that others were quicker than
// again and again had no effect, and says so.
func insist(ctx context.Context, clients *load.Clients, r load.Request) (load.Told, error) {
	for {
		status, answer, err := clients.Send(ctx, r)
		switch {
		case ctx.Err() != nil:
			return load.Unknown, ctx.Err()
		case err != nil, status == http.StatusAccepted:
			return load.Unknown, nil
		case status == http.StatusCreated:
			return load.Accepted, nil
		case status == http.StatusConflict:
			return load.Refused, nil
		case status != http.StatusServiceUnavailable:
			return load.Unknown, fmt.Errorf("%w: status %d: %.300s", load.ErrAnswer, status, answer)
		}
		select {
		case <-ctx.Done():
		case <-time.After(againAfter):
		}
	}
}
