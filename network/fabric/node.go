package fabric

import (
	"fmt"
	"net"
	"strconv"
	"strings"
)

// Kind is what a node does.
type Kind string

// A peer endorses and keeps the ledger, an orderer orders; a peer's chaincode
// process judges on its behalf.
const (
	Peer    Kind = "peer"
	Orderer Kind = "orderer"
)

// Node is a peer or an orderer of the description.
type Node struct {
	Name         string // "peer1.jasmine", "orderer1.jasmine"
	Kind         Kind
	Organisation string
	Host         Host
	ports        int // the first of its PortsEach
}

// Nodes are all peers and orderers in the order of the description, which is
// the order of their ports: an organisation's peers, then its orderers.
func (d Description) Nodes() []Node {
	var nodes []Node
	for _, o := range d.Organisations {
		for _, part := range []struct {
			kind  Kind
			hosts []string
		}{{Peer, o.Peers}, {Orderer, o.Orderers}} {
			for i, name := range part.hosts {
				host, _ := d.host(name)
				nodes = append(nodes, Node{
					Name: fmt.Sprintf("%s%d.%s", part.kind, i+1, strings.ToLower(o.Name)), Kind: part.kind,
					Organisation: o.Name, Host: host, ports: d.Ports + len(nodes)*PortsEach,
				})
			}
		}
	}
	return nodes
}

func (d Description) nodesOf(kind Kind) []Node {
	var nodes []Node
	for _, n := range d.Nodes() {
		if n.Kind == kind {
			nodes = append(nodes, n)
		}
	}
	return nodes
}

// nodesIn are an organisation's.
func (d Description) nodesIn(organisation string) []Node {
	var nodes []Node
	for _, n := range d.Nodes() {
		if n.Organisation == organisation {
			nodes = append(nodes, n)
		}
	}
	return nodes
}

const loopback = "127.0.0.1"

// Address is where others reach the node by gRPC.
func (n Node) Address() string { return n.at(n.Host.Address, 0) }

// listen is the address that the node listens on.
func (n Node) listen() string {
	if n.Host.Listen != "" {
		return n.Host.Listen
	}
	return n.Host.Address
}

// The rest is for the node's own machine and listens on loopback.

func (n Node) operations() string { return n.at(loopback, 1) } // health, metrics
func (n Node) admin() string      { return n.at(loopback, 2) } // of an orderer, by mutual TLS
func (n Node) callback() string   { return n.at(loopback, 2) } // of a peer, for chaincode that it started itself: there is none

// chaincode is where a peer's chaincode process listens, by the place of its package.
func (n Node) chaincode(p place) string { return n.at(loopback, 3+int(p)) }

func (n Node) port(offset int) string               { return strconv.Itoa(n.ports + offset) }
func (n Node) at(address string, offset int) string { return net.JoinHostPort(address, n.port(offset)) }
