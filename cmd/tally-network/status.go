package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"tally/network/fabric"
)

var errUnusable = errors.New("not everything works")

type statusCmd struct {
	JSON bool `name:"json" help:"Answer in JSON."`
}

// Run implements the command. It fails when something is not as it should be.
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
	if len(s.Problems) > 0 {
		err = errors.Join(err, errUnusable)
	}
	return err
}

func print(s fabric.Status) error {
	fmt.Println(headline(s))
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "NODE\tHOST\tADDRESS\tPROCESS\tCHAINCODE\tENDORSES\tHEIGHT\tWAITING\tEXPIRES\t")
	for _, n := range s.Nodes {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%d\t%d\t%s\t\n",
			n.Name, n.Host, n.Address, id(n.PID), id(n.Chaincode), yes(n.Endorses), n.Height, n.Waiting, n.Expires.Format("2006-01-02"))
	}
	for _, n := range s.Others {
		fmt.Fprintf(w, "%s\t%s\t%s\t\t\t\t%d\t\t\t\n", n.Name, n.Host, n.Address, n.Height)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, problem := range s.Problems {
		fmt.Println("problem:", problem)
	}
	return nil
}

// headline is what the channel has.
func headline(s fabric.Status) string {
	parts := []string{fmt.Sprintf("channel %s, %s", s.Channel, s.Consensus)}
	if c := s.Chaincode; c != nil {
		parts = append(parts, fmt.Sprintf("chaincode %s, version %s, sequence %d", c.Name, c.Version, c.Sequence))
	}
	if c := s.Committed; c != nil {
		parts = append(parts, fmt.Sprintf("committed: version %s, sequence %d, approved by %s", c.Version, c.Sequence, strings.Join(c.Approved, ", ")))
	}
	if s.Orderers != "" {
		parts = append(parts, "orderers: "+s.Orderers)
	}
	if s.Leader != "" {
		parts = append(parts, "leader "+s.Leader)
	}
	if b := s.Block; b != nil {
		parts = append(parts, fmt.Sprintf("block %d is %s old", b.Number, time.Since(b.Time).Round(time.Second)))
	}
	return strings.Join(parts, "; ")
}

func id(pid int) string {
	if pid == 0 {
		return "-"
	}
	return fmt.Sprint(pid)
}

func yes(b *bool) string {
	switch {
	case b == nil:
		return "-"
	case *b:
		return "yes"
	}
	return "NO"
}
