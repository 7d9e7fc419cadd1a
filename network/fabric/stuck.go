package fabric

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// When an orderer is started again.
const (
	// stuckAfter is how long it may have none of the blocks that others have, and get none.
	stuckAfter = 30 * time.Second
	// idleAfter is how long it may have requests and no block comes. SmartBFT tries
	// three leaders meanwhile, and waits for each of them longer.
	idleAfter = 2 * time.Minute
)

// Lag is what the orderers of this host lacked at an instant.
type Lag struct {
	at     time.Time
	behind map[string]uint64 // the heights of those that lacked blocks which other nodes had
	idle   map[string]idle   // those that had requests to order
}

// idle is since when an orderer that has requests has had no more blocks.
type idle struct {
	height uint64
	since  time.Time
}

// Lag looks which orderers are behind, and which have requests. One that is not
// healthy is not among them.
func (n *Network) Lag(ctx context.Context) Lag {
	lag := Lag{at: time.Now(), behind: map[string]uint64{}, idle: map[string]idle{}}
	var newest uint64
	for _, node := range n.here(Peer, Orderer) {
		height, problem := n.height(ctx, node)
		if problem != "" {
			continue
		}
		newest = max(newest, height)
		if node.Kind != Orderer {
			continue
		}
		lag.behind[node.Name] = height
		if n.waiting(ctx, node) > 0 {
			lag.idle[node.Name] = idle{height, lag.at}
		}
	}
	for name, height := range lag.behind {
		if height >= newest {
			delete(lag.behind, name)
		}
	}
	return lag
}

// Stuck returns the orderers that stand still. One kind was behind half a minute ago
// and has got no block since. The other has had requests and no block for two
// minutes. next is the lag to pass to the next call; it is since until half a minute
// has gone by. A SmartBFT orderer that stands still counts as faulty until it is
// started again; that all of them do was seen once, before SmartBFT was patched
// (patches/smartbft). Where too many orderers are away, those that are left have
// requests and no blocks, too: to start them again does not help, and the senders of
// the requests must send them again.
func (n *Network) Stuck(ctx context.Context, since Lag) (names []string, next Lag) {
	if time.Since(since.at) < stuckAfter {
		return nil, since
	}
	next = n.Lag(ctx)
	return since.stillAt(next), next
}

// stillAt are those that stand still from one instant to a later one. It takes
// over since when each has been idle, and those that it names begin anew.
func (l Lag) stillAt(later Lag) (names []string) {
	for name, before := range l.behind {
		if height, behind := later.behind[name]; behind && height == before {
			names = append(names, name)
		}
	}
	for name, now := range later.idle {
		if before, idle := l.idle[name]; idle && before.height == now.height {
			later.idle[name] = before
			if later.at.Sub(before.since) >= idleAfter {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	for _, name := range names {
		delete(later.idle, name)
	}
	return names
}

// requestPool is how many transactions a SmartBFT orderer has that are in no block yet.
var requestPool = regexp.MustCompile(`(?m)^consensus_smartbft_pool_count_of_elements\{[^}]*\} (\S+)$`)

// waiting is how many transactions wait at an orderer; none are known of a Raft
// orderer and of one that does not answer.
func (n *Network) waiting(ctx context.Context, node Node) int {
	text, err := askOperations(ctx, node, "/metrics")
	if err != nil {
		return 0
	}
	found := requestPool.FindSubmatch(text)
	if found == nil {
		return 0
	}
	number, _ := strconv.ParseFloat(string(found[1]), 64) // Prometheus writes nothing else
	return int(number)
}
