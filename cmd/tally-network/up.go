package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"tally/network/fabric"
)

type upCmd struct {
	described

	Chaincode   string   `help:"The program that judges; the one that is there goes on if not set." placeholder:"FILE" type:"existingfile"`
	Version     string   `help:"The program's version; by its hash if not set. Another version is an upgrade." placeholder:"NAME"`
	Environment []string `help:"More environment of the program." placeholder:"NAME=VALUE"`
	Ready       string   `help:"Function of the program that writes nothing and always succeeds: wait until it is endorsed through every peer." placeholder:"NAME"`
}

// Run implements the command.
func (c *upCmd) Run(ctx context.Context, g *Globals) error {
	ctx, cancel := context.WithTimeout(ctx, g.Timeout)
	defer cancel()
	d, err := c.read()
	if err != nil {
		return err
	}
	o, err := g.starting()
	if err != nil {
		return err
	}
	if c.Chaincode != "" {
		o.Program = &fabric.Program{Path: c.Chaincode, Version: c.Version, Environment: c.Environment, Ready: c.Ready}
	}
	started := time.Now()
	if _, err := fabric.Up(ctx, d, o); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "network: up after %.1f s\n", time.Since(started).Seconds())
	return nil
}

type generateCmd struct{ described }

// Run implements the command.
func (c *generateCmd) Run(ctx context.Context, g *Globals) error {
	d, err := c.read()
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
