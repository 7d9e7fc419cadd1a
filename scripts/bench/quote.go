package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"tally/internal/voucher"
	"tally/scripts/bench/load"
	"tally/scripts/bench/shop"
	"tally/scripts/bench/stage"
)

// The systems of the section, beside those that redeem.
const (
	quoteConstant = "constant"
	sellAlone     = "redemption"
	sellQuoted    = "quote, then redemption"
)

// quoter is a system under measurement.
type quoter struct {
	system    string
	processor func() (time.Duration, error)
	send      func(ctx context.Context, i int) (load.Told, error)
	runs      []load.Result
	spent     []float64 // ms of one core for each request
}

// quote measures what vouchers take off a cart, beside a handler that does the least, and
// what asking before each sale adds to a redemption.
func (b *bench) quote(ctx context.Context) ([]Table, error) {
	onChain, err := b.pricedShop(ctx, shop.Chain)
	if err != nil {
		return nil, err
	}
	defer onChain.clients.Close()
	onJournal, err := b.pricedShop(ctx, shop.Journal)
	if err != nil {
		return nil, err
	}
	defer onJournal.clients.Close()
	status, answer, err := onChain.clients.Send(ctx, onChain.questions[0])
	if err != nil || status != http.StatusOK {
		return nil, errors.Join(fmt.Errorf("%w: status %d: %s", load.ErrAnswer, status, answer), err)
	}
	constant, err := b.Program(ctx, "bareread", "--ledger", onChain.Domain.Ledger().String(), "--answer", string(answer))
	if err != nil {
		return nil, err
	}
	bare := &pricedShop{Offered: onChain.Offered, questions: onChain.questions, clients: load.New(constant.URL, most)}
	defer bare.clients.Close()
	asked := []*quoter{
		{system: systemTally, processor: onChain.server.Processor, send: onChain.ask},
		{system: systemJournal, processor: onJournal.server.Processor, send: onJournal.ask},
		{system: quoteConstant, processor: constant.Processor, send: bare.ask},
	}
	for _, s := range []*pricedShop{onChain, onJournal, bare} {
		if err := s.clients.Connect(ctx, lookers); err != nil {
			return nil, err
		}
	}
	if err := b.askInTurns(ctx, asked, b.sizes.quote.requests); err != nil {
		return nil, err
	}
	sold, err := b.sellInTurns(ctx, onChain)
	if err != nil {
		return nil, err
	}
	return []Table{quoteTable(asked, len(onChain.questions[0].Body), len(answer)), soldTable(sold)}, nil
}

// pricedShop is a tallyd whose wallets hold vouchers with offers, and each wallet's question.
type pricedShop struct {
	*shop.Offered

	server    *stage.Server
	clients   *load.Clients
	questions []load.Request
}

// ask asks one of the questions.
func (s *pricedShop) ask(ctx context.Context, i int) (load.Told, error) {
	return s.clients.Tell(ctx, s.questions[i%len(s.questions)])
}

// pricedShop seeds a ledger of a kind, and starts a tallyd on it.
func (b *bench) pricedShop(ctx context.Context, kind string) (*pricedShop, error) {
	data, err := b.Dir(kind)
	if err != nil {
		return nil, err
	}
	l, err := shop.Open(ctx, kind, data)
	if err != nil {
		return nil, err
	}
	n := b.sizes.quote.wallets
	s := &pricedShop{questions: make([]load.Request, n)}
	s.Offered, err = shop.SeedOffers(ctx, l, n, b.counting("claimed", n*shop.OfferCount))
	if err := errors.Join(err, l.Close()); err != nil {
		return nil, err
	}
	if s.server, err = b.Tallyd(ctx, data, "--ledger", kind); err != nil {
		return nil, err
	}
	s.clients = load.New(s.server.URL, most)
	return s, shop.Each(n, func(i int) (err error) {
		s.questions[i], err = s.Quote(i)
		return err
	})
}

// askInTurns has each system answer a number of requests, run by run.
func (b *bench) askInTurns(ctx context.Context, all []*quoter, requests int) error {
	for run := range b.runs {
		for _, q := range inTurn(run, all) {
			if err := b.ask(ctx, q, requests, run); err != nil {
				return fmt.Errorf("%s: %w", q.system, err)
			}
		}
	}
	return nil
}

