package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tally/internal/client"
	"tally/internal/ledger"
	"tally/internal/ledger/ledgertest"
	"tally/internal/lincheck"
	"tally/internal/voucher"
	network "tally/network/fabric"
	"tally/network/fabric/fabrictest"
)

// What happens in each drill besides the fault.
const (
	tillsInADrill   = 4
	racersInADrill  = 4
	racesInADrill   = 3000 // operations at most, in as many campaigns as that takes
	racesAtMost     = lincheck.MaxDuration / 2
	perRace         = 100 // operations in each campaign, or its check takes long
	cutOffInADrill  = 16
	salesUntilFault = 40 // and as many after it, and again after it is mended
	frozenInADrill  = 30 * time.Second
	goesOnWithin    = time.Minute     // or an operator steps in
	wholeWithin     = 4 * time.Minute // with orderers started again that were stuck
	lookWhetherEach = 50 * time.Millisecond
)

// networkFault is something that happens to a consortium. do returns what mends it.
type networkFault struct {
	name  string
	lasts time.Duration // at least
	do    func(*consortium) (mend func())
}

// networkFaults are all of the drills, on a network as it is described.
func networkFaults(d network.Description) []networkFault {
	nearest := func(c *consortium) string { return endpointsFor(c.Network, "Jasmine")[0].Name }
	all := []networkFault{
		killLeader(),
		{name: "freeze the leader", lasts: frozenInADrill, do: func(c *consortium) func() {
			leader := c.leader()
			require.NoError(c.t, c.Freeze(leader))
			return func() { require.NoError(c.t, c.Thaw(leader)) }
		}},
		{name: "kill a peer", do: func(c *consortium) func() { return c.killed(endpointsFor(c.Network, "Platform")[0].Name) }},
		{name: "kill the gateway's peer", do: func(c *consortium) func() { return c.killed(nearest(c)) }},
		{name: "kill its chaincode", do: func(c *consortium) func() {
			require.NoError(c.t, c.KillChaincode(c.t.Context(), nearest(c)))
			return func() { require.NoError(c.t, c.StartChaincode(nearest(c))) }
		}},
		{name: "kill a tallyd", do: func(c *consortium) func() {
			c.servers[0].kill()
			return c.servers[0].start
		}},
	}
	for _, node := range d.Nodes() {
		if node.Kind == network.Orderer {
			all = append(all, networkFault{name: "kill " + node.Name, do: func(c *consortium) func() { return c.killed(node.Name) }})
		}
	}
	return all
}

func killLeader() networkFault {
	return networkFault{name: "kill the leader", do: func(c *consortium) func() { return c.killed(c.leader()) }}
}

// killed kills a node, and returns what has it back.
func (c *consortium) killed(name string) (mend func()) {
	c.t.Helper()
	require.NoError(c.t, c.Kill(c.t.Context(), name))
	return func() { require.NoError(c.t, c.Start(c.t.Context(), name)) }
}

func (c *consortium) leader() string {
	c.t.Helper()
	name, err := c.Leader(c.t.Context())
	require.NoError(c.t, err)
	return name
}

// TestDrills_NodesFailUnderLoad has the leader of four BFT orderers killed while two servers sell
// and clients race. The long form does all that may happen to one node, on the
// network of six peers; make drills prints what came of it.
func TestDrills_NodesFailUnderLoad(t *testing.T) {
	t.Parallel()
	d := fabrictest.Form(t, "default")
	all := []networkFault{killLeader()}
	if os.Getenv(ledgertest.LongForm) != "" {
		all = networkFaults(d)
	} else {
		for i := range d.Organisations {
			d.Organisations[i].Peers = d.Organisations[i].Peers[:min(1, len(d.Organisations[i].Peers))]
		}
	}
	c := startConsortium(t, d)
	t.Logf("orderers: %s", c.OrdererBuild(t.Context()))
	auditor := c.open(t)
	var reports []casualties
	for _, h := range all {
		reports = append(reports, c.drill(auditor, h))
	}
	c.agrees()
	show(t, reports)
}

