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

	attemptWhile = 15 * time.Second // what other hosts do not do meanwhile is tried again
	lookAfter    = 30 * time.Second // before what works is looked at again
	sayAgain     = time.Minute      // before the same reason for waiting is said again
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
	switch err := n.startNodes(ctx); {
	case ctx.Err() != nil:
		return nil // it was told to end before it was up
	case err != nil:
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return n.watch(ctx) })
	group.Go(func() error { return n.settle(ctx) })
	group.Go(func() error { return n.unstick(ctx) })
	if options.Observe != nil {
		group.Go(func() error { return n.observe(ctx) })
	}
	return group.Wait()
}

// settle does what Up does beyond starting nodes, again and again: what needs
// other hosts is tried until it works, and what breaks later is mended. The
// program that was named is proposed once; later this host keeps to what it has.
func (n *Network) settle(ctx context.Context) error {
	var told notice
	for {
		attempt, cancel := context.WithTimeout(ctx, attemptWhile)
		err := n.settleOnce(attempt)
		cancel()
		if ctx.Err() != nil {
			return nil
		}
		if err := n.writePending(err); err != nil {
			return err
		}
		pause := lookAfter
		if err == nil {
			told.tell(n, "up")
		} else {
			told.tell(n, "not yet: "+err.Error())
			pause = restWhile
		}
		if !rest(ctx, pause) {
			return nil
		}
	}
}

// notice says something when it is new, and "not yet" from time to time.
type notice struct {
	text string
	at   time.Time
}

func (t *notice) tell(n *Network, text string) {
	if t.text == text && (text == "up" || time.Since(t.at) < sayAgain) {
		return
	}
	t.text, t.at = text, time.Now()
	n.say("%s", text)
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
		all, err := n.processes()
		if err != nil {
			return err
		}
		for _, p := range all {
			n.revive(p, tried)
			if err := shorten(p.log, maxLog); err != nil {
				n.say("%v", err)
			}
		}
	}
	return nil
}

// processes are those that run here when all is well.
func (n *Network) processes() ([]process, error) {
	running, ok, err := n.readInstalled()
	if err != nil {
		return nil, err
	}
	var all []process
	for _, node := range n.here(Orderer, Peer) {
		all = append(all, n.process(node))
		if ok && node.Kind == Peer {
			all = append(all, n.chaincodeProcess(node, running))
		}
	}
	return all, nil
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
	n.restarts.add(p.name)
	n.say("%s ended (%s): it starts again", p.name, p.lastWords())
	if err := p.start(n.options.Attached); err != nil {
		n.say("%v", err)
	}
}

// rest waits, and reports whether ctx goes on.
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
