package fabric

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

var (
	// ErrHistory means that an orderer without the channel's blocks was not let
	// into the channel: with the others that have none it would begin another
	// history. Nothing was changed.
	ErrHistory = errors.New("the orderer has no blocks of the channel, and would begin another history")
	// ErrUnseen means that an orderer without blocks waits: too few peers answer
	// to know whether the channel is new. The error names those that do not.
	ErrUnseen = errors.New("it is not known whether the channel is new")
)

// mayJoin reports whether an orderer that has no blocks may join the channel by
// its first one. It may where a majority of the organisations' peers show that
// the channel is new, or where the orderers without every block are no quorum: then
// the new one gets the blocks from the others. With Raft it may not
// where it has been in the channel before: it would have forgotten for whom it
// voted and what it confirmed, and Fabric's panics when the leader reminds it.
// The errors are ErrHistory and ErrUnseen.
func (n *Network) mayJoin(ctx context.Context, node Node) error {
	others := slices.DeleteFunc(n.description.Nodes(), func(o Node) bool { return o.Name == node.Name })
	return n.description.mayJoin(node, exists(n.files.joined(node)), n.look(ctx, others))
}

func (d Description) mayJoin(node Node, before bool, others []sight) error {
	if greatest(others, Peer, Orderer) <= 1 {
		return d.checkNew(others)
	}
	if before && d.Consensus == Raft {
		return fmt.Errorf("%w: %s: the channel has %d blocks, and a Raft orderer that lost its log may not come back without it; %s",
			ErrHistory, node.Name, greatest(others, Peer, Orderer), d.wayOut(node))
	}
	blocks := greatest(others, Peer)
	var holders int
	for _, s := range others {
		if s.node.Kind == Orderer && s.height > 1 && s.height >= blocks {
			holders++
		}
	}
	orderers := len(d.nodesOf(Orderer))
	needed := orderers - d.quorum() + 1
	if holders >= needed {
		return nil
	}
	return fmt.Errorf("%w: %s: the channel has %d blocks, and %d of the other %d orderers have them all, %d are needed; %s",
		ErrHistory, node.Name, greatest(others, Peer, Orderer), holders, orderers-1, needed, d.wayOut(node))
}

// wayOut is what an operator can do for an orderer that may not join. With BFT the
// blocks of one orderer are good for another; with Raft each has a state of its own.
func (d Description) wayOut(node Node) string {
	if d.Consensus == BFT {
		return fmt.Sprintf("start those that have them, or stop one, copy its data/ledger to nodes/%s/data/ledger, and start both", node.Name)
	}
	return fmt.Sprintf("put back a copy of nodes/%s/data, or go on with the others while they are enough", node.Name)
}

// checkNew wants a majority of the organisations that have peers to show that
// there are no blocks but the first.
func (d Description) checkNew(others []sight) error {
	seen, unseen := map[string]bool{}, []string{}
	for _, s := range others {
		switch {
		case s.node.Kind != Peer:
		case s.err != nil:
			unseen = append(unseen, s.node.Name)
		default:
			seen[s.node.Organisation] = true
		}
	}
	if 2*len(seen) > len(d.PeerOrganisations()) {
		return nil
	}
	return fmt.Errorf("%w: an orderer without blocks waits until peers of a majority of the organisations answer; those that do not: %s",
		ErrUnseen, strings.Join(unseen, ", "))
}

// quorum is how many orderers together make a block.
func (d Description) quorum() int {
	n := len(d.nodesOf(Orderer))
	if d.Consensus == BFT {
		f := (n - 1) / 3
		return (n + f + 2) / 2 // (n+f+1)/2, rounded up
	}
	return n/2 + 1
}
