package main

import (
	"fmt"
	"log/slog"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tally/internal/client"
	"tally/internal/edge/edgetest"
	"tally/internal/index"
	indexmemory "tally/internal/index/memory"
	"tally/internal/index/redis"
	"tally/internal/index/redis/redistest"
	"tally/internal/ledger"
	"tally/internal/ledger/evm/embedded"
	"tally/internal/ledger/evm/remote"
	"tally/internal/ledger/ledgertest"
	"tally/internal/processtest"
	"tally/internal/voucher"
)

// connections is how many each server is reached by: with the most requests that
// one carries, as many as the server takes at once.
const connections = 32

// cluster is two servers over one Redis and one ledger.
type cluster struct {
	*shop
	redis  *redistest.Server
	open   func(*testing.T) ledger.Ledger // opens the ledger apart from the servers, until the test ends
	height func() uint64                  // of the newest block, at whichever node has it
}

// TestCluster_OnAnvil and TestCluster_OnFabric play one after the other what two servers
// must hold, on one network each: a network takes longer to start than most of them.
func TestCluster_OnAnvil(t *testing.T) {
	t.Parallel()
	startCluster(t).play(t)
}

func TestCluster_OnFabric(t *testing.T) {
	t.Parallel()
	startConsortium(t, sharedForm(t)).play(t)
}

func (c *cluster) play(t *testing.T) {
	t.Helper()
	for _, part := range []struct {
		name string
		test func(*cluster)
	}{
		{"OneCodeWorksOnce", (*cluster).oneCodeWorksOnce},
		{"ServerTakesWhatTheOtherAnswered", (*cluster).serverTakesWhatTheOtherAnswered},
		{"OneServerGoesOnAlone", (*cluster).oneServerGoesOnAlone},
		{"OneOfAThousandSalesWins", (*cluster).oneOfAThousandSalesWins},
		{"FlashDrop", (*cluster).flashDrop},
	} {
		t.Run(part.name, func(t *testing.T) { part.test(c.in(t)) })
	}
}

// in is the cluster in a part of its test, which begins when the part before has ended.
func (c *cluster) in(t *testing.T) *cluster {
	t.Helper()
	part := *c
	part.shop = c.shop.in(t)
	return &part
}

// skipShort leaves what needs two servers to make test.
func skipShort(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("two servers, a node and a Redis take half a minute each time: make test has them")
	}
}

// startCluster founds a ledger on anvil and serves it twice, each time with a
// relayer of its own. One server is pushed the node's blocks; the other looks for
// them, and so is behind now and then.
func startCluster(t *testing.T) *cluster {
	t.Helper()
	skipShort(t)
	port := startAnvil(t)
	http := "http://127.0.0.1:" + port
	made := found(t, http, fundRelayer(t, http, "founder"))
	c := &cluster{redis: redistest.Start(t)}
	c.open = func(t *testing.T) ledger.Ledger {
		t.Helper()
		l, err := remote.Open(t.Context(), remote.Options{
			URL: http, Contract: common.Address(made.Contract), Log: slog.New(slog.DiscardHandler),
		})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, l.Close()) })
		return l
	}
	c.height = func() uint64 { return blocksOf(t, http) }
	var servers []*server
	for i, url := range []string{"ws://127.0.0.1:" + port, http} {
		servers = append(servers, serveSecurely(t, c.redis,
			"--ledger", "remote", "--rpc", url, "--contract", made.Contract.String(),
			"--relayer-key", fundRelayer(t, http, fmt.Sprint("relayer ", i))))
	}
	c.shop = newShop(t, 4, servers...)
	return c
}

// alone is a server alone, with the ledger in it and the index on Redis.
type alone struct {
	*shop
	redis *redistest.Server
}

func startEmbedded(t *testing.T) *alone {
	t.Helper()
	r := redistest.Start(t)
	s := serveSecurely(t, r, "--operator", ledgertest.NewActor("operator").Address.String())
	return &alone{shop: newShop(t, 4, s), redis: r}
}