// ask is one run of a system.
func (b *bench) ask(ctx context.Context, q *quoter, requests, run int) error {
	before, err1 := q.processor()
	result, err2 := load.Run(ctx, lookers, requests, q.send)
	after, err3 := q.processor()
	q.runs, q.spent = append(q.runs, result), append(q.spent, ms(after-before)/float64(requests))
	b.say("run %d, %s: %.0f a second", run+1, q.system, result.PerSecond(load.Accepted))
	return errors.Join(err1, err2, err3)
}

// sellInTurns redeems vouchers, and others after a till's question about each code. A
// wallet sells one voucher of each run.
func (b *bench) sellInTurns(ctx context.Context, s *pricedShop) ([]*quoter, error) {
	all := []*quoter{{system: sellAlone, processor: s.server.Processor}, {system: sellQuoted, processor: s.server.Processor}}
	n, next := b.sizes.quote.wallets/(2*b.runs), 0
	for run := range b.runs {
		for _, q := range inTurn(run, all) {
			sales, err := signSales(s.Offered, next, n)
			if err != nil {
				return nil, err
			}
			next += n
			q.send = s.sell(sales, q.system == sellQuoted)
			if err := b.ask(ctx, q, n, run); err != nil {
				return nil, fmt.Errorf("%s: %w", q.system, err)
			}
		}
	}
	return all, nil
}

// sell redeems, after a question about the code where a till asks.
func (s *pricedShop) sell(sales []quotedSale, asks bool) func(context.Context, int) (load.Told, error) {
	return func(ctx context.Context, i int) (load.Told, error) {
		if asks {
			if told, err := s.clients.Tell(ctx, sales[i].question); told != load.Accepted || err != nil {
				return told, err
			}
		}
		return s.clients.Tell(ctx, sales[i].redemption)
	}
}

// quotedSale is a redemption, and the question about its code.
type quotedSale struct{ question, redemption load.Request }

// signSales signs the sales of wallets, n from one on.
func signSales(o *shop.Offered, first, n int) ([]quotedSale, error) {
	sales := make([]quotedSale, n)
	return sales, shop.Each(n, func(i int) error {
		sale, err := o.Sell(shop.Wallet(first+i), voucher.Ref{Campaign: o.Campaigns[0], Serial: uint32(first + i)})
		if err != nil {
			return err
		}
		question, err1 := o.QuoteSale(sale)
		redemption, err2 := o.Request(sale)
		sales[i] = quotedSale{question, redemption}
		return errors.Join(err1, err2)
	})
}

func quoteTable(all []*quoter, request, answer int) Table {
	t := Table{
		Name: "quotes",
		Notes: []string{
			fmt.Sprintf("%d lines and the %d vouchers of a wallet, over HTTP, at %d clients; index in memory; %d bytes asked, %d answered", shop.CartLines, shop.OfferCount, lookers, request, answer),
			"constant: Gin behind Tally's own edge (access log, metrics), which reads the body, opens the same tokens in the same way, and answers the same bytes; ratio: tally to constant, run by run",
		},
		Columns: []string{"system", "quotes/s", "p50 ms", "p99 ms", "answered", "unknown", "processor ms", "ratio"},
	}
	for i, q := range all {
		cells := rates(q.runs)
		row := []any{q.system, cells[0], cells[1], cells[2], cells[3], cells[7], spreadOf(q.spent)}
		if i < len(all)-1 {
			row = append(row, ratio(q.runs, all[len(all)-1].runs))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func soldTable(all []*quoter) Table {
	t := Table{
		Name: "what quoting adds to a redemption",
		Notes: []string{
			fmt.Sprintf("at %d clients; a till asks about the code of a voucher, and then sells it; ratio: with the question to without, run by run", lookers),
		},
		Columns: []string{"system", "redemptions/s", "p50 ms", "p99 ms", "accepted", "unknown", "processor ms", "ratio"},
	}
	for i, q := range all {
		cells := rates(q.runs)
		row := []any{q.system, cells[0], cells[1], cells[2], cells[3], cells[7], spreadOf(q.spent)}
		if i == 1 {
			row = append(row, ratio(q.runs, all[0].runs))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
