package fabric_test

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/stretchr/testify/require"

	"tally/internal/processtest"
	"tally/network/fabric"
	"tally/network/fabric/fabrictest"
)

// Rounds of kills.
const (
	kills         = "TALLY_KILLS" // the environment's variable: how many
	killsInShort  = 2             // without it
	writersAtPeer = 3
	writesAround  = 60 // before a kill, after it, and after the orderer is back
)

// TestOrderers_GoOnWithoutEachOfThem kills one orderer after the other under load,
// the leader if the last kill was not of the leader, and wants the others to go on
// without it and with it again. Nobody else is started again, so that an orderer
// which came back and does not take part shows: it and the next dead one are two.
func TestOrderers_GoOnWithoutEachOfThem(t *testing.T) {
	t.Parallel() // much of it is waiting
	d := fabrictest.Form(t, "default")
	for i := range d.Organisations {
		d.Organisations[i].Peers = d.Organisations[i].Peers[:min(1, len(d.Organisations[i].Peers))]
	}
	n := fabrictest.Up(t, d, &fabric.Program{Path: processtest.Build(t, notes), Ready: "ready"})
	requireUsable(t, n)
	build := n.OrdererBuild(t.Context())
	require.NotEmpty(t, build)
	t.Logf("orderers: %s", build)
	var orderers []string
	for _, node := range d.Nodes() {
		if node.Kind == fabric.Orderer {
			orderers = append(orderers, node.Name)
		}
	}
	rounds := killsInShort
	if text := os.Getenv(kills); text != "" {
		var err error
		rounds, err = strconv.Atoi(text)
		require.NoError(t, err)
	}
	w := startWriters(t, n)
	var without, with, whole spans
	defer func() { // also of a run that ends because nothing is ordered any more
		t.Logf("orderers: %s; %d kills: without the victim after %s, with it after %s, which then has all after %s", build, len(without), without, with, whole)
	}()
	var last string
	for round := range rounds {
		w.goOn(t)
		victim, err := n.Leader(t.Context())
		require.NoError(t, err)
		if victim == last {
			victim = orderers[round%len(orderers)]
		}
		last = victim
		require.NoError(t, n.Kill(t.Context(), victim))
		without = append(without, w.goOn(t))
		require.NoError(t, n.Start(t.Context(), victim))
		with = append(with, w.goOn(t))
		began := time.Now()
		require.Eventually(t, func() bool { return apart(t, n) <= blocksApart }, fabrictest.Patience, 50*time.Millisecond)
		whole = append(whole, time.Since(began))
		t.Logf("%d of %d: without %s after %s, with it after %s, which then has all after %s", round+1, rounds, victim,
			without[round].Round(time.Millisecond), with[round].Round(time.Millisecond), whole[round].Round(time.Millisecond))
	}
}

// spans are what the rounds took.
type spans []time.Duration

// String is the median, the least and the greatest.
func (s spans) String() string {
	if len(s) == 0 {
		return "none"
	}
	all := slices.Sorted(slices.Values(s))
	round := func(d time.Duration) time.Duration { return d.Round(100 * time.Millisecond) }
	return fmt.Sprintf("%s (%s..%s)", round(all[len(all)/2]), round(all[0]), round(all[len(all)-1]))
}

// blocksApart is how far nodes may be apart that go on together.
const blocksApart = 3

// apart is how many blocks the last node is behind the first.
func apart(t *testing.T, n *fabric.Network) uint64 {
	t.Helper()
	nodes := status(t, n).Nodes
	least, most := nodes[0].Height, nodes[0].Height
	for _, node := range nodes {
		least, most = min(least, node.Height), max(most, node.Height)
	}
	return most - least
}

// writers write through every peer until the test ends, and count what was committed.
type writers struct {
	written atomic.Int64
	running sync.WaitGroup
}

func startWriters(t *testing.T, n *fabric.Network) *writers {
	t.Helper()
	w := new(writers)
	for _, peer := range n.Endpoints() {
		contract := connect(t, n, peer)
		for writer := range writersAtPeer {
			w.running.Go(func() {
				for i := 0; t.Context().Err() == nil; i++ {
					text := client.WithArguments(peer.Name+strconv.Itoa(writer), strconv.Itoa(i))
					if _, err := contract.SubmitWithContext(t.Context(), "write", text); err == nil {
						w.written.Add(1)
					}
				}
			})
		}
	}
	t.Cleanup(w.running.Wait)
	return w
}

// goOn returns how long more writes took.
func (w *writers) goOn(t *testing.T) time.Duration {
	t.Helper()
	began, enough := time.Now(), w.written.Load()+writesAround
	require.Eventually(t, func() bool { return w.written.Load() >= enough }, fabrictest.Patience, 20*time.Millisecond)
	return time.Since(began)
}