// serveSecurely runs tallyd with TLS over a Redis, to be reached by HTTP/2. The
// test's end kills it.
func serveSecurely(t *testing.T, r *redistest.Server, args ...string) *server {
	t.Helper()
	dir := t.TempDir()
	cert, key, pool := edgetest.Certify(t, dir, 1)
	s := &server{t: t, dir: dir, args: append([]string{
		"--tls-cert", cert, "--tls-key", key, "--index", "redis", "--redis", r.URL(),
		"--rate-token", "off", "--drain-grace", "0s", "--listen", "127.0.0.1:" + processtest.Port(t), // the same after a restart
	}, args...)}
	lines := newWires(t, connections, pool)
	s.wires = lines
	s.start()
	t.Cleanup(s.end)
	lines.open(t, s.url)
	return s
}

// end kills the process, if it runs.
func (s *server) end() {
	_ = s.cmd.Process.Kill() // it may have ended
	_ = s.cmd.Wait()
}

// agrees checks that the index holds what the ledger gives when it is replayed.
func (c *cluster) agrees() {
	c.t.Helper()
	requireEqualIndex(c.t, c.open(c.t), c.redis)
}

// agrees ends the server in good order and checks that the index holds what the
// ledger gives when it is replayed.
func (e *alone) agrees() {
	e.t.Helper()
	require.NoError(e.t, e.servers[0].cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(e.t, e.servers[0].cmd.Wait())
	l, err := embedded.Open(e.ctx, embedded.Options{Dir: e.servers[0].dir, Log: slog.New(slog.DiscardHandler)})
	require.NoError(e.t, err)
	defer func() { require.NoError(e.t, l.Close()) }()
	requireEqualIndex(e.t, l, e.redis)
}

func requireEqualIndex(t *testing.T, l ledger.Ledger, r *redistest.Server) {
	t.Helper()
	x, err := redis.Open(redis.Options{URL: r.URL(), Ledger: l.ID(), Timeout: time.Minute})
	require.NoError(t, err)
	defer func() { require.NoError(t, x.Close()) }()
	require.Eventually(t, func() bool {
		held, want, err := index.Compare(t.Context(), l, x, indexmemory.Trusted())
		return err == nil && held == want && want.Records > 0
	}, 2*time.Minute, 50*time.Millisecond, "the index holds what the ledger does")
}

// oneCodeWorksOnce shows each code at both servers at once. Exactly one sale wins; its
// request, sent to the other server, gets the same answer.
func (c *cluster) oneCodeWorksOnce() {
	const codes = 40
	id := c.campaign(0, "One code", codes, nil)
	held := c.claimed(id, codes)
	sales := make([]sale, 2*codes)
	for i, h := range held {
		offer := c.Offer(h.owner, h.Ref)
		for n := range 2 {
			sales[2*i+n] = c.sell(h.owner, offer, n, fmt.Sprintf("code %d at server %d", i, n))
		}
	}
	answers := make([]answer, len(sales))
	atOnce(len(sales), func(i int) { answers[i] = c.redeem(i, sales[i]) })
	for i := 0; i < len(sales); i += 2 {
		winner := i
		if answers[i].code != "" {
			winner = i + 1
		}
		loser := i + (i + 1 - winner)
		require.Empty(c.t, answers[winner].code)
		require.Equal(c.t, "already_used", answers[loser].code)
		require.Equal(c.t, string(answers[winner].outcome.Canonical()),
			string(c.redeem(winner+1, sales[winner]).outcome.Canonical()), "the same request at the other server")
		require.Equal(c.t, "already_used", c.redeem(winner, sales[loser]).code, "the other sale there")
	}
	require.Equal(c.t, uint64(codes), c.balanced(id).Vouchers.Spent)
	c.agrees()
}

// serverTakesWhatTheOtherAnswered has a campaign published at one server and used at
// the other in the same breath, and so on with every step: what is judged is judged by
// the ledger, however far behind the other server's view is.
func (c *cluster) serverTakesWhatTheOtherAnswered() {
	const rounds, crowd = 3, 4
	for round := range rounds {
		for at := range c.servers { // the campaign here, the claims at the other
			name := fmt.Sprint("round ", round, " at ", at)
			id := c.campaign(at, name, crowd, nil)
			atOnce(crowd, func(i int) {
				wallet := ledgertest.NewActor(fmt.Sprint(name, i))
				claimed := c.claim(at+1, c.claimRequest(wallet, id, 0))
				if !assert.Empty(c.t, claimed.code, "a claim of a campaign that the other server has just answered") {
					return
				}
				ref := refOf(c.t, claimed.outcome)
				sold := c.redeem(at, c.sell(wallet, c.Offer(wallet, ref), 0, fmt.Sprint("sale ", name, i)))
				assert.Empty(c.t, sold.code, "a redemption of what the other server has just claimed")
				c.lists(at+1, wallet, ref, "spent")
			})
		}
	}
	c.agrees()
}

// lists waits until a server lists a wallet's only voucher, in this state. The
// servers share the index, so it mostly does at once.
func (c *cluster) lists(at int, wallet ledgertest.Actor, ref voucher.Ref, state string) {
	c.t.Helper()
	token, err := c.client(at).Token(c.Domain, wallet.Key, time.Now().Add(client.TokenLife))
	require.NoError(c.t, err)
	require.Eventually(c.t, func() bool {
		page, err := c.client(at).As(token).Wallet(c.ctx, wallet.Address, "")
		return err == nil && len(page.Data) == 1 && page.Data[0].ID == ref.String() && page.Data[0].State == state
	}, time.Minute, time.Millisecond)
}

// oneServerGoesOnAlone kills one server in the middle of a rush. Its clients send the
// very same requests to the other server.
func (c *cluster) oneServerGoesOnAlone() {
	const customers = 200
	id := c.campaign(0, "A rush", customers, nil)
	wallets := make([]ledgertest.Actor, customers)
	inTurns(customers, func(i int) { wallets[i] = ledgertest.NewActor(fmt.Sprint("customer ", i)) })
	claims, sales := make([]answer, customers), make([]answer, customers)
	var served atomic.Int64
	go func() {
		for served.Load() < customers/10 {
			time.Sleep(time.Millisecond)
		}
		_ = c.servers[0].cmd.Process.Kill()
	}()
	atOnce(customers, func(i int) {
		if claims[i] = c.claim(i, c.claimRequest(wallets[i], id, 0)); claims[i].code == "" {
			offer := c.Offer(wallets[i], refOf(c.t, claims[i].outcome))
			sales[i] = c.redeem(i, c.sell(wallets[i], offer, i, fmt.Sprint("sale ", i)))
			served.Add(1)
		}
	})
	again := 0
	for i := range customers {
		require.Empty(c.t, claims[i].code)
		require.Empty(c.t, sales[i].code)
		again += claims[i].busy + sales[i].busy
	}
	require.Positive(c.t, again, "somebody asked the one that died")
	c.servers[0].kill()
	c.servers[0].start()
	require.Equal(c.t, uint64(customers), c.balanced(id).Vouchers.Spent)
	c.agrees()
}

// oneOfAThousandSalesWins shows one code at a thousand tills' hands at once: as many
// sales, half of them at each server.
func (c *cluster) oneOfAThousandSalesWins() {
	const crowd = 1000
	id := c.campaign(0, "One of a thousand", 1, nil)
	held := c.claimed(id, 1)[0]
	offer := c.Offer(held.owner, held.Ref)
	first := c.sell(held.owner, offer, 0, "one of a thousand 0")
	sales, answers := make([]sale, crowd), make([]answer, crowd)
	inTurns(crowd, func(i int) { sales[i] = c.accept(first.request.Code, offer, i, fmt.Sprint("one of a thousand ", i)) })
	atOnce(crowd, func(i int) { answers[i] = c.redeem(i, sales[i]) })
	wins := 0
	for _, a := range answers {
		if a.code == "" {
			wins++
			continue
		}
		require.Equal(c.t, "already_used", a.code)
	}
	require.Equal(c.t, 1, wins)
	require.Equal(c.t, uint64(1), c.balanced(id).Vouchers.Spent)
	c.agrees()
}
