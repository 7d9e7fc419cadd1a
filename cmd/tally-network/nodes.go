package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"text/tabwriter"

	"tally/network/fabric"
)

var errUnusable = errors.New("not every node is usable")

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

type statusCmd struct {
	JSON bool `name:"json" help:"Answer in JSON."`
}

// Run implements the command. It fails when a node is not usable.
func (c *statusCmd) Run(ctx context.Context, g *Globals) error {
	n, err := g.open()
	if err != nil {
		return err
	}
	s, err := n.Status(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		encoder := json.NewEncoder(os.Stdout)
		encoder.SetIndent("", "  ")
		err = encoder.Encode(s)
	} else {
		err = print(s)
	}
	for _, node := range s.Nodes {
		if node.Problem != "" {
			err = errors.Join(err, errUnusable)
			break
		}
	}
	return err
}

func print(s fabric.Status) error {
	fmt.Printf("channel %s, %s", s.Channel, s.Consensus)
	if c := s.Chaincode; c != nil {
		fmt.Printf("; chaincode %s, version %s, sequence %d", c.Name, c.Version, c.Sequence)
	}
	if s.Leader != "" {
		fmt.Printf("; leader %s", s.Leader)
	}
	fmt.Println()
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "NODE\tHOST\tADDRESS\tPROCESS\tCHAINCODE\tHEIGHT\tWAITING\tEXPIRES\t")
	for _, n := range s.Nodes {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%d\t%d\t%s\t%s\n",
			n.Name, n.Host, n.Address, id(n.PID), id(n.Chaincode), n.Height, n.Waiting, n.Expires.Format("2006-01-02"), n.Problem)
	}
	return w.Flush()
}

func id(pid int) string {
	if pid == 0 {
		return "-"
	}
	return fmt.Sprint(pid)
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
	fmt.Fprintln(os.Stderr, "network: now restart one node after the other: tally-network restart NODE")
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
