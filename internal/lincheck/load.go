package lincheck

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"tally/internal/client"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// MaxDuration is how long a load may last: offers are signed in advance, and
// their deadlines must stay far, for the model knows no time.
const MaxDuration = 4 * time.Minute

// lookEvery is between two looks whether a server is there again.
const lookEvery = 10 * time.Millisecond

// ErrTooLong says that a load did not end within MaxDuration.
var ErrTooLong = errors.New("the load took too long to be judged without a clock")

// Load is clients that race in a shop.
type Load struct {
	shop    *Shop
	servers []*client.Client
	clients int
	most    int // operations of all clients together
	seed    uint64
	enough  atomic.Bool

	boards []*board
	record recorder
}

// NewLoad prepares a number of clients, and the operations that they do together. Each call
// goes to any of the servers. The seed decides what clients choose; what comes
// of it depends on who is faster, so a history is kept and not made again.
func NewLoad(shop *Shop, servers []*client.Client, clients, operations int, seed uint64) *Load {
	l := &Load{
		shop: shop, servers: servers, clients: clients, most: operations, seed: seed,
		record: recorder{start: time.Now()},
	}
	for _, c := range shop.Campaigns {
		l.boards = append(l.boards, newBoard(c))
	}
	return l
}

// Done is how many operations were made so far, answered or not.
func (l *Load) Done() int { return l.record.count() }

// End has Run make no more operations, though there were to be more of them.
func (l *Load) End() { l.enough.Store(true) }

// Run has the clients make their operations, and then reads every command and
// every voucher once through each server, so that no outcome stays unknown. The
// servers may fail and come back meanwhile. The history is good beside an error
// of ctx, or ErrTooLong, but Balance wants it whole.
func (l *Load) Run(ctx context.Context) (History, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, MaxDuration, ErrTooLong)
	defer cancel()
	failed := make([]error, l.clients)
	var all sync.WaitGroup
	for i := range l.clients {
		all.Go(func() { failed[i] = l.racer(i).run(ctx) })
	}
	all.Wait()
	for i, b := range l.boards {
		all.Go(func() { l.racer(l.clients+i).settle(ctx, b) })
	}
	all.Wait()
	h := History{Seed: l.seed, Campaigns: l.shop.Campaigns, Operations: l.record.all()}
	return h, errors.Join(append(failed, context.Cause(ctx))...)
}

// racer is one of the load's clients.
type racer struct {
	*Load
	number int
	rand   *rand.Rand
}

func (l *Load) racer(i int) *racer {
	return &racer{Load: l, number: i, rand: rand.New(rand.NewPCG(l.seed, uint64(i)))}
}

// run makes one call after the other.
func (c *racer) run(ctx context.Context) error {
	for ctx.Err() == nil && c.Done() < c.most && !c.enough.Load() {
		b := c.boards[c.rand.IntN(len(c.boards))]
		r, err := c.choose(b)
		if err != nil {
			return err
		}
		c.make(ctx, b, r, c.rand.IntN(len(c.servers)))
	}
	return nil
}

// make makes a call and writes it down. After a call that was not answered it
// waits until the server is there again: a call that cannot arrive shows nothing.
func (c *racer) make(ctx context.Context, b *board, r request, server int) (answered bool) {
	op := Operation{Client: c.number, Server: server, Call: r.call, Called: c.record.now()}
	op.Answer = r.send(ctx, c.servers[server])
	op.Told = c.record.now()
	answered = op.Answer.Code != Unknown
	if !answered {
		op.Told = Never
	}
	c.record.add(op)
	b.note(r, op.Answer)
	for !answered && ctx.Err() == nil {
		if _, err := c.servers[server].Ledger(ctx); err == nil {
			break
		}
		time.Sleep(lookEvery)
	}
	return answered
}

