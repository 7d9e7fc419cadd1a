package fabric

import (
	"context"
	"fmt"
	"slices"
	"syscall"
	"time"
)

// minFree is how much of the disk is left when Status warns, in bytes.
const minFree = 1 << 30

// diskFree is how much of the disk is left for the network, in bytes.
func (l layout) diskFree() (uint64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(string(l), &s); err != nil {
		return 0, fmt.Errorf("room on the disk of %s: %w", l, err)
	}
	return s.Bavail * uint64(s.Bsize), nil //nolint:gosec // a block has a positive size
}

// statusPatience is how long a node may take to say how it is, and to endorse.
const statusPatience = 5 * time.Second

// Status is how a network is, as far as this host sees.
type Status struct {
	Channel      string              `json:"channel"`
	Consensus    Consensus           `json:"consensus"`
	Orderers     string              `json:"orderers,omitempty"`  // Network.OrdererBuild
	Leader       string              `json:"leader,omitempty"`    // whom most orderers call their leader
	Chaincode    *ChaincodeStatus    `json:"chaincode,omitempty"` // none was installed
	Committed    *CommittedStatus    `json:"committed,omitempty"` // none was committed, or no peer here says
	Block        *BlockStatus        `json:"block,omitempty"`     // no node here has one
	Nodes        []NodeStatus        `json:"nodes"`
	Others       []OtherStatus       `json:"others,omitempty"` // the nodes of other hosts
	Certificates []CertificateStatus `json:"certificates"`
	Pending      *Pending            `json:"pending,omitempty"` // what `tally-network run` waits for; none if all is done
	// Problems are all reasons why something is not as it should be, each with the
	// name of what it is about. There are none when everything here works.
	Problems []string `json:"problems"`
}

// ChaincodeStatus is the program that this host runs.
type ChaincodeStatus struct {
	Name     string `json:"name"`
	Version  string `json:"version"`
	Sequence int64  `json:"sequence"`
	Package  string `json:"package"`
}

// CommittedStatus is what the channel says of the chaincode.
type CommittedStatus struct {
	Version     string   `json:"version"`
	Sequence    int64    `json:"sequence"`
	Approved    []string `json:"approved"` // the organisations whose peers may take part
	NotApproved []string `json:"notApproved,omitempty"`
}

// BlockStatus is the last block that this host has. Its time is that of its last
// transaction, by the clock of who sent that.
type BlockStatus struct {
	Number uint64    `json:"number"`
	Time   time.Time `json:"time"`
}

// NodeStatus is how one node is.
type NodeStatus struct {
	Name         string    `json:"name"`
	Kind         Kind      `json:"kind"`
	Organisation string    `json:"organisation"`
	Host         string    `json:"host"`
	Address      string    `json:"address"`
	Operations   string    `json:"operations"`          // health and metrics, on loopback
	PID          int       `json:"pid,omitempty"`       // 0: it does not run
	Chaincode    int       `json:"chaincode,omitempty"` // process of a peer's chaincode; 0: it does not run
	Reachable    *bool     `json:"reachable,omitempty"` // whether that process takes connections where the peer looks for it
	Endorses     *bool     `json:"endorses,omitempty"`  // whether the peer itself endorsed Program.Ready; nil: nobody asked it
	Height       uint64    `json:"height"`              // blocks of the channel
	Waiting      int       `json:"waiting,omitempty"`   // transactions at a BFT orderer that are in no block yet
	Expires      time.Time `json:"expires"`             // the first of its certificates, and of its organisation's that it needs
	Problem      string    `json:"problem,omitempty"`   // why it is not usable; several reasons have "; " between them
}

// OtherStatus is what a node of another host shows.
type OtherStatus struct {
	Name         string        `json:"name"`
	Kind         Kind          `json:"kind"`
	Organisation string        `json:"organisation"`
	Host         string        `json:"host"`
	Address      string        `json:"address"`
	Height       uint64        `json:"height"`          // blocks of the channel
	Clock        time.Duration `json:"clock,omitempty"` // ns that its host's clock is ahead of this one's; 0 within ClockTolerance
	Problem      string        `json:"problem,omitempty"`
}