// casualties are what came of a drill.
type casualties struct {
	Drill       string `json:"drill"`
	Accepted    int    `json:"accepted"` // requests, of tills and racers together
	Refused     int    `json:"refused"`
	Unavailable int    `json:"unavailable"` // told that they had no effect, and sent again
	Unknown     int    `json:"unknown"`     // told so, or not answered
	Redemptions int    `json:"redemptions"` // acknowledged to the tills
	Cancelled   int    `json:"cancelled"`   // of the sales that were cut off
	WentOn      bool   `json:"wentOn"`      // within a minute, without what was harmed
	Stall       int64  `json:"stallMs"`     // the longest time without an acknowledged redemption
	Healed      int64  `json:"healedMs"`    // from the mending until every node had every block
	// Restarted are orderers that had to be started again, because they were stuck.
	Restarted []string `json:"restarted"`
}

// drill causes a fault while tills sell and clients race, mends it, and checks all
// that was told.
func (c *consortium) drill(auditor ledger.Ledger, f networkFault) casualties {
	c.t.Helper()
	c.t.Log(f.name)
	from, err := auditor.Head(c.t.Context())
	require.NoError(c.t, err)
	held := c.claimed(c.campaign(0, f.name+": cut off", cutOffInADrill, nil), cutOffInADrill)
	race := c.race()
	r := c.rush(f.name, tillsInADrill)
	require.True(c.t, r.goesOn(salesUntilFault, wholeWithin))
	began := time.Now()
	mend := f.do(c)
	cut := make(chan []withheld, 1)
	go func() { cut <- c.withhold(held) }()
	out := casualties{Drill: f.name, WentOn: r.goesOn(salesUntilFault, goesOnWithin)}
	time.Sleep(f.lasts - time.Since(began)) // the fault's own length
	mended := time.Now()
	mend()
	out.Restarted = c.whole()
	out.Healed = time.Since(mended).Milliseconds()
	if !r.goesOn(salesUntilFault, goesOnWithin) {
		out.Restarted = append(out.Restarted, c.restartOrderers()...)
		require.True(c.t, r.goesOn(salesUntilFault, wholeWithin), "nothing is sold any more")
	}
	r.end()
	history, withheld := race.end(), <-cut

	replayed := c.replay(auditor, from)
	r.kept(replayed)
	out.Redemptions, out.Cancelled, out.Stall = len(r.sales), c.decided(withheld, replayed), r.stall().Milliseconds()
	out.count(r, history)
	c.t.Logf("%+v", out)
	c.explained(race.shop, history)
	return out
}

// whole returns when every node of the network works and has the blocks that
// there were when it began to look, twice: one that stands still has them once.
// It starts orderers again that are stuck, as tally-network's service does, and
// returns their names.
func (c *consortium) whole() (restarted []string) {
	c.t.Helper()
	since := c.Lag(c.t.Context())
	for range 2 {
		newest := c.cluster.height()
		require.Eventually(c.t, func() bool {
			var stuck []string
			stuck, since = c.Stuck(c.t.Context(), since)
			c.restart(stuck)
			restarted = append(restarted, stuck...)
			return c.have(newest)
		}, wholeWithin, 5*lookWhetherEach, "the network is not whole again")
	}
	return restarted
}

// have reports whether every node works and has a block.
func (c *consortium) have(block uint64) bool {
	status, err := c.Status(c.t.Context())
	if err != nil {
		return false
	}
	for _, node := range status.Nodes {
		if node.Problem != "" || node.Height <= block {
			return false
		}
	}
	return true
}

// restartOrderers is what an operator does when nothing is ordered any more
// though every orderer runs: one after the other is started again. What they were
// doing is kept.
func (c *consortium) restartOrderers() (names []string) {
	c.t.Helper()
	for _, node := range c.Description().Nodes() {
		if node.Kind == network.Orderer {
			names = append(names, node.Name)
			require.NoError(c.t, c.Trace(node.Name))
		}
	}
	time.Sleep(traced)
	c.keepLogs(names)
	c.restart(names)
	return names
}

// traced is how long nodes have to write what they are doing.
const traced = 2 * time.Second

// keepLogs copies nodes' logs to a directory that stays.
func (c *consortium) keepLogs(names []string) {
	c.t.Helper()
	dir, err := os.MkdirTemp("", "orderers-")
	require.NoError(c.t, err)
	for _, name := range names {
		node, err := c.Node(name)
		require.NoError(c.t, err)
		text, err := os.ReadFile(c.Log(node))
		require.NoError(c.t, err)
		require.NoError(c.t, os.WriteFile(filepath.Join(dir, name+".log"), text, 0o600))
	}
	c.t.Logf("the orderers' logs, with what each was doing: %s", dir)
}

