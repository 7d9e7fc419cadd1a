package fabric

import (
	"fmt"
	"net"
	"strconv"
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
	l, err := net.Listen("tcp", address) //nolint:noctx // it takes no time
	if err != nil {
		return err
	}
	return l.Close()
}

// FreePorts is a port base for which n nodes can listen on loopback, for tests:
// it is free now, and nothing keeps others from taking it.
func FreePorts(n int) (int, error) {
	for base := 20_000; base+n*PortsEach < 32_000; base += n * PortsEach {
		if free(base, n*PortsEach) {
			return base, nil
		}
	}
	return 0, fmt.Errorf("%w: all between 20000 and 32000", ErrPortTaken)
}

func free(base, n int) bool {
	for port := base; port < base+n; port++ {
		if checkPort(net.JoinHostPort(loopback, strconv.Itoa(port))) != nil {
			return false
		}
	}
	return true
}
