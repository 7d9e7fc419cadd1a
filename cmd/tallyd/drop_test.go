package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// flashDrop has twice as many wallets as there are vouchers claim at once, at two servers.
func (c *cluster) flashDrop() {
	d := c.drop(size(100, 10_000), size(200, 20_000))
	d.release()
	d.verify()
	c.agrees()
	c.t.Logf("%d wallets for %d vouchers answered in %s, sent again %d times",
		len(d.claims), d.vouchers, d.took.Round(time.Millisecond), d.busy.Load())
}

// drop is a campaign whose vouchers more wallets want than there are.
type drop struct {
	*cluster
	id       voucher.CampaignID
	vouchers int
	wallets  []ledgertest.Actor
	claims   []api.ClaimRequest
	answers  []answer
	answered atomic.Int64
	busy     atomic.Int64  // times that a request was sent again
	first    sync.Once     // who was told that they are sold out
	soldOut  atomic.Uint64 // the chain's height then
	took     time.Duration
}

// drop signs a claim of each wallet.
func (c *cluster) drop(vouchers, wallets int) *drop {
	c.t.Helper()
	d := &drop{
		cluster: c, vouchers: vouchers, id: c.campaign(0, "A flash drop", uint32(vouchers), nil),
		wallets: make([]ledgertest.Actor, wallets), claims: make([]api.ClaimRequest, wallets), answers: make([]answer, wallets),
	}
	inTurns(wallets, func(i int) {
		d.wallets[i] = ledgertest.NewActor(fmt.Sprint("wallet ", i))
		d.claims[i] = c.claimRequest(d.wallets[i], d.id, 0)
	})
	return d
}

// release has all wallets claim at once, each at one of the servers first.
func (d *drop) release() {
	began := time.Now()
	atOnce(len(d.claims), func(i int) {
		a := d.claim(i, d.claims[i])
		d.busy.Add(int64(a.busy))
		if a.code == "sold_out" {
			d.first.Do(func() { d.soldOut.Store(d.height()) })
		}
		d.answers[i] = a
		d.answered.Add(1)
	})
	d.took = time.Since(began)
}

// verify compares what wallets were told with what they have. A wallet that was
// told yes has that voucher, and no other wallet has it. Every other wallet was
// told that the vouchers are sold out, and not before they were.
func (d *drop) verify() {
	d.t.Helper()
	owners := d.owners()
	require.Len(d.t, owners, d.vouchers, "all of them, and no more")
	yes, last := 0, uint64(0)
	for i, a := range d.answers {
		if a.code != "" {
			require.Equal(d.t, "sold_out", a.code)
			continue
		}
		yes++
		last = max(last, a.outcome.Position.Block)
		require.Equal(d.t, d.wallets[i].Address, owners[refOf(d.t, a.outcome).Serial], "told yes, and has none")
	}
	require.Equal(d.t, d.vouchers, yes)
	require.GreaterOrEqual(d.t, d.soldOut.Load(), last, "told sold out, while one was left")
	books := d.balanced(d.id)
	require.Zero(d.t, books.Vouchers.Unclaimed)
	require.Equal(d.t, uint64(d.vouchers), books.Vouchers.Live)
}

// owners reads the ledger, entry by entry: who has which serial.
func (d *drop) owners() map[uint32]voucher.Address {
	d.t.Helper()
	l := d.open(d.t)
	head, err := l.Head(d.ctx)
	require.NoError(d.t, err)
	owners := map[uint32]voucher.Address{}
	for entry, err := range l.Events(d.ctx, voucher.Position{}, head) {
		require.NoError(d.t, err)
		for _, e := range entry.Outcome.Events {
			if e, ok := e.(voucher.VoucherClaimed); ok && e.Campaign == d.id {
				require.NotContains(d.t, owners, e.Serial, "one voucher, claimed twice")
				owners[e.Serial] = e.Voucher.Unpack().Owner
			}
		}
	}
	return owners
}
