package fabric

import (
	"fmt"
	"time"
)

// Renew gives the peers and users of an organisation new certificates, and its
// orderers new ones for TLS, all for the keys that they have: nothing changes
// for the channel. A node takes them up when it starts again: Restart one after
// the other. An orderer's identity is not renewed, because the channel names it
// by its certificate; it is good for as long as its authority.
//
// It works where the organisation's authorities are. The error is that of the
// file system, or ErrDescription for an organisation that is not there.
func (n *Network) Renew(organisation string) error {
	if len(n.description.nodesIn(organisation)) == 0 {
		return fmt.Errorf("%w: there is no organisation %q", ErrDescription, organisation)
	}
	m, err := openMember(n.files, organisation, n.description.Certificates, time.Now())
	if err != nil {
		return err
	}
	for _, user := range users() {
		if err := m.enrolUser(user); err != nil {
			return err
		}
	}
	for _, node := range n.description.nodesIn(organisation) {
		if err := n.renewNode(m, node); err != nil {
			return err
		}
	}
	return nil
}

func (n *Network) renewNode(m *member, node Node) error {
	if err := m.pair(n.files.node(node.Name, "tls"), m.of(node)); err != nil || node.Kind == Orderer {
		return err
	}
	if err := m.identify(n.files.node(node.Name), m.of(node), n.description.Certificates.NodeDays); err != nil {
		return err
	}
	if err := m.pairChaincode(node); err != nil {
		return err
	}
	return n.renewConnections(node)
}

// renewConnections shows a peer's new certificate to its chaincode processes:
// the peer keeps what the external builder gave it when a package was installed.
func (n *Network) renewConnections(node Node) error {
	running, ok, err := n.readInstalled()
	if !ok || err != nil {
		return err
	}
	return node.renewConnections(n.files, running)
}