// choose is what a client does next in a campaign.
func (c *racer) choose(b *board) (request, error) {
	what := c.rand.IntN(100)
	owner, serials := b.owned(c.rand)
	wallet, owned := c.shop.owner(owner)
	switch {
	case what < 4 || !owned || !b.soldOut() && what < 30:
		return c.keep(b)(c.shop.claim(c.rand, b))
	case what < 40:
		return c.spend(b, wallet, serials)
	case what < 46:
		return c.keep(b)(c.shop.transfer(c.rand, b, wallet, serials[0]))
	default:
		return c.comeBack(b, what)
	}
}

// comeBack is what clients do with what is there already, if there is any.
func (c *racer) comeBack(b *board, what int) (request, error) {
	offer, offered := pick(c.rand, b, &b.offers)
	hold, held := pick(c.rand, b, &b.holds)
	sale, sold := pick(c.rand, b, &b.sales)
	sent, some := pick(c.rand, b, &b.sent)
	switch {
	case what < 54 && offered: // the same code at a till
		return c.keep(b)(c.shop.accept(c.rand, b, offer))
	case what < 58 && offered:
		return c.keep(b)(c.shop.cancel(c.rand, b, offer))
	case what < 64 && held:
		return c.keep(b)(c.shop.capture(c.rand, b, hold))
	case what < 67 && held:
		return c.keep(b)(c.shop.release(c.rand, b, hold))
	case what < 73 && sold:
		return c.keep(b)(c.shop.rollback(c.rand, b, sale))
	case what < 80 && some:
		return sent, nil
	case what < 87 && some:
		return c.ask(sent), nil
	default:
		return c.look(b), nil
	}
}

// spend has an owner show a code, and a till take it; now and then the code is
// shown only.
func (c *racer) spend(b *board, owner ledgertest.Actor, serials []uint32) (request, error) {
	o, err := c.shop.offer(c.rand, b, owner, serials, c.rand.IntN(4) == 0)
	if err != nil {
		return request{}, err
	}
	b.show(o)
	if c.rand.IntN(8) == 0 {
		return c.look(b), nil
	}
	return c.keep(b)(c.shop.accept(c.rand, b, o))
}

// look reads a voucher, as its merchant or as a wallet that may own it.
func (c *racer) look(b *board) request {
	var by voucher.Address
	if c.rand.IntN(2) == 0 {
		by = c.shop.wallets[c.rand.IntN(len(c.shop.wallets))].Address
	}
	return c.shop.readVoucher(b, by, c.rand.Uint32N(b.Supply))
}

// ask reads a command, as its merchant or as who signed it.
func (c *racer) ask(of request) request {
	var by voucher.Address
	if c.rand.IntN(2) == 0 {
		by = of.signer
	}
	asRedemption := (of.call.Verb == Redeem || of.call.Verb == Capture) && c.rand.IntN(2) == 0
	return c.shop.readCommand(of.call, by, asRedemption)
}

// keep lets others send a new request, too.
func (c *racer) keep(b *board) func(request, error) (request, error) {
	return func(r request, err error) (request, error) {
		if err == nil {
			b.keep(r)
		}
		return r, err
	}
}

// settle reads every command of a campaign that was not refused, and every
// voucher, through every server, until it is answered.
func (c *racer) settle(ctx context.Context, b *board) {
	commands := map[voucher.Hash]Call{}
	for _, op := range (History{Operations: c.record.all()}).of(b.ID) {
		if op.Answer.Outcome != nil || op.Answer.Code == Unknown && !op.Call.Verb.reads() {
			commands[op.Call.ID] = op.Call
		}
	}
	for server := range c.servers {
		for _, call := range commands {
			c.insist(ctx, b, c.shop.readCommand(call, voucher.Address{}, false), server)
		}
		for serial := range b.Supply {
			c.insist(ctx, b, c.shop.readVoucher(b, voucher.Address{}, serial), server)
		}
	}
}

func (c *racer) insist(ctx context.Context, b *board, r request, server int) {
	for ctx.Err() == nil && !c.make(ctx, b, r, server) {
	}
}
