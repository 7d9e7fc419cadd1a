package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/client"
	"tally/internal/httpapi/apitest"
	"tally/internal/index/redis"
	"tally/internal/ledger"
	"tally/internal/ledger/ledgertest"
	"tally/internal/voucher"
)

// TestKill_BetweenLedgerAndIndex kills a server that has had a claim, or a
// redemption, accepted by the ledger and could not put it into Redis. Nobody was
// answered; both servers tell what the ledger has, and Redis is brought up to it.
func TestKill_BetweenLedgerAndIndex(t *testing.T) {
	t.Parallel()
	c := startCluster(t)
	l := c.open(t)
	x, err := redis.Open(redis.Options{URL: c.redis.URL(), Ledger: l.ID(), Timeout: time.Minute})
	require.NoError(t, err)
	defer func() { require.NoError(t, x.Close()) }()

	id := c.campaign(0, "P11", 2, nil)
	alice, bob := ledgertest.NewActor("alice"), ledgertest.NewActor("bob")
	request := c.claimRequest(alice, id, 0)
	claimID := c.Domain.ID(voucher.ClaimCommand{Claim: request.Intent})
	claimed := c.dieBefore(l, x, claimID, func(api *client.Client) error {
		_, err := api.Send(t.Context(), apitest.Command(c.Domain, request))
		return err
	})
	for at := range c.servers {
		require.Equal(t, string(claimed.Canonical()), string(c.claim(at, request).outcome.Canonical()), "the first outcome")
	}

	offer := c.Offer(alice, refOf(t, claimed))
	sale := c.sell(alice, offer, 0, "a sale")
	sold := c.dieBefore(l, x, c.Domain.Digest(offer), func(api *client.Client) error {
		_, err := api.Send(t.Context(), apitest.Keyed(c.Domain, sale.request, sale.key))
		return err
	})
	for at := range c.servers {
		require.Equal(t, string(sold.Canonical()), string(c.redeem(at, sale).outcome.Canonical()), "the first outcome")
		require.Equal(t, "already_used", c.redeem(at, c.sell(alice, offer, 1, "another sale")).code)
	}
	// One voucher is left, whatever Redis was told: it goes to bob, and then there is none.
	require.Empty(t, c.claim(1, c.claimRequest(bob, id, 0)).code)
	require.Equal(t, "sold_out", c.claim(0, c.claimRequest(ledgertest.NewActor("carol"), id, 0)).code)
	books := c.balanced(id)
	require.Equal(t, uint64(1), books.Vouchers.Spent)
	require.Equal(t, uint64(1), books.Vouchers.Live)
	c.agrees()
}

// TestKill_AfterAnAnswerThatRedisMissed answers while Redis takes no writes,
// and is killed. The answers are in the ledger, so they are there again after
// the next start, in Redis too.
func TestKill_AfterAnAnswerThatRedisMissed(t *testing.T) {
	t.Parallel()
	e := startEmbedded(t)
	id := e.campaign(0, "P11", 1, nil)
	alice := ledgertest.NewActor("alice")
	request := e.claimRequest(alice, id, 0)
	e.redis.Do("CLIENT", "PAUSE", "600000", "WRITE")
	claimed := e.claim(0, request)
	require.Empty(t, claimed.code)
	sale := e.sell(alice, e.Offer(alice, refOf(t, claimed.outcome)), 0, "a sale")
	sold := e.redeem(0, sale)
	require.Empty(t, sold.code)
	e.servers[0].kill()
	e.redis.Do("CLIENT", "UNPAUSE")
	e.servers[0].start()
	require.Equal(t, string(claimed.outcome.Canonical()), string(e.claim(0, request).outcome.Canonical()))
	require.Equal(t, string(sold.outcome.Canonical()), string(e.redeem(0, sale).outcome.Canonical()))
	require.Equal(t, "sold_out", e.claim(0, e.claimRequest(ledgertest.NewActor("bob"), id, 0)).code)
	require.Equal(t, uint64(1), e.balanced(id).Vouchers.Spent)
	e.agrees()
}

// dieBefore sends a command to the first server while Redis takes no writes,
// kills the server as soon as the ledger has it, and starts it again. It returns
// what the ledger has.
func (c *cluster) dieBefore(l ledger.Ledger, x *redis.Index, id voucher.Hash, send func(*client.Client) error) voucher.Outcome {
	c.t.Helper()
	c.redis.Do("CLIENT", "PAUSE", "600000", "WRITE")
	api := c.servers[0].client()
	sent := make(chan error, 1)
	go func() { sent <- send(api) }()
	var out voucher.Outcome
	require.Eventually(c.t, func() bool {
		found, ok, err := l.Outcome(c.ctx, id)
		if err == nil && ok {
			out = found
		}
		return err == nil && ok
	}, time.Minute, time.Millisecond)
	c.servers[0].kill()
	c.t.Log("answered or not, as it may have given Redis up before it was killed:", <-sent)
	_, err := x.Outcome(c.ctx, id)
	require.Error(c.t, err, "Redis was not told")
	c.redis.Do("CLIENT", "UNPAUSE")
	c.servers[0].start()
	return out
}

// TestKill_RedisAndAServerInAFlashDrop empties Redis, and kills a server, while a
// crowd claims the last vouchers. In the end nobody was told yes who has none,
// nobody was told that they are sold out while one is left, and Redis holds what
// the ledger does.
func TestKill_RedisAndAServerInAFlashDrop(t *testing.T) {
	t.Parallel()
	c := startCluster(t)
	d := c.drop(size(60, 1000), size(120, 2000))
	trouble := []func(){
		c.redis.Kill, c.redis.Restart, c.servers[0].kill, c.servers[0].start, func() { c.redis.Do("FLUSHALL") },
	}
	done := make(chan struct{})
	go func() { // at even parts of the drop
		defer close(done)
		for i, happens := range trouble {
			for d.answered.Load() < int64((i+1)*len(d.claims)/(2*len(trouble))) {
				time.Sleep(time.Millisecond)
			}
			happens()
		}
	}()
	d.release()
	<-done
	d.verify()
	require.Positive(t, d.busy.Load(), "somebody had to ask again")
	c.agrees()
}
