package fabric

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// Up brings a network up and returns when it can be used: every node of
// Options.Host is healthy and in the channel, peers have the same blocks, and,
// if there is a chaincode with a Ready function, enough organisations endorse
// it through every peer's gateway. What is up already stays as it is, what has
// ended starts again, so Up also heals. It gives up when ctx ends, and leaves
// what runs by then.
//
// The errors are ErrDescription, ErrOther, ErrBusy, ErrPortTaken (nothing was
// started), ErrNode, ErrSameVersion, and those of the file system.
func Up(ctx context.Context, d Description, options Options) (*Network, error) {
	unlock, err := lock(options.Dir)
	if err != nil {
		return nil, err
	}
	defer unlock()
	n, err := generate(ctx, d, options)
	if err != nil {
		return nil, err
	}
	if err := n.each(ctx, n.startNodes, n.joinChannel, n.startProgram, n.awaitHeights, n.awaitReady, n.stopFormer); err != nil {
		return nil, err
	}
	return n, nil
}

// startNodes starts the nodes that do not run, and returns when all are healthy.
func (n *Network) startNodes(ctx context.Context) error {
	if err := writeBuilder(n.files); err != nil {
		return err
	}
	var down []Node
	for _, node := range n.here(Orderer, Peer) {
		if n.process(node).pid() == 0 {
			down = append(down, node)
		}
	}
	if err := checkPorts(down); err != nil {
		return err
	}
	if len(down) > 0 {
		n.say("starting %d of %d nodes", len(down), len(n.here(Orderer, Peer)))
	}
	for _, node := range down {
		if err := n.startNode(node); err != nil {
			return err
		}
	}
	return n.atEach(ctx, n.here(Orderer, Peer), n.awaitHealth)
}

func (n *Network) startNode(node Node) error {
	if err := node.writeSettings(n.files, n.options.Programs); err != nil {
		return err
	}
	return n.process(node).start(n.options.Attached)
}

func (n *Network) process(node Node) process { return node.process(n.files, n.options.Programs) }

// awaitHealth returns when a node says that it is healthy. The error is ErrNode.
func (n *Network) awaitHealth(ctx context.Context, node Node) error {
	p := n.process(node)
	if !poll(ctx, func() bool { return p.pid() == 0 || n.healthy(ctx, node) }) {
		return fmt.Errorf("%w: %s is not healthy yet: %w: %s", ErrNode, node.Name, ctx.Err(), p.lastWords())
	}
	if p.pid() == 0 {
		return fmt.Errorf("%w: %s ended: %s; its log is %s", ErrNode, node.Name, p.lastWords(), p.log)
	}
	return nil
}

func (n *Network) joinChannel(ctx context.Context) error {
	if err := n.atEach(ctx, n.here(Orderer), n.joinOrderer); err != nil {
		return err
	}
	return n.atEach(ctx, n.here(Peer), n.joinPeer)
}

// startProgram deploys the program that was named, or starts the one that is there.
func (n *Network) startProgram(ctx context.Context) error {
	if len(n.here(Peer)) == 0 {
		return nil
	}
	if n.options.Program != nil {
		return n.deploy(ctx, *n.options.Program)
	}
	running, ok, err := n.readInstalled()
	if !ok || err != nil {
		return err
	}
	return n.startChaincode(running)
}

// startChaincode starts the processes of the peers' chaincode that do not run.
func (n *Network) startChaincode(i installed) error {
	for _, node := range n.here(Peer) {
		p := n.chaincodeProcess(node, i)
		if p.pid() != 0 {
			continue
		}
		if err := checkPort(node.chaincode(i.Sequence)); err != nil {
			return fmt.Errorf("%w: %s, which the chaincode of %s needs: %w", ErrPortTaken, node.chaincode(i.Sequence), node.Name, err)
		}
		if err := p.start(n.options.Attached); err != nil {
			return err
		}
	}
	return nil
}

// restartChaincode starts them too, and those again whose environment is another.
func (n *Network) restartChaincode(ctx context.Context, i installed) error {
	before, _, err := n.readInstalled()
	if err != nil {
		return err
	}
	if before.ID == i.ID && !slices.Equal(before.Environment, i.Environment) {
		if err := n.stopChaincode(ctx, i.Sequence); err != nil {
			return err
		}
	}
	return n.startChaincode(i)
}

// stopFormer ends the processes that an upgrade replaced.
func (n *Network) stopFormer(ctx context.Context) error {
	running, ok, err := n.readInstalled()
	if !ok || err != nil {
		return err
	}
	return n.stopChaincode(ctx, running.Sequence-1)
}

// stopChaincode ends the processes of a sequence.
func (n *Network) stopChaincode(ctx context.Context, sequence int64) error {
	return n.atEach(ctx, n.here(Peer), func(ctx context.Context, node Node) error {
		return n.chaincodeProcess(node, installed{Sequence: sequence}).stop(ctx)
	})
}

// awaitHeights returns when no node is behind the one that was ahead. That goes
// for orderers too: one that missed the first blocks counts as faulty until it
// has them, and a second one might be too many.
func (n *Network) awaitHeights(ctx context.Context) error {
	nodes := n.here(Peer, Orderer)
	var newest uint64
	for _, node := range nodes {
		height, _ := n.height(ctx, node)
		newest = max(newest, height)
	}
	return n.atEach(ctx, nodes, func(ctx context.Context, node Node) error {
		var height uint64
		var problem string
		if !pollEach(ctx, askAgain, func() bool {
			height, problem = n.height(ctx, node)
			return height >= newest
		}) {
			return fmt.Errorf("%w: %s has %d of %d blocks: %w: %s", ErrNode, node.Name, height, newest, ctx.Err(), problem)
		}
		return nil
	})
}

func (n *Network) peerHeight(ctx context.Context, node Node) (uint64, error) {
	l, err := n.link(node, adminUser)
	if err != nil {
		return 0, err
	}
	defer l.close()
	return l.height(ctx, n.description.Channel)
}

// awaitReady returns when the chaincode can be used through every peer.
func (n *Network) awaitReady(ctx context.Context) error {
	running, ok, err := n.readInstalled()
	if !ok || err != nil || running.Ready == "" {
		return err
	}
	n.say("waiting until the chaincode is endorsed through every peer")
	return n.throughEach(ctx, func(ctx context.Context, l *link) error {
		proposal, err := l.gateway.GetNetwork(n.description.Channel).GetContract(n.description.Chaincode.Name).NewProposal(running.Ready)
		if err != nil {
			return fmt.Errorf("%s at %s: %w", running.Ready, l.node.Name, err)
		}
		if _, err := proposal.EndorseWithContext(ctx); err != nil {
			return fmt.Errorf("%s at %s: %w", running.Ready, l.node.Name, explain(err))
		}
		return nil
	})
}

// throughEach does something through every peer until it succeeds, or ctx ends.
func (n *Network) throughEach(ctx context.Context, try func(context.Context, *link) error) error {
	return n.atEach(ctx, n.here(Peer), func(ctx context.Context, node Node) error {
		l, err := n.link(node, adminUser)
		if err != nil {
			return err
		}
		defer l.close()
		var last error
		if !pollEach(ctx, askAgain, func() bool {
			last = try(ctx, l)
			return last == nil
		}) {
			return fmt.Errorf("%w: %w", ErrNode, errors.Join(ctx.Err(), last))
		}
		return nil
	})
}
