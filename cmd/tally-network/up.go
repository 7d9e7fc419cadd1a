package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"tally/network/fabric"
)

// program are the flags that choose the chaincode.
type program struct {
	Chaincode   string   `help:"The program that judges; if not set, the installed program goes on." placeholder:"FILE" type:"existingfile"`
	Version     string   `help:"The program's version; by its hash if not set. Another version is an upgrade." placeholder:"NAME"`
	Environment []string `help:"More environment of the program." placeholder:"NAME=VALUE"`
	Ready       string   `help:"Function of the program that writes nothing and always succeeds: wait until it is endorsed through every peer." placeholder:"NAME"`
}

func (p *program) starting(g *Globals) (fabric.Options, error) {
	o, err := g.starting()
	if err == nil && p.Chaincode != "" {
		o.Program = &fabric.Program{Path: p.Chaincode, Version: p.Version, Environment: p.Environment, Ready: p.Ready}
	}
	return o, err
}

type upCmd struct {
	described
	program
}

// Run implements the command.
func (c *upCmd) Run(ctx context.Context, g *Globals) error {
	ctx, cancel := context.WithTimeout(ctx, g.Timeout)
	defer cancel()
	d, err := c.read(g)
	if err != nil {
		return err
	}
	o, err := c.starting(g)
	if err != nil {
		return err
	}
	started := time.Now()
	if _, err := fabric.Up(ctx, d, o); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "network: up after %.1f s\n", time.Since(started).Seconds())
	return nil
}

type runCmd struct {
	program
	MetricsListen string `help:"Address for Prometheus, as :9464; on loopback if it names no host. None if not set." placeholder:"ADDRESS" env:"TALLY_NETWORK_METRICS_LISTEN"`
}

// Run implements the command.
func (c *runCmd) Run(ctx context.Context, g *Globals) error {
	o, err := c.starting(g)
	if err != nil {
		return err
	}
	if c.MetricsListen == "" {
		return fabric.Run(ctx, o)
	}
	seen := new(observer)
	stop, err := serveMetrics(ctx, seen, c.MetricsListen)
	if err != nil {
		return err
	}
	o.Observe = seen.observe
	return errors.Join(fabric.Run(ctx, o), stop())
}

type generateCmd struct{ described }

// Run implements the command.
func (c *generateCmd) Run(ctx context.Context, g *Globals) error {
	d, err := c.read(g)
	if err != nil {
		return err
	}
	o, err := g.starting()
	if err != nil {
		return err
	}
	_, err = fabric.Generate(ctx, d, o)
	return err
}

type bundleCmd struct {
	To    string   `help:"Directory that gets one for each host." required:"" placeholder:"DIR"`
	Hosts []string `arg:"" help:"Names of hosts; all if none is named." optional:""`
}

// Run implements the command.
func (c *bundleCmd) Run(g *Globals) error {
	n, err := g.open()
	if err != nil {
		return err
	}
	names := c.Hosts
	if len(names) == 0 {
		for _, h := range n.Description().Hosts {
			names = append(names, h.Name)
		}
	}
	for _, name := range names {
		if err := n.Bundle(name, filepath.Join(c.To, name)); err != nil {
			return err
		}
	}
	return nil
}
