package fabric

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Up brings a network up and returns when it can be used: every node of Options.Host
// is healthy, is in the channel and has the blocks that others have. Where a
// chaincode has a Ready function, every peer itself endorses it, and enough
// organisations do so through every peer's gateway. What is up already stays as it
// is, what has ended starts again, and a peer that lacks the chaincode's package gets
// it, so Up also heals. It gives up when ctx ends, and leaves what runs by then.
//
// The errors are ErrDescription, ErrOther, ErrBusy, ErrPortTaken (nothing was
// started), ErrNode, ErrSameVersion, ErrLate, ErrNoProgram, ErrUnapproved,
// ErrHistory, ErrUnseen, and those of the file system.
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
	if err := n.startNodes(ctx); err != nil {
		return nil, err
	}
	n.say("waiting until the network can be used")
	if err := n.settleOnce(ctx); err != nil {
		return nil, err
	}
	return n, nil
}

// settleOnce does all that comes after the nodes' start. An orderer that may not
// join the channel does not keep peers from what they can do.
func (n *Network) settleOnce(ctx context.Context) error {
	if err := n.atEach(ctx, n.here(Peer), n.joinPeer); err != nil {
		return err
	}
	if err := n.startInstalled(ctx); err != nil {
		return err
	}
	refused := n.atEach(ctx, n.here(Orderer), n.joinOrderer)
	if refused != nil && !errors.Is(refused, ErrHistory) {
		return refused
	}
	steps := []func(context.Context) error{
		n.awaitBlocks(Peer),
		n.startProgram,
		n.awaitOrderers, n.awaitReady, n.awaitEndorsing, n.stopFormer, n.awaitEndorsing,
	}
	if refused != nil {
		steps = slices.Delete(steps, 2, 3) // it has none
	}
	return errors.Join(refused, n.each(ctx, steps...))
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

// startProgram deploys the program that was named, once, or what this host has
// already: for a peer that lost its disk.
func (n *Network) startProgram(ctx context.Context) error {
	if len(n.here(Peer)) == 0 {
		return nil
	}
	if named := n.options.Program; named != nil {
		p := *named
		n.options.Program = &p // its path is the copy's from now on
		err := n.deploy(ctx, &p)
		if err == nil {
			n.options.Program = nil
		}
		return err
	}
	running, ok, err := n.readInstalled()
	if err != nil {
		return err
	}
	if ok {
		p := n.program(running)
		return n.deploy(ctx, &p)
	}
	there, err := n.committed(ctx)
	if err != nil || there.sequence == 0 {
		return err
	}
	return fmt.Errorf("%w: %s, version %s, sequence %d", ErrNoProgram, n.description.Chaincode.Name, there.version, there.sequence)
}

// startInstalled starts the processes of the chaincode that this host has.
func (n *Network) startInstalled(ctx context.Context) error {
	running, ok, err := n.readInstalled()
	if !ok || err != nil {
		return err
	}
	for _, node := range n.here(Peer) {
		if err := node.renewConnections(n.files, running); err != nil {
			return err
		}
	}
	return n.startChaincode(ctx, running)
}

// startChaincode starts the processes of the peers' chaincode that do not run,
// and those again that run another package or with another environment.
func (n *Network) startChaincode(ctx context.Context, i installed) error {
	for _, node := range n.here(Peer) {
		p := n.chaincodeProcess(node, i)
		if p.pid() != 0 && p.asAsked() {
			continue
		}
		if err := p.stop(ctx); err != nil {
			return err
		}
		if err := checkPort(node.chaincode(*i.Place)); err != nil {
			return fmt.Errorf("%w: %s, which the chaincode of %s needs: %w", ErrPortTaken, node.chaincode(*i.Place), node.Name, err)
		}
		if err := p.start(n.options.Attached); err != nil {
			return err
		}
	}
	return nil
}

// stopFormer ends the processes that an upgrade replaced.
func (n *Network) stopFormer(ctx context.Context) error {
	running, ok, err := n.readInstalled()
	if !ok || err != nil {
		return err
	}
	return n.stopChaincode(ctx, 1-*running.Place)
}

// stopChaincode ends the processes at a place.
func (n *Network) stopChaincode(ctx context.Context, at place) error {
	return n.atEach(ctx, n.here(Peer), func(ctx context.Context, node Node) error {
		return n.chaincodeProcess(node, installed{Place: &at}).stop(ctx)
	})
}

// awaitBlocks returns when no node of these kinds is behind the one that was
// ahead, here or at another host that answers. That goes for orderers too: one
// that missed the first blocks counts as faulty until it has them, and a second
// one might be too many. A peer that is behind knows an older chaincode.
func (n *Network) awaitBlocks(kinds ...Kind) func(context.Context) error {
	return func(ctx context.Context) error {
		most := greatest(n.look(ctx, n.description.Nodes()), Peer, Orderer)
		return n.atEach(ctx, n.here(kinds...), func(ctx context.Context, node Node) error {
			var height uint64
			var problem string
			since, said := time.Now(), false
			if !pollEach(ctx, askAgain, func() bool {
				if now, why := n.height(ctx, node); why == "" || ctx.Err() == nil { // what it had before the time was up says more
					height, problem = now, why
				}
				if !said && height < most && time.Since(since) > sayAfter {
					n.say("waiting for %s, which has %d of %d blocks", node.Name, height, most)
					said = true
				}
				return height >= most
			}) {
				return fmt.Errorf("%w: %s has %d of %d blocks: %w: %s", ErrNode, node.Name, height, most, ctx.Err(), problem)
			}
			return nil
		})
	}
}

// sayAfter is how long a node may be behind before somebody who waits is told so.
const sayAfter = 3 * time.Second

// awaitOrderers returns when every node here has the blocks that others have, and
// Raft has a leader.
func (n *Network) awaitOrderers(ctx context.Context) error {
	if err := n.awaitBlocks(Peer, Orderer)(ctx); err != nil {
		return err
	}
	if !pollEach(ctx, askAgain, func() bool { return !n.leaderless(ctx) }) {
		return fmt.Errorf("%w: %w: %w", ErrNode, ErrNoLeader, ctx.Err())
	}
	return nil
}

// awaitEndorsing returns when every peer itself endorses the chaincode: a gateway
// finds other peers for one that does not.
func (n *Network) awaitEndorsing(ctx context.Context) error {
	running, ok, err := n.readInstalled()
	if !ok || err != nil || running.Ready == "" {
		return err
	}
	return n.throughEach(ctx, clientUser, func(ctx context.Context, l *link) error {
		return l.endorses(ctx, n.description, running.Ready)
	})
}

// Endorses asks a peer itself, and no other, to endorse Program.Ready as its
// organisation's client, and returns why it does not. The errors are ErrNoNode,
// ErrNoProgram, and whatever the peer says.
func (n *Network) Endorses(ctx context.Context, peer string) error {
	node, err := n.Node(peer)
	if err != nil {
		return err
	}
	running, ok, err := n.readInstalled()
	if err != nil {
		return err
	}
	if !ok || running.Ready == "" {
		return fmt.Errorf("%w, or none with a Ready function", ErrNoProgram)
	}
	l, err := n.link(node, clientUser)
	if err != nil {
		return err
	}
	defer l.close()
	return l.endorses(ctx, n.description, running.Ready)
}

// endorses has this very peer endorse the chaincode's Ready function.
func (l *link) endorses(ctx context.Context, d Description, ready string) error {
	_, err := l.ask(ctx, d.Channel, d.Chaincode.Name, ready)
	return err
}

// awaitReady returns when the chaincode can be used through every peer.
func (n *Network) awaitReady(ctx context.Context) error {
	running, ok, err := n.readInstalled()
	if !ok || err != nil || running.Ready == "" {
		return err
	}
	return n.throughEach(ctx, adminUser, func(ctx context.Context, l *link) error {
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
func (n *Network) throughEach(ctx context.Context, user string, try func(context.Context, *link) error) error {
	return n.atEach(ctx, n.here(Peer), func(ctx context.Context, node Node) error {
		l, err := n.link(node, user)
		if err != nil {
			return err
		}
		defer l.close()
		var last error
		if !pollEach(ctx, askAgain, func() bool {
			if err := try(ctx, l); err == nil || ctx.Err() == nil || last == nil { // what was wrong before the time was up says more
				last = err
			}
			return last == nil
		}) {
			return fmt.Errorf("%w: %w", ErrNode, errors.Join(ctx.Err(), last))
		}
		return nil
	})
}
