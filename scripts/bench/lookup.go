package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"

	"tally/internal/voucher"
	"tally/scripts/bench/load"
	"tally/scripts/bench/shop"
)

// The systems that look up, each pair one after the other.
const (
	lookTallyRedis  = "tally, redis"
	lookBareRedis   = "bare HGETALL"
	lookTallyMemory = "tally, memory"
	lookConstant    = "constant"
)

const lookers = 32 // clients

// looker is a system under measurement.
type looker struct {
	system  string
	clients *load.Clients
	runs    []load.Result
}

// lookup measures look-ups of one voucher by its holder: at tallyd with its index
// on Redis and in memory, and at the same middleware that does the least.
func (b *bench) lookup(ctx context.Context) ([]Table, error) {
	seeded, data, err := b.claimedTwice(ctx)
	if err != nil {
		return nil, err
	}
	all, redis, err := b.tallyLookers(ctx, data)
	if err != nil {
		return nil, err
	}
	requests, err := seeded.lookUps(b.sizes.lookup.vouchers)
	if err != nil {
		return nil, err
	}
	bare, answer, err := b.bareLookers(ctx, seeded, all[0], redis, requests[0])
	if err != nil {
		return nil, err
	}
	all = []*looker{all[0], bare[0], all[1], bare[1]}
	for run := range b.runs {
		for _, l := range inTurn(run, all) {
			if err := b.look(ctx, l, requests, run); err != nil {
				return nil, fmt.Errorf("%s: %w", l.system, err)
			}
		}
	}
	return []Table{lookupTable(all, answer)}, nil
}

// claimedTwice is two copies of a ledger whose vouchers are claimed.
func (b *bench) claimedTwice(ctx context.Context) (seeded holders, data [2]string, err error) {
	if data[0], err = b.Dir("tallyd"); err != nil {
		return seeded, data, err
	}
	l, err := shop.Open(ctx, shop.Chain, data[0])
	if err != nil {
		return seeded, data, err
	}
	n := b.sizes.lookup.vouchers
	seeded.Seeded, err = shop.Seed(ctx, l, n, n, b.counting("claimed", n))
	data[1] = data[0] + "-copy"
	if err = errors.Join(err, l.Close()); err == nil {
		err = errors.Join(os.CopyFS(data[1], os.DirFS(data[0])), os.Chmod(filepath.Join(data[1], "sealer.key"), 0o600)) // a copy is open to others
	}
	return seeded, data, err
}

// tallyLookers are tallyd with its index on Redis, and in memory.
func (b *bench) tallyLookers(ctx context.Context, data [2]string) (both []*looker, redis string, err error) {
	if redis, _, err = b.Redis(ctx); err != nil {
		return nil, "", err
	}
	onRedis, err := b.Tallyd(ctx, data[0], "--index", "redis", "--redis", redis)
	if err != nil {
		return nil, "", err
	}
	inMemory, err := b.Tallyd(ctx, data[1])
	if err != nil {
		return nil, "", err
	}
	return []*looker{
		{system: lookTallyRedis, clients: load.New(onRedis.URL, most)}, {system: lookTallyMemory, clients: load.New(inMemory.URL, most)},
	}, redis, nil
}

// bareLookers are those that do the least. They answer what tallyd answers.
func (b *bench) bareLookers(ctx context.Context, s holders, like *looker, redis string, r load.Request) ([]*looker, int, error) {
	status, answer, err := like.clients.Send(ctx, r)
	if err != nil || status != http.StatusOK {
		return nil, 0, errors.Join(fmt.Errorf("%w: status %d: %s", load.ErrAnswer, status, answer), err)
	}
	flags := []string{"--ledger", s.Domain.Ledger().String(), "--answer", string(answer)}
	hgetall, err := b.Program(ctx, "bareread", append(flags, "--redis", redis)...)
	if err != nil {
		return nil, 0, err
	}
	constant, err := b.Program(ctx, "bareread", flags...)
	if err != nil {
		return nil, 0, err
	}
	return []*looker{
		{system: lookBareRedis, clients: load.New(hgetall.URL, most)}, {system: lookConstant, clients: load.New(constant.URL, most)},
	}, len(answer), nil
}

// holders are the wallets of claimed vouchers.
type holders struct{ *shop.Seeded }

// lookUps are a look-up of each voucher by its holder.
func (h holders) lookUps(vouchers int) ([]load.Request, error) {
	requests := make([]load.Request, vouchers)
	return requests, shop.Each(vouchers, func(i int) error {
		token, err := h.Token(shop.Wallet(i))
		ref := voucher.Ref{Campaign: h.Campaign, Serial: uint32(i)}
		requests[i] = load.Request{Method: http.MethodGet, Path: "/v1/vouchers/" + ref.String(), Token: token}
		return err
	})
}

// look is one run of a system.
func (b *bench) look(ctx context.Context, l *looker, requests []load.Request, run int) error {
	if err := l.clients.Connect(ctx, lookers); err != nil {
		return err
	}
	result, err := load.Run(ctx, lookers, b.sizes.lookup.requests, func(ctx context.Context, i int) (load.Told, error) {
		return l.clients.Tell(ctx, requests[i%len(requests)])
	})
	l.runs = append(l.runs, result)
	b.say("run %d, %s: %.0f look-ups/s", run+1, l.system, result.PerSecond(load.Accepted))
	return err
}

func lookupTable(all []*looker, answer int) Table {
	t := Table{
		Name: "look-ups",
		Notes: []string{
			fmt.Sprintf("one voucher by its holder, over HTTP, at %d clients; each verifies the bearer's token, and answers with %d bytes; Redis on a socket", lookers, answer),
			"bare HGETALL, constant: Gin behind Tally's own edge (access log, metrics), which opens the same tokens in the same way, no more; ratio: tally to the one below it, run by run",
		},
		Columns: []string{"system", "look-ups/s", "p50 ms", "p99 ms", "answered", "unknown", "ratio"},
	}
	for i, l := range all {
		cells := rates(l.runs)
		row := []any{l.system, cells[0], cells[1], cells[2], cells[3], cells[7]}
		if i%2 == 0 {
			row = append(row, ratio(l.runs, all[i+1].runs))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
