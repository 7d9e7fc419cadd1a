package fabric

import (
	"fmt"
	"net"
)

// use is what a port is for.
type use struct{ address, purpose string }

func (n Node) uses() []use {
	all := []use{{n.at(n.listen(), 0), "gRPC"}, {n.operations(), "operations"}}
	if n.Kind == Orderer {
		return append(all, use{n.admin(), "administration"})
	}
	return append(all, use{n.callback(), "chaincode it starts"})
}

// checkPorts finds out before anything starts whether nodes can listen. The
// error is ErrPortTaken.
func checkPorts(nodes []Node) error {
	for _, node := range nodes {
		for _, u := range node.uses() {
			if err := checkPort(u.address); err != nil {
				return fmt.Errorf("%w: %s, which %s needs for %s: %w; name another first port (now %d)",
					ErrPortTaken, u.address, node.Name, u.purpose, err, node.ports)
			}
		}
	}
	return nil
}

func checkPort(address string) error {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	return l.Close()
}
