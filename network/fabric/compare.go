package fabric

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/protobuf/proto"
)

// compare holds nodes against each other: those of other hosts, their clocks,
// the history of each, and who is a member of the channel.
func (n *Network) compare(ctx context.Context, s *Status, sights []sight) {
	ahead := sight{}
	for _, seen := range sights {
		if seen.node.Kind == Peer && seen.height > ahead.height {
			ahead = seen
		}
	}
	clocks := n.clocks(ctx, sights)
	for _, seen := range sights {
		problem := n.historyProblem(ctx, seen, ahead)
		if at := slices.IndexFunc(s.Nodes, func(own NodeStatus) bool { return own.Name == seen.node.Name }); at >= 0 {
			s.Nodes[at].add(problem)
			continue
		}
		other := OtherStatus{
			Name: seen.node.Name, Kind: seen.node.Kind, Organisation: seen.node.Organisation, Host: seen.node.Host.Name,
			Address: seen.node.Address(), Height: seen.height, Clock: clocks[seen.node.Host.Name].offset, Problem: seen.problem(ahead.height),
		}
		for _, more := range []string{problem, clocks[other.Host].problem} {
			other.Problem = also(other.Problem, more)
		}
		s.Others = append(s.Others, other)
	}
	n.checkMembers(ctx, s, ahead)
}

func (s *NodeStatus) add(problem string) { s.Problem = also(s.Problem, problem) }

// also joins a problem and another one.
func also(problem, more string) string {
	if problem == "" || more == "" {
		return problem + more
	}
	return problem + "; " + more
}

// problem is what is wrong with a node of another host, as far as it shows.
func (s sight) problem(most uint64) string {
	switch {
	case errors.Is(s.err, context.DeadlineExceeded) || strings.Contains(fmt.Sprint(s.err), "DeadlineExceeded"):
		return fmt.Sprintf("does not answer within %s", lookPatience)
	case s.err != nil:
		return s.err.Error()
	case s.height == 0:
		return "is not in the channel"
	case s.height+maxApart < most:
		return fmt.Sprintf("is behind: it has %d of %d blocks", s.height, most)
	}
	return ""
}

// maxApart is how many blocks a node of another host may be behind: blocks are
// made while nodes are asked.
const maxApart = 3

// historyProblem says that a node has another block than the peer that is ahead.
func (n *Network) historyProblem(ctx context.Context, seen, ahead sight) string {
	if seen.err != nil || seen.node.Name == ahead.node.Name || ahead.height == 0 {
		return ""
	}
	same, err := n.sameHistory(ctx, seen, ahead)
	if same || err != nil {
		return "" // who does not answer is seen elsewhere
	}
	return fmt.Sprintf("HAS ANOTHER HISTORY: its block %d is not that of %s", min(seen.height, ahead.height)-1, ahead.node.Name)
}

// clock is what is known of a host's clock.
type clock struct {
	offset  time.Duration
	problem string
}

// clocks are those of the other hosts that answer.
func (n *Network) clocks(ctx context.Context, sights []sight) map[string]clock {
	all := map[string]clock{}
	for _, s := range sights {
		host := s.node.Host.Name
		if _, asked := all[host]; asked || s.err != nil && !errors.Is(s.err, errTime) || n.isHere(s.node) {
			continue
		}
		offset, err := n.clockOffset(ctx, s.node, time.Now)
		c := clock{offset, clockProblem(host, offset)}
		if errors.Is(err, errTime) {
			c.problem = fmt.Sprintf("the clock of host %s is more than %s off this host's", host, 2*timeWindow-ClockTolerance)
		}
		all[host] = c
	}
	return all
}

func (n *Network) isHere(node Node) bool {
	return n.options.Host == "" || n.options.Host == node.Host.Name
}

// checkMembers asks the peer that is ahead who belongs to the channel.
func (n *Network) checkMembers(ctx context.Context, s *Status, ahead sight) {
	if ahead.height == 0 {
		return
	}
	members, err := n.members(ctx, ahead.node)
	if err != nil {
		return // why it does not answer is seen elsewhere
	}
	for i := range s.Nodes {
		if node := &s.Nodes[i]; node.Kind == Peer && !slices.Contains(members, node.Organisation) {
			node.add(node.Organisation + " is not a member of the channel any more")
		}
	}
}

// members are the organisations whose peers belong to the channel, as a peer knows.
func (n *Network) members(ctx context.Context, node Node) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, lookPatience)
	defer cancel()
	l, err := n.linkAs(node, n.asker(node), adminUser)
	if err != nil {
		return nil, err
	}
	defer l.close()
	payload, err := l.ask(ctx, "", "cscc", "GetChannelConfig", []byte(n.description.Channel))
	if err != nil {
		return nil, err
	}
	var config common.Config
	if err := proto.Unmarshal(payload, &config); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", errAnswer, node.Name, err)
	}
	var members []string
	for name := range config.GetChannelGroup().GetGroups()["Application"].GetGroups() {
		members = append(members, name)
	}
	return members, nil
}

// lastBlock is the last block of the node here that has most.
func (n *Network) lastBlock(ctx context.Context, sights []sight) *BlockStatus {
	var ahead sight
	for _, s := range sights {
		if s.height > ahead.height && n.isHere(s.node) {
			ahead = s
		}
	}
	if ahead.height == 0 {
		return nil
	}
	block, err := n.blockAt(ctx, ahead.node, wish{channel: n.description.Channel, at: newest(), whole: true, time: time.Now()})
	if err != nil {
		return nil // it was asked already, and what is wrong is said there
	}
	at, err := lastTime(block)
	if err != nil {
		return nil // another's transaction: its form is not ours to judge
	}
	return &BlockStatus{Number: block.GetHeader().GetNumber(), Time: at}
}

// lastTime is the time of a block's last transaction.
func lastTime(block *common.Block) (time.Time, error) {
	transactions := block.GetData().GetData()
	if len(transactions) == 0 {
		return time.Time{}, errNoBlocks
	}
	var envelope common.Envelope
	var payload common.Payload
	var header common.ChannelHeader
	if err := proto.Unmarshal(transactions[len(transactions)-1], &envelope); err != nil {
		return time.Time{}, err
	}
	if err := proto.Unmarshal(envelope.GetPayload(), &payload); err != nil {
		return time.Time{}, err
	}
	if err := proto.Unmarshal(payload.GetHeader().GetChannelHeader(), &header); err != nil {
		return time.Time{}, err
	}
	return header.GetTimestamp().AsTime(), nil
}
