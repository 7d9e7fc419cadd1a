package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"tally/network/fabric"
)

type downCmd struct {
	Erase bool `help:"Delete its keys and its ledger too. They cannot be had back."`
}

// Run implements the command.
func (c *downCmd) Run(ctx context.Context, g *Globals) error {
	n, err := g.open()
	if errors.Is(err, fabric.ErrNotGenerated) {
		return nil // there is nothing to end
	}
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, g.Timeout)
	defer cancel()
	if c.Erase {
		return n.Erase(ctx)
	}
	return n.Down(ctx)
}

// named is the node that a command is about.
type named struct {
	Node string `arg:"" help:"The node's name, as status shows it."`
}

type (
	startCmd   struct{ named }
	stopCmd    struct{ named }
	restartCmd struct{ named }
	killCmd    struct{ named }
	logCmd     struct{ named }
)

// Run implements the command.
func (c *startCmd) Run(ctx context.Context, g *Globals) error {
	if _, err := g.starting(); err != nil {
		return err
	}
	return g.with(ctx, func(ctx context.Context, n *fabric.Network) error { return n.Start(ctx, c.Node) })
}

// Run implements the command.
func (c *stopCmd) Run(ctx context.Context, g *Globals) error {
	return g.with(ctx, func(ctx context.Context, n *fabric.Network) error { return n.Stop(ctx, c.Node) })
}

// Run implements the command.
func (c *restartCmd) Run(ctx context.Context, g *Globals) error {
	if _, err := g.starting(); err != nil {
		return err
	}
	return g.with(ctx, func(ctx context.Context, n *fabric.Network) error { return n.Restart(ctx, c.Node) })
}

type renewCmd struct {
	Organisation []string `arg:"" help:"Names of organisations whose authorities are here; all if none is named." optional:""`
}

// Run implements the command.
func (c *renewCmd) Run(g *Globals) error {
	n, err := g.open()
	if err != nil {
		return err
	}
	names := c.Organisation
	if len(names) == 0 {
		for _, o := range n.Description().Organisations {
			names = append(names, o.Name)
		}
	}
	for _, name := range names {
		if err := n.Renew(name); err != nil {
			return err
		}
	}
	fmt.Fprintln(os.Stderr, "network: now restart one node after the other (tally-network restart NODE), and the servers that sign with a client's certificate")
	return nil
}

// Run implements the command.
func (c *killCmd) Run(ctx context.Context, g *Globals) error {
	return g.with(ctx, func(ctx context.Context, n *fabric.Network) error { return n.Kill(ctx, c.Node) })
}

// Run implements the command.
func (c *logCmd) Run(ctx context.Context, g *Globals) error {
	return g.with(ctx, func(_ context.Context, n *fabric.Network) error {
		node, err := n.Node(c.Node)
		if err == nil {
			fmt.Println(n.Log(node))
		}
		return err
	})
}

// with does something to the network that is there, within the time-out.
func (g *Globals) with(ctx context.Context, do func(context.Context, *fabric.Network) error) error {
	n, err := g.open()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, g.Timeout)
	defer cancel()
	return do(ctx, n)
}
