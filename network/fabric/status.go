package fabric

import (
	"context"
	"path/filepath"
	"time"
)

// statusPatience is how long a node may take to say how it is.
const statusPatience = 3 * time.Second

// Status is how a network is, as far as this host sees.
type Status struct {
	Channel   string           `json:"channel"`
	Consensus Consensus        `json:"consensus"`
	Leader    string           `json:"leader,omitempty"`    // whom most orderers call their leader
	Chaincode *ChaincodeStatus `json:"chaincode,omitempty"` // none was installed
	Nodes     []NodeStatus     `json:"nodes"`
}

// ChaincodeStatus is the program that this host runs.
type ChaincodeStatus struct {
	Name     string `json:"name"`
	Version  string `json:"version"`
	Sequence int64  `json:"sequence"`
	Package  string `json:"package"`
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
	Height       uint64    `json:"height"`              // blocks of the channel
	Waiting      int       `json:"waiting,omitempty"`   // transactions at a BFT orderer that are in no block yet
	Expires      time.Time `json:"expires"`             // the first of its certificates
	Problem      string    `json:"problem,omitempty"`   // why it is not usable
}

// Status asks every node of this host. The error is that of the file system; a
// node that does not answer is a Problem.
func (n *Network) Status(ctx context.Context) (Status, error) {
	s := Status{Channel: n.description.Channel, Consensus: n.description.Consensus}
	running, ok, err := n.readInstalled()
	if err != nil {
		return s, err
	}
	if ok {
		s.Chaincode = &ChaincodeStatus{n.description.Chaincode.Name, running.Version, running.Sequence, running.ID}
	}
	s.Leader, _ = n.Leader(ctx) // without one the field is empty
	nodes := n.here(Peer, Orderer)
	s.Nodes = make([]NodeStatus, len(nodes))
	places := map[string]int{}
	for i, node := range nodes {
		places[node.Name] = i
	}
	err = n.atEach(ctx, nodes, func(ctx context.Context, node Node) error {
		ctx, cancel := context.WithTimeout(ctx, statusPatience)
		defer cancel()
		status, err := n.nodeStatus(ctx, node, running)
		s.Nodes[places[node.Name]] = status
		return err
	})
	return s, err
}

func (n *Network) nodeStatus(ctx context.Context, node Node, running installed) (NodeStatus, error) {
	s := NodeStatus{
		Name: node.Name, Kind: node.Kind, Organisation: node.Organisation, Host: node.Host.Name,
		Address: node.Address(), Operations: node.operations(), PID: n.process(node).pid(),
	}
	if node.Kind == Peer && running.ID != "" {
		s.Chaincode = n.chaincodeProcess(node, running).pid()
	}
	var err error
	if s.Expires, err = n.expires(node); err != nil {
		return s, err
	}
	s.Height, s.Problem = n.examine(ctx, node, s, running)
	if node.Kind == Orderer {
		s.Waiting = n.waiting(ctx, node)
	}
	return s, nil
}

// examine finds the height of a node, and why it is not usable.
func (n *Network) examine(ctx context.Context, node Node, s NodeStatus, running installed) (uint64, string) {
	if s.PID == 0 {
		return 0, "does not run"
	}
	if !n.healthy(ctx, node) {
		return 0, "is not healthy: its log says why"
	}
	height, problem := n.height(ctx, node)
	switch {
	case problem != "":
		return height, problem
	case node.Kind == Peer && running.ID != "" && s.Chaincode == 0:
		return height, "its chaincode does not run"
	case time.Until(s.Expires) <= 0:
		return height, "a certificate has expired"
	}
	return height, ""
}

func (n *Network) height(ctx context.Context, node Node) (uint64, string) {
	if node.Kind == Peer {
		height, err := n.peerHeight(ctx, node)
		if err != nil {
			return 0, err.Error()
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

// expires is when the first of a node's certificates ends, or of its users' and
// authorities', without which it is of no use.
func (n *Network) expires(node Node) (time.Time, error) {
	paths := []string{
		n.files.node(node.Name, "msp", "signcerts", certificateFile),
		n.files.node(node.Name, "tls", certificateFile),
		filepath.Join(n.files.organisation(node.Organisation, "msp"), "cacerts", "ca.pem"),
		n.files.tlsAuthority(node.Organisation),
	}
	if node.Kind == Peer {
		paths = append(paths, n.files.node(node.Name, "chaincode", certificateFile))
	}
	var first time.Time
	for _, path := range paths {
		certificate, err := readCertificate(path)
		if err != nil {
			return first, err
		}
		if first.IsZero() || certificate.NotAfter.Before(first) {
			first = certificate.NotAfter
		}
	}
	return first, nil
}
