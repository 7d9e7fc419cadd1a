package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"

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

	system  string
	kind    string // of the ledger
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
func (b *bench) counter(ctx context.Context, system string) (*counter, error) {
	return b.counterOf(ctx, system, b.tallyd.now)
}

// counterOf is counter with a build of tallyd.
func (b *bench) counterOf(ctx context.Context, system, program string) (*counter, error) {
	data, err := b.Dir(strings.NewReplacer(", ", "-", " ", "-").Replace(system))
	if err != nil {
		return nil, err
	}
	seeded, kind, err := b.stock(ctx, system, data)
	if err != nil {
		return nil, err
	}
	server, err := b.Build(ctx, program, data, "--ledger", kind)
	if err != nil {
		return nil, err
	}
	c := &counter{
		Server: server, system: system, kind: kind, data: data, seeded: seeded, claimed: b.sizes.vouchers(b.runs) + 1, clients: load.New(server.URL, most),
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

// stock founds and seeds the ledger of a system, of a kind that --ledger names.
func (b *bench) stock(ctx context.Context, system, data string) (seeded *shop.Seeded, kind string, err error) {
	if kind = shop.Chain; strings.HasPrefix(system, systemJournal) {
		kind = shop.Journal
	}
	l, seeded, err := b.seed(ctx, kind, data)
	if err != nil {
		return nil, "", err
	}
	return seeded, kind, l.Close()
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
	return newRedeemer(c.system, c.Processor, func(ctx context.Context, clients, vouchers int) (int, sender, error) {
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

// partsOf are the parts of a data directory that grow, by the ledger's kind.
func partsOf(kind string) []string {
	if kind == shop.Journal {
		return []string{"journal", "state", "log"}
	}
	return []string{"chain", "log"}
}

// disk is the bytes of the parts of the data directory.
func (c *counter) disk() (map[string]int64, error) {
	sizes := map[string]int64{}
	for _, part := range partsOf(c.kind) {
		var err error
		if sizes[part], err = sizeOf(filepath.Join(c.data, part)); err != nil {
			return nil, err
		}
	}
	return sizes, nil
}

// sizeOf is the bytes of a part of a data directory. A journal's files are written with
// zeros ahead of time, so of them only what is before the zeros counts.
func sizeOf(dir string) (size int64, err error) {
	if filepath.Base(dir) != "journal" {
		return stage.SizeOf(dir)
	}
	segments, err := filepath.Glob(filepath.Join(dir, "*.segment"))
	for _, path := range segments {
		raw, err := os.ReadFile(path)
		if err != nil {
			return 0, err
		}
		size += int64(len(bytes.TrimRight(raw, "\x00")))
	}
	return size, err
}

// costs is what redemptions take of tallyd's memory and disk.
func (c *counter) costs() (Table, error) {
	full, err := c.disk()
	redeemed := int64(max(1, c.next-c.first))
	t := Table{Name: "costs of redemptions at " + c.system, Columns: []string{"what", "figure", "unit"}, Rows: c.weighed}
	for _, part := range partsOf(c.kind) {
		t.Rows = append(t.Rows, []any{"disk, " + part, (full[part] - c.empty[part]) / redeemed, fmt.Sprintf("bytes each of %d", redeemed)})
	}
	return t, err
}