// Status asks every node of this host, and those of the other hosts how far they
// are. What it finds wrong is in Problems. The error is that of the file system.
func (n *Network) Status(ctx context.Context) (Status, error) {
	s := Status{Channel: n.description.Channel, Consensus: n.description.Consensus, Certificates: n.certificates(time.Now())}
	running, ok, err := n.readInstalled()
	if err != nil {
		return s, err
	}
	if ok {
		s.Chaincode = &ChaincodeStatus{n.description.Chaincode.Name, running.Version, running.Sequence, running.ID}
	}
	if s.Pending, err = n.readPending(); err != nil {
		return s, err
	}
	s.Orderers = n.OrdererBuild(ctx)
	s.Leader, _ = n.Leader(ctx) // without one the field is empty
	sights := n.look(ctx, n.description.Nodes())
	if err := n.examineAll(ctx, &s, running, sights); err != nil {
		return s, err
	}
	n.compare(ctx, &s, sights)
	s.Block = n.lastBlock(ctx, sights)
	s.Problems = s.problems()
	free, err := n.files.diskFree()
	if err == nil && free < minFree {
		s.Problems = append(s.Problems, fmt.Sprintf("the disk is nearly full: %d MiB are left, nodes end when nothing is", free>>20))
	}
	if s.Leader == "" && n.leaderless(ctx) {
		s.Problems = append(s.Problems, "no orderer leads: nothing is ordered")
	}
	return s, err
}

// examineAll fills in the nodes of this host.
func (n *Network) examineAll(ctx context.Context, s *Status, running installed, sights []sight) error {
	nodes := n.here(Peer, Orderer)
	found := make([]finding, len(nodes))
	places := map[string]int{}
	for i, node := range nodes {
		places[node.Name] = i
	}
	err := n.atEach(ctx, nodes, func(ctx context.Context, node Node) error {
		e := examination{n: n, node: node, running: running, most: greatest(sights, Peer), dates: s.Certificates}
		found[places[node.Name]] = e.examine(ctx)
		return nil
	})
	for _, f := range found {
		s.Nodes = append(s.Nodes, f.status)
		if f.committed.sequence > 0 && (s.Committed == nil || f.committed.sequence > s.Committed.Sequence) {
			s.Committed = &CommittedStatus{f.committed.version, f.committed.sequence, f.committed.approved, f.committed.missing}
		}
	}
	return err
}

// problems are all reasons, first those that others follow from.
func (s Status) problems() []string {
	all := []string{}
	add := func(of, problem string) {
		if problem != "" && !slices.Contains(all, of+problem) {
			all = append(all, of+problem)
		}
	}
	for _, c := range s.Certificates {
		add("", c.Problem)
	}
	for _, node := range s.Nodes {
		add(node.Name+": ", node.Problem)
	}
	for _, other := range s.Others {
		add(other.Name+": ", other.Problem)
	}
	if s.Pending != nil {
		add("", fmt.Sprintf("this host waits since %s: %s", s.Pending.Since.Format(time.RFC3339), s.Pending.Reason))
	}
	return all
}

func (n *Network) height(ctx context.Context, node Node) (uint64, string) {
	if node.Kind == Peer {
		height, _, err := n.seen(ctx, node)
		switch {
		case err != nil:
			return 0, err.Error()
		case height == 0:
			return 0, "is not in the channel"
		}
		return height, ""
	}
	info, ok, err := n.ordererChannel(ctx, node)
	switch {
	case err != nil:
		return 0, err.Error()
	case !ok:
		return 0, "is not in the channel"
	case info.Status != "active":
		return info.Height, "is " + info.Status
	}
	return info.Height, ""
}
