package fabric

import (
	"context"
	"fmt"
	"os"
	"syscall"
)

// Down ends every process of the network that this host has, in good order, and
// returns when they are gone. Its files stay: Up continues where it ended.
// The error is ErrBusy, or the operating system's.
func (n *Network) Down(ctx context.Context) error {
	unlock, err := lock(n.options.Dir)
	if err != nil {
		return err
	}
	defer unlock()
	return n.down(ctx)
}

func (n *Network) down(ctx context.Context) error {
	for p := range place(places) {
		if err := n.stopChaincode(ctx, p); err != nil {
			return err
		}
	}
	for _, kind := range []Kind{Peer, Orderer} {
		if err := n.atEach(ctx, n.here(kind), func(ctx context.Context, node Node) error { return n.process(node).stop(ctx) }); err != nil {
			return err
		}
	}
	return nil
}

// Erase deletes the network for good: its processes, keys and ledger. Nothing of it
// can be restored.
func (n *Network) Erase(ctx context.Context) error {
	if err := n.Down(ctx); err != nil {
		return err
	}
	if err := os.RemoveAll(string(n.files)); err != nil {
		return fmt.Errorf("erase: %w", err)
	}
	return nil
}

// Kill ends a node as a power cut would. Start has it back.
func (n *Network) Kill(ctx context.Context, name string) error {
	node, err := n.Node(name)
	if err != nil {
		return err
	}
	return n.process(node).kill(ctx)
}

// Freeze stops a node as a paused virtual machine stops: its connections stay, and it
// answers nothing. Thaw ends that.
func (n *Network) Freeze(name string) error { return n.signal(name, syscall.SIGSTOP) }

// Thaw has a frozen node go on.
func (n *Network) Thaw(name string) error { return n.signal(name, syscall.SIGCONT) }

// Trace has a node write the stacks of all its goroutines into its log, to find out
// why the node stands still. The node goes on.
func (n *Network) Trace(name string) error { return n.signal(name, syscall.SIGUSR1) }

// signal sends a signal to a node's process. The error is ErrNode if it does not run.
func (n *Network) signal(name string, s syscall.Signal) error {
	node, err := n.Node(name)
	if err != nil {
		return err
	}
	pid := n.process(node).pid()
	if pid == 0 {
		return fmt.Errorf("%w: %s does not run", ErrNode, name)
	}
	if err := syscall.Kill(pid, s); err != nil {
		return fmt.Errorf("%s to %s: %w", s, name, err)
	}
	return nil
}

// Stop ends a node in good order.
func (n *Network) Stop(ctx context.Context, name string) error {
	node, err := n.Node(name)
	if err != nil {
		return err
	}
	return n.process(node).stop(ctx)
}

// Start starts a node that was stopped or killed, and returns when it is healthy.
func (n *Network) Start(ctx context.Context, name string) error {
	node, err := n.Node(name)
	if err != nil {
		return err
	}
	if n.process(node).pid() == 0 {
		if err := checkPorts([]Node{node}); err != nil {
			return err
		}
		if err := n.startNode(node); err != nil {
			return err
		}
	}
	return n.awaitHealth(ctx, node)
}

// Restart ends a node and its chaincode in good order, starts them again, and
// returns when the node is healthy.
func (n *Network) Restart(ctx context.Context, name string) error {
	if err := n.Stop(ctx, name); err != nil {
		return err
	}
	node, err := n.Node(name)
	if err != nil {
		return err
	}
	running, ok, err := n.readInstalled()
	if err != nil {
		return err
	}
	if ok && node.Kind == Peer {
		if err := n.chaincodeProcess(node, running).stop(ctx); err != nil {
			return err
		}
		if err := n.StartChaincode(name); err != nil {
			return err
		}
	}
	return n.Start(ctx, name)
}

// KillChaincode ends the chaincode process of a peer as a power cut would.
func (n *Network) KillChaincode(ctx context.Context, peer string) error {
	node, err := n.Node(peer)
	if err != nil {
		return err
	}
	for p := range place(places) {
		if err := n.chaincodeProcess(node, installed{Place: &p}).kill(ctx); err != nil {
			return err
		}
	}
	return nil
}

// StartChaincode starts a peer's chaincode process again.
func (n *Network) StartChaincode(peer string) error {
	node, err := n.Node(peer)
	if err != nil {
		return err
	}
	running, ok, err := n.readInstalled()
	if err != nil {
		return err
	}
	if p := n.chaincodeProcess(node, running); ok && p.pid() == 0 {
		return p.start(n.options.Attached)
	}
	return nil
}
