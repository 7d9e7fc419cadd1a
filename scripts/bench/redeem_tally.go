package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"

	"tally/scripts/bench/load"
	"tally/scripts/bench/shop"
	"tally/scripts/bench/stage"
)

// most is as many clients as any section has.
const most = 1000

// size is the bytes of a redemption's request and answer at tallyd, in JSON.
type size struct{ request, answer int }

// counter is a tallyd at which claimed vouchers are redeemed.
type counter struct {
	*stage.Server

	data    string
	seeded  *shop.Seeded
	clients *load.Clients
	claimed int
	next    int // voucher that was not redeemed so far
	size    size

	weighed [][]any // of the table of costs
	empty   map[string]int64
	first   int // voucher of the first redemption that counts
}

// counter seeds a ledger, starts a tallyd on it, and redeems one voucher to see
// how large a redemption is.
func (b *bench) counter(ctx context.Context) (*counter, error) {
	data, err := b.Dir("tallyd")
	if err != nil {
		return nil, err
	}
	l, seeded, err := b.seed(ctx, data)
	if err != nil {
		return nil, err
	}
	if err := l.Close(); err != nil {
		return nil, err
	}
	server, err := b.Tallyd(ctx, data)
	if err != nil {
		return nil, err
	}
	c := &counter{
		Server: server, data: data, seeded: seeded, claimed: b.sizes.vouchers(b.runs) + 1, clients: load.New(server.URL, most),
	}
	requests, err := c.sign(1, 1)
	if err != nil {
		return nil, err
	}
	status, answer, err := c.clients.Send(ctx, requests[0])
	if err != nil || status != http.StatusCreated {
		return nil, errors.Join(fmt.Errorf("%w: status %d: %s", load.ErrAnswer, status, answer), err)
	}
	c.size, c.first = size{len(requests[0].Body), len(answer)}, c.next
	if c.empty, err = c.disk(); err != nil {
		return nil, err
	}
	return c, c.weigh(0)
}

// sign makes the redemptions of the next vouchers, for the clients.
func (c *counter) sign(clients, vouchers int) ([]load.Request, error) {
	sales, err := c.seeded.Sales(c.next, vouchers, twiceEvery, 2*clients)
	if err != nil {
		return nil, err
	}
	c.next += vouchers
	requests := make([]load.Request, len(sales))
	return requests, shop.Each(len(sales), func(i int) (err error) {
		requests[i], err = c.seeded.Request(sales[i])
		return err
	})
}

// redeemer is tallyd as a system under measurement.
func (c *counter) redeemer() *redeemer {
	return newRedeemer(systemTally, c.Processor, func(ctx context.Context, clients, vouchers int) (int, sender, error) {
		requests, err := c.sign(clients, vouchers)
		return len(requests), func(ctx context.Context, i int) (load.Told, error) {
			return c.clients.Tell(ctx, requests[i], http.StatusConflict)
		}, errors.Join(err, c.clients.Connect(ctx, clients))
	})
}

// weigh notes tallyd's memory after the load of a number of clients; of 0 clients,
// at rest.
func (c *counter) weigh(clients int) error {
	bytes, err := c.Memory()
	what := fmt.Sprintf("memory after the load of %d clients", clients)
	if clients == 0 {
		what = fmt.Sprintf("memory at rest, %d vouchers claimed", c.claimed)
	}
	c.weighed = append(c.weighed, []any{what, mebibytes(bytes), "MiB resident"})
	return err
}

// disk is the bytes of the parts of the data directory.
func (c *counter) disk() (map[string]int64, error) {
	chain, err1 := stage.SizeOf(filepath.Join(c.data, "chain"))
	log, err2 := stage.SizeOf(filepath.Join(c.data, "log"))
	return map[string]int64{"chain": chain, "log": log}, errors.Join(err1, err2)
}

// costs is what redemptions take of tallyd's memory and disk.
func (c *counter) costs() (Table, error) {
	full, err := c.disk()
	redeemed := int64(max(1, c.next-c.first))
	t := Table{Name: "costs of redemptions at tallyd", Columns: []string{"what", "figure", "unit"}, Rows: c.weighed}
	for _, part := range []string{"chain", "log"} {
		t.Rows = append(t.Rows, []any{"disk, " + part, (full[part] - c.empty[part]) / redeemed, fmt.Sprintf("bytes each of %d", redeemed)})
	}
	return t, err
}
