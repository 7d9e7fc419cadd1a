package fabric

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"
)

// How Run watches over its nodes.
const (
	watchEvery = time.Second
	restWhile  = 5 * time.Second  // before what failed is tried again
	goodNight  = 30 * time.Second // for ending everything in good order
)

// Run brings a host's part of a network up and keeps it up, as a service does,
// until ctx ends: then it ends its processes in good order. A node or a
// chaincode process that ends starts again; what needs other hosts (their
// approval of the chaincode, their peers) is tried until it works. The directory
// must hold the network already: see Bundle.
//
// The errors before it runs are those of Open, ErrBusy, ErrPortTaken and ErrNode.
func Run(ctx context.Context, options Options) error {
	unlock, err := lock(options.Dir)
	if err != nil {
		return err
	}
	defer unlock()
	n, err := Open(options)
	if err != nil {
		return err
	}
	defer func() {
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), goodNight)
		defer cancel()
		if err := n.down(ending); err != nil {
			n.say("ending: %v", err)
		}
	}()
	if err := n.startNodes(ctx); err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return n.watch(ctx) })
	group.Go(func() error { return n.settle(ctx) })
	group.Go(func() error { return n.unstick(ctx) })
	return group.Wait()
}

// settle does what Up does beyond starting nodes, again and again until it works.
func (n *Network) settle(ctx context.Context) error {
	for {
		err := n.each(ctx, n.joinChannel, n.startProgram, n.awaitHeights, n.awaitReady, n.stopFormer)
		if err == nil {
			n.say("up")
			return nil
		}
		n.say("not yet: %v", err)
		if !rest(ctx, restWhile) {
			return nil
		}
	}
}

// each does one step after the other, up to the first that fails.
func (n *Network) each(ctx context.Context, steps ...func(context.Context) error) error {
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// watch starts again what has ended.
func (n *Network) watch(ctx context.Context) error {
	tried := map[string]time.Time{}
	for rest(ctx, watchEvery) {
		running, ok, err := n.readInstalled()
		if err != nil {
			return err
		}
		for _, node := range n.here(Orderer, Peer) {
			n.revive(n.process(node), tried)
			if ok && node.Kind == Peer {
				n.revive(n.chaincodeProcess(node, running), tried)
			}
		}
	}
	return nil
}

// unstick ends orderers that are stuck. They start again.
func (n *Network) unstick(ctx context.Context) error {
	lag := n.Lag(ctx)
	for rest(ctx, restWhile) {
		var stuck []string
		stuck, lag = n.Stuck(ctx, lag)
		for _, name := range stuck {
			n.say("%s gets no blocks, though others do or transactions wait: it starts again", name)
			if err := n.Kill(ctx, name); err != nil {
				n.say("%v", err)
			}
		}
	}
	return nil
}

// revive starts a process that has ended, and not more often than once in restWhile.
func (n *Network) revive(p process, tried map[string]time.Time) {
	if p.pid() != 0 || time.Since(tried[p.name]) < restWhile {
		return
	}
	tried[p.name] = time.Now()
	n.say("%s ended (%s): it starts again", p.name, p.lastWords())
	if err := p.start(n.options.Attached); err != nil {
		n.say("%v", err)
	}
}

// rest waits, and tells whether ctx goes on.
func rest(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