func (c *consortium) restart(names []string) {
	for _, name := range names {
		assert.NoError(c.t, c.Restart(c.t.Context(), name))
	}
}

// replay reads what the ledger accepted after a position, once each, up to the
// newest block that any node has by now.
func (c *cluster) replay(l ledger.Ledger, from voucher.Position) map[voucher.Hash]voucher.Outcome {
	c.t.Helper()
	var head voucher.Position
	newest := c.height()
	require.Eventually(c.t, func() bool {
		var err error
		head, err = l.Head(c.ctx)
		return err == nil && head.Block > newest // it is the position after the last
	}, time.Minute, lookWhetherEach)
	all := map[voucher.Hash]voucher.Outcome{}
	for entry, err := range l.Events(c.ctx, from, head) {
		require.NoError(c.t, err)
		require.NotContains(c.t, all, entry.Outcome.ID, "accepted twice")
		all[entry.Outcome.ID] = entry.Outcome
	}
	return all
}

// race is clients that get in each other's way at both servers, recorded.
type race struct {
	t       *testing.T
	shop    *lincheck.Shop
	load    *lincheck.Load
	history lincheck.History
	ended   chan error
}

func (c *cluster) race() *race {
	c.t.Helper()
	seed := rand.Uint64()
	var clients []*client.Client
	for at := range c.servers {
		clients = append(clients, c.client(at))
	}
	shop, err := lincheck.OpenShop(c.ctx, clients[0], ledgertest.NewActor("operator"), seed, racesInADrill/perRace)
	require.NoError(c.t, err)
	load := lincheck.NewLoad(shop, clients, racersInADrill, racesInADrill, seed)
	r := &race{t: c.t, shop: shop, load: load, ended: make(chan error, 1)}
	time.AfterFunc(racesAtMost, load.End) // a drill may take longer
	go func() {
		var err error
		r.history, err = load.Run(c.ctx)
		r.ended <- err
	}()
	return r
}

// end has the clients stop, and learn what became of all that they asked.
func (r *race) end() lincheck.History {
	r.t.Helper()
	r.load.End()
	require.NoError(r.t, <-r.ended)
	return r.history
}

// explained checks that an order of events explains a history, and that the
// books are what was told.
func (c *cluster) explained(shop *lincheck.Shop, h lincheck.History) {
	c.t.Helper()
	c.t.Logf("%d operations: %s", len(h.Operations), h.Figures())
	if err := h.Check(checkLimit); err != nil {
		kept, keepErr := h.Keep("", checkLimit)
		require.NoError(c.t, keepErr)
		require.NoError(c.t, err, "the history is in %s", kept)
	}
	merchant, err := shop.AsMerchant(c.client(0))
	require.NoError(c.t, err)
	for _, campaign := range shop.Campaigns {
		books, err := merchant.Audit(c.ctx, campaign.ID)
		require.NoError(c.t, err)
		require.NoError(c.t, h.Balance(campaign, books))
	}
}

// count adds up the answers of the tills and of those who raced.
func (r *casualties) count(rush *rush, h lincheck.History) {
	told := rush.told
	for _, op := range h.Operations {
		switch op.Answer.Code {
		case lincheck.Shown: // read, and not asked for
		case lincheck.Accepted:
			told[toldAccepted]++
		case lincheck.Unknown:
			told[toldUnknown]++
		case "unavailable":
			told[toldUnavailable]++
		default:
			told[toldRefused]++
		}
	}
	r.Accepted, r.Refused, r.Unavailable, r.Unknown = told[toldAccepted], told[toldRefused], told[toldUnavailable], told[toldUnknown]
}

// show prints the reports, and writes them down where that is asked for.
func show(t *testing.T, reports []casualties) {
	t.Helper()
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "DRILL\tACCEPTED\tREFUSED\tUNAVAILABLE\tUNKNOWN\tREDEMPTIONS\tCANCELLED\tWENT ON\tLONGEST STALL\tHEALED AFTER\tRESTARTED\t")
	for _, r := range reports {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%d of %d\t%t\t%d ms\t%d ms\t%s\t\n", r.Drill, r.Accepted, r.Refused, r.Unavailable, r.Unknown,
			r.Redemptions, r.Cancelled, cutOffInADrill, r.WentOn, r.Stall, r.Healed, strings.Join(r.Restarted, " "))
	}
	require.NoError(t, w.Flush())
	t.Log("\n" + text.String())
	writeReport(t, reports)
}
