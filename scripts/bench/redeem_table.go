package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"tally/scripts/bench/load"
	"tally/scripts/bench/shop"
	"tally/scripts/bench/stage"
)

// couponSale is a request to the coupon table.
type couponSale struct {
	Voucher   string `json:"voucher"`
	Merchant  string `json:"merchant"`
	Store     int    `json:"store"`
	Till      string `json:"till"`
	Currency  string `json:"currency"`
	Amount    int64  `json:"amount"`
	Discount  int64  `json:"discount"`
	Reference string `json:"reference"`
	Note      string `json:"note"`
}

// couponTable starts PostgreSQL and the coupon table's server, whose requests
// and answers are as large as tallyd's: what is read, parsed and sent costs both
// the same.
func (b *bench) couponTable(ctx context.Context, like size) (*redeemer, error) {
	dsn, database, err := b.Postgres(ctx)
	if err != nil {
		return nil, err
	}
	server, err := b.Program(ctx, "coupontable", "--database", dsn, "--connections", strconv.Itoa(tableConnections),
		"--vouchers", strconv.Itoa(b.sizes.vouchers(b.runs)), "--answer", strconv.Itoa(like.answer))
	if err != nil {
		return nil, err
	}
	clients, next := load.New(server.URL, most), 0
	used := func() (time.Duration, error) {
		one, err1 := server.Processor()
		other, err2 := database.Processor()
		return one + other, errors.Join(err1, err2)
	}
	return newRedeemer(systemTable, used, func(ctx context.Context, n, vouchers int) (int, sender, error) {
		requests, err := couponSales(next, vouchers, 2*n, like.request)
		next += vouchers
		return len(requests), func(ctx context.Context, i int) (load.Told, error) {
			return clients.Tell(ctx, requests[i], http.StatusConflict)
		}, errors.Join(err, clients.Connect(ctx, n))
	}), nil
}

// couponSales are the sales of n vouchers, with double spends as in Tally's sales.
func couponSales(first, n, behind, bytes int) ([]load.Request, error) {
	order := shop.Twice(n, twiceEvery, behind)
	requests := make([]load.Request, len(order))
	for i, o := range order {
		id := sha256.Sum256([]byte(strconv.Itoa(first + o.Voucher)))
		sale := couponSale{
			Voucher: "vch_" + hex.EncodeToString(id[:20]), Merchant: shop.Wallet(0).Address.String(), Store: 1,
			Till: shop.Wallet(1 + o.Till).Address.String(), Currency: "HKD", Amount: shop.Amount, Discount: shop.Discount,
			Reference: fmt.Sprintf("sale of %d at till %d", first+o.Voucher, o.Till+1),
		}
		body, err := json.Marshal(sale)
		if err != nil {
			return nil, err
		}
		sale.Note = strings.Repeat("n", max(0, bytes-len(body)))
		if body, err = json.Marshal(sale); err != nil {
			return nil, err
		}
		requests[i] = load.Request{Method: http.MethodPost, Path: "/v1/redemptions", Body: body}
	}
	return requests, nil
}

// redeemTable is the rates, by clients and system.
func (b *bench) redeemTable(all []*redeemer, like size) Table {
	t := Table{
		Name: "redemptions",
		Notes: []string{
			"driver: the embedded chain in this process, behind its pipeline; tally: tallyd over HTTP, on an embedded chain or on a journal, index in memory, access log on, no receipts;",
			fmt.Sprintf("table: Gin, recovery, and PostgreSQL by pgx (%d connections; %s): UPDATE and INSERT in one transaction, prepared", tableConnections, strings.Join(stage.PostgresSettings(), ", ")),
			fmt.Sprintf("one voucher in %d is spent twice at once: of both tries one is accepted; requests of %d bytes, answers of %d; ratio: tally to table, run by run", twiceEvery, like.request, like.answer),
			"processor ms: of one core for each request, at the server and its database; driver's clients are part of it",
		},
		Columns: []string{"clients", "system", "redemptions/s", "p50 ms", "p99 ms", "accepted", "refused", "refused p50 ms", "refused p99 ms", "unknown", "unknown p99 ms", "processor ms", "ratio"},
	}
	for _, step := range b.sizes.redeem {
		for _, r := range all {
			row := append([]any{step.clients, r.system}, rates(r.runs[step.clients])...)
			t.Rows = append(t.Rows, append(row, r.cost(step.clients)))
		}
		table := all[3].runs[step.clients]
		for i, back := range []int{3, 2} { // the rows of tallyd, before that of the table
			t.Rows[len(t.Rows)-back] = append(t.Rows[len(t.Rows)-back], ratio(all[1+i].runs[step.clients], table))
		}
	}
	return t
}

// rates are the cells of several runs: the rate, and what was accepted, refused
// and unknown.
func rates(runs []load.Result) []any {
	of := func(figure func(load.Result) float64) Spread { return spreadOver(runs, figure) }
	count := func(told load.Told) (n int) {
		for _, r := range runs {
			n += r.Told[told].Count
		}
		return n
	}
	return []any{
		of(func(r load.Result) float64 { return r.PerSecond(load.Accepted) }),
		of(func(r load.Result) float64 { return ms(r.Told[load.Accepted].P50) }),
		of(func(r load.Result) float64 { return ms(r.Told[load.Accepted].P99) }),
		count(load.Accepted), count(load.Refused),
		of(func(r load.Result) float64 { return ms(r.Told[load.Refused].P50) }),
		of(func(r load.Result) float64 { return ms(r.Told[load.Refused].P99) }),
		count(load.Unknown),
		of(func(r load.Result) float64 { return ms(r.Told[load.Unknown].P99) }),
	}
}

func spreadOver(runs []load.Result, figure func(load.Result) float64) Spread {
	figures := make([]float64, len(runs))
	for i, r := range runs {
		figures[i] = figure(r)
	}
	return spreadOf(figures)
}

// ratio is how much faster one is than another, run by run: what else the
// machine did in a while slowed both.
func ratio(one, other []load.Result) Spread {
	figures := make([]float64, len(one))
	for i := range one {
		figures[i] = one[i].PerSecond(load.Accepted) / other[i].PerSecond(load.Accepted)
	}
	return spreadOf(figures)
}
