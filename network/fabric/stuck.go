package fabric

import (
	"context"
	"slices"
	"time"
)

// stuckAfter is how long an orderer may have none of the blocks that others have,
// and get none, before it is started again.
const stuckAfter = 30 * time.Second

// Lag is what the orderers of this host lacked at an instant.
type Lag struct {
	at     time.Time
	behind map[string]uint64 // the heights of those that lacked blocks which other nodes had
}

// Lag looks which orderers are behind. One that is not healthy is not among them.
func (n *Network) Lag(ctx context.Context) Lag {
	lag := Lag{at: time.Now(), behind: map[string]uint64{}}
	var newest uint64
	for _, node := range n.here(Peer, Orderer) {
		if height, problem := n.height(ctx, node); problem == "" {
			newest = max(newest, height)
			if node.Kind == Orderer {
				lag.behind[node.Name] = height
			}
		}
	}
	for name, height := range lag.behind {
		if height >= newest {
			delete(lag.behind, name)
		}
	}
	return lag
}

// Stuck are the orderers that were behind half a minute ago and have got no block
// since, and the lag to be held against next: the same one, until that time has
// gone by. A SmartBFT orderer whose view changed while it fetched blocks can stand
// still so until it is started again, and counts as faulty meanwhile.
func (n *Network) Stuck(ctx context.Context, since Lag) (names []string, next Lag) {
	if time.Since(since.at) < stuckAfter {
		return nil, since
	}
	next = n.Lag(ctx)
	return since.stillAt(next), next
}

// stillAt are those that are as far behind at a later instant.
func (l Lag) stillAt(later Lag) (names []string) {
	for name, before := range l.behind {
		if height, behind := later.behind[name]; behind && height == before {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
